"""Landmarks as heat maps and back, differentiably (DSNT; Nibali et al., 2018, arXiv 1801.07372)."""

from __future__ import annotations

import torch
from torch import Tensor

from reenact.errors import ShapeError


def draw_heatmaps(points: Tensor, size: int, sigma: float = 1.5) -> Tensor:
    """A blob for each landmark.

    Args:
        points: (B, K, 2) pixels of the maps; may lie outside of them.
        size: side of the maps.
        sigma: of the blobs, pixels.

    Returns:
        (B, K, size, size), 1 at a landmark, falling to 0.
    """
    if points.ndim != 3 or points.shape[-1] != 2:
        raise ShapeError(f"`points` must be (B, K, 2), got {tuple(points.shape)}.")
    steps = torch.arange(size, device=points.device, dtype=torch.float32)
    gaps = steps - points.float().unsqueeze(-1)  # (B, K, 2, size)
    x, y = torch.exp(-0.5 * (gaps / sigma).square()).unbind(dim=2)  # (B, K, size) each
    return y.unsqueeze(-1) * x.unsqueeze(-2)


def spatial_softmax(maps: Tensor) -> Tensor:
    """(B, K, H, W) scores to shares that sum to 1 over each map."""
    return maps.float().flatten(2).softmax(dim=-1).view(maps.shape)


def expected_points(shares: Tensor) -> Tensor:
    """The mean place of each map: DSNT.

    Args:
        shares: (B, K, H, W), each map sums to 1.

    Returns:
        (B, K, 2) pixels of the maps.
    """
    height, width = shares.shape[-2:]
    x = torch.arange(width, device=shares.device, dtype=torch.float32)
    y = torch.arange(height, device=shares.device, dtype=torch.float32)
    return torch.stack([(shares.sum(dim=-2) * x).sum(-1), (shares.sum(dim=-1) * y).sum(-1)], -1)


def spread_loss(shares: Tensor, points: Tensor, sigma: float = 1.0) -> Tensor:
    """Jensen-Shannon divergence of maps and blobs at the landmarks (DSNT, section 4.3).

    Args:
        shares: (B, K, H, W), each map sums to 1.
        points: (B, K, 2) pixels of the maps.
        sigma: of the blobs, pixels.

    Returns:
        A scalar, 0 to log 2.
    """
    blobs = draw_heatmaps(points, shares.shape[-1], sigma)
    blobs = blobs / blobs.sum(dim=(-2, -1), keepdim=True).clamp_min(1e-12)
    middle = (shares + blobs) / 2
    return ((_divergence(shares, middle) + _divergence(blobs, middle)) / 2).mean()


def _divergence(p: Tensor, q: Tensor) -> Tensor:
    """(B, K) Kullback-Leibler divergence."""
    return (p * ((p + 1e-12).log() - (q + 1e-12).log())).sum(dim=(-2, -1))
