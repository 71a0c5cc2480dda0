"""What the generator is trained with: Eq. 8 to 11, and the light recipe's own terms."""

from __future__ import annotations

import torch
from torch import Tensor

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
