"""What the generator is trained with: Eq. 8 to 11, and the light recipe's own terms."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from reenact.data.pairs import REAL
from reenact.losses.perceptual import Perceptual


def triplet_perceptual(
    features: Perceptual, output: Tensor, same_person: Tensor, other_person: Tensor, margin: float
) -> Tensor:
    """The triplet perceptual loss, Eq. 11.

    Args:
        features: the paper's kappa.
        output: (B, 3, S, S) I_{T,n2}.
        same_person: I_{T,n3}, the same person with another expression.
        other_person: I_{R,n2}, another person with the same expression.
        margin: m.

    Returns:
        A scalar: 0 where each output is nearer to its own person's other expression than to the
        other person's same expression, by the margin. Distances are root mean squares of features,
        each layer scaled to size one, mean over layers (the paper names no scale).
    """
    near = feature_distance(features, output, same_person)
    far = feature_distance(features, output, other_person)
    return (margin + near - far).relu().mean()


def feature_distance(features: Perceptual, first: Tensor, second: Tensor) -> Tensor:
    """(B,) L2 distance of two pictures' features, as in `triplet_perceptual`."""
    gaps = []
    for a, b in zip(features.features(first), features.features(second), strict=True):
        size = (a.detach().float().square().mean() + 1e-8).sqrt()
        gaps.append(((a - b).float().square().flatten(1).mean(1) + 1e-8).sqrt() / size)
    return torch.stack(gaps).mean(0)


def parts_mask(maps: Tensor) -> Tensor:
    """(B, 1, S, S) 1 on lips, mouth and eyes, softly 0 around, of (B, 5, S/2, S/2) maps."""
    drawn = maps[:, 1:4].sum(1, keepdim=True).clamp(max=1)
    near = F.avg_pool2d(F.max_pool2d(drawn, 5, 1, 2), 5, 1, 2)
    return F.interpolate(near, scale_factor=2, mode="bilinear", align_corners=False)


def pixel_loss(
    output: Tensor, target: Tensor, parts: Tensor, kind: Tensor, weight: float
) -> Tensor:
    """L1 that counts mouth and eyes more, and spares the skin of pairs that never lie pore on pore.

    Args:
        output, target: (B, 3, S, S).
        parts: (B, 1, S, S) of `parts_mask`.
        kind: (B,) `SINGLE`, or `REAL`: two pictures, whose skin is compared without its texture.
        weight: of the parts, beyond one.
    """
    gap = output - target
    coarse = F.avg_pool2d(gap, 5, 1, 2, count_include_pad=False)
    is_coarse = (kind == REAL).view(-1, 1, 1, 1) * (1 - parts)
    gap = gap + is_coarse * (coarse - gap)
    return (gap.abs() * (1 + weight * parts)).mean()
