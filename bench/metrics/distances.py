"""Distances between two sets of features: Fréchet (FID's formula) and kernel (KID's).

They are named after the features they are taken of: FID and KID are those of Inception only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bench.metrics.checks import check_features
from reenact.errors import ShapeError


def frechet_distance(first: NDArray, second: NDArray) -> float:
    """Fréchet distance of two normal distributions fitted to features (Heusel et al. 2017, eq. 6).

    `|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))`. The last trace is the sum of the singular values
    of `R1 R2^T`, where `C = R^T R`, which needs no matrix root and is exact for few samples too.

    Args:
        first: (N, D) features, 2 rows or more.
        second: (M, D) features, 2 rows or more.

    Returns:
        0 for equal sets. Too high by about D / N for small sets.

    Example:
        >>> frechet_distance(np.array([[0.0], [2.0]]), np.array([[3.0], [5.0]]))
        9.0
    """
    a, b = _checked(first, second)
    gap = a.mean(axis=0) - b.mean(axis=0)
    root_a, root_b = _root(a), _root(b)
    mixed = np.linalg.svd(root_a @ root_b.T, compute_uv=False).sum()
    spread = (root_a**2).sum() + (root_b**2).sum() - 2 * mixed
    return float(max(0.0, gap @ gap + spread))


def kernel_distance(first: NDArray, second: NDArray, size: float | None = None) -> float:
    """Squared maximum mean discrepancy, unbiased, kernel `(x.y / S + 1)^3` (Binkowski et al. 2018).

    Args:
        first: (N, D) features, 2 rows or more.
        second: (M, D) features, 2 rows or more.
        size: S; None is D, as KID's. Descriptors of about unit length want 1, else the kernel is
            nearly straight and sees little but the means.

    Returns:
        About 0 for two draws of one distribution, however small; a little below it at times.
    """
    a, b = _checked(first, second)
    size = a.shape[1] if size is None else size
    across = ((a @ b.T / size + 1) ** 3).mean()
    return float(_mean_within(a, size) + _mean_within(b, size) - 2 * across)


def _checked(first: NDArray, second: NDArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    a, b = check_features(first, "first", 2), check_features(second, "second", 2)
    if a.shape[1] != b.shape[1]:
        got = f"{a.shape} and {b.shape}"
        raise ShapeError(f"`first` and `second` must have equally many columns, got {got}.")
    return a, b


def _root(features: NDArray[np.float64]) -> NDArray[np.float64]:
    """(min(N, D), D) `R` with `R^T R` the covariance (divided by N - 1, as FID's)."""
    centered = features - features.mean(axis=0)
    return np.linalg.qr(centered, mode="r") / np.sqrt(len(features) - 1)


def _mean_within(features: NDArray[np.float64], size: float) -> float:
    """Mean of the kernel over all pairs of different rows."""
    kernel, count = (features @ features.T / size + 1) ** 3, len(features)
    return float((kernel.sum() - np.trace(kernel)) / (count * (count - 1)))
