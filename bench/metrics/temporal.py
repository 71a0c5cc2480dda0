"""Metrics of moving outputs: how steady they are, and how evenly they follow what drives them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bench.metrics.checks import check_finite
from reenact.errors import InputError, ShapeError

STILL = 1e-3
"""Conditions closer than this (eye distances, all points together) are one and the same."""


def temporal_jitter(output: NDArray, driving: NDArray) -> NDArray[np.float64]:
    """Acceleration of the output's landmarks beyond that of the driving face's.

    For each three neighboring frames and each point: the length of `x[t-1] - 2 x[t] + x[t+1]` in
    the output, less that of the driving face, but not below 0. So a still picture, and one that
    moves just as the driving face does, have none; trembling has.

    Args:
        output: (T, K, 2) landmarks found in the output, T 3 or more, in units of its eye distance.
        driving: (T, K, 2) those of the driving face, in units of its own.

    Returns:
        (T - 2,) mean over points.

    Example:
        >>> shake = np.array([0.0, 0.1, 0.0]).reshape(3, 1, 1) * np.ones((3, 4, 2)) * (1, 0)
        >>> temporal_jitter(shake, np.zeros((3, 4, 2)))
        array([0.2])
    """
    if output.shape != driving.shape or output.ndim != 3:
        got = f"{output.shape} and {driving.shape}"
        raise ShapeError(f"`output` and `driving` must both be (T, K, 2), got {got}.")
    if len(output) < 3:
        raise InputError(f"`output` must have 3 frames or more, got {len(output)}.")
    check_finite(output, "output")
    check_finite(driving, "driving")
    made, wanted = (np.linalg.norm(np.diff(x, 2, axis=0), axis=-1) for x in (output, driving))
    return np.maximum(0, made - wanted).mean(axis=1)


def lipschitz_ratios(images: NDArray, conditions: NDArray) -> NDArray[np.float64]:
    """How far the picture moves for how far its condition does: GC-GAN, equation 3.

    `|G(z_i, z_g) - G(z_i, z_g')| / ||z_g - z_g'||` of neighboring frames; both norms Euclidean.

    Args:
        images: (T, ...) frames of one clip, any scale; T 2 or more.
        conditions: (T, D) what drove each frame.

    Returns:
        (T - 1,), NaN where the condition did not move.

    Example:
        >>> lipschitz_ratios(np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[0.0], [2.0]]))
        array([2.5])
    """
    if len(images) != len(conditions) or len(images) < 2:
        got = f"{len(images)} and {len(conditions)}"
        raise ShapeError(f"`images` and `conditions` must be equally many, 2 or more, got {got}.")
    check_finite(images, "images")
    check_finite(conditions, "conditions")
    moved, pushed = (
        np.linalg.norm(np.diff(np.asarray(x, np.float64).reshape(len(x), -1), axis=0), axis=1)
        for x in (images, conditions)
    )
    return np.where(pushed > STILL, moved / np.maximum(pushed, STILL), np.nan)
