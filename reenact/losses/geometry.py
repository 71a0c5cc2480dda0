"""Losses on landmarks: their distance, and that of their heat maps."""

from __future__ import annotations

from torch import Tensor

from reenact.errors import ShapeError
from reenact.geometry.heatmaps import draw_heatmaps


def landmark_l1(output: Tensor, target: Tensor, weights: Tensor | None = None) -> Tensor:
    """Mean absolute difference of landmarks.

    Args:
        output, target: (B, K, D), the same unit.
        weights: (K,) how much each landmark counts; None counts all alike.

    Returns:
        A scalar in the unit of the points.

    Example:
        >>> import torch
        >>> landmark_l1(torch.zeros(1, 2, 2), torch.ones(1, 2, 2))
        tensor(1.)
    """
    _check(output, target)
    gaps = (output - target).abs().mean(dim=-1)  # (B, K)
    if weights is None:
        return gaps.mean()
    return (gaps * weights).sum(dim=-1).mean() / weights.sum()


def heatmap_loss(output: Tensor, target: Tensor, size: int, sigma: float = 1.5) -> Tensor:
    """Mean squared difference of heat maps and those drawn from landmarks.

    Args:
        output: (B, K, size, size) a network's heat maps.
        target: (B, K, 2) landmarks, pixels of the heat maps.
        size: side of the heat maps.
        sigma: of the drawn blobs, pixels.

    Returns:
        A scalar, 0 where the maps are those of the landmarks.
    """
    wanted = draw_heatmaps(target, size, sigma)
    _check(output, wanted)
    return (output - wanted).square().mean()


def _check(output: Tensor, target: Tensor) -> None:
    if output.shape != target.shape:
        got = f"{tuple(output.shape)} and {tuple(target.shape)}"
        raise ShapeError(f"`output` and `target` must have the same shape, got {got}.")
