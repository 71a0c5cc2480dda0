"""Pixel loss that knows a face's parts, and that two photographs never lie pore on pore."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from reenact.data.pairs import REAL


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
