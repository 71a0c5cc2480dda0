"""What every metric asks of its arrays, in one line where they are wrong."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reenact.errors import InputError, ShapeError


def check_same(output: NDArray, target: NDArray) -> None:
    """Two pictures, or two point lists, must match.

    Raises:
        ShapeError: they have different shapes.
        InputError: they are empty, or hold NaN or infinity.
    """
    if output.shape != target.shape:
        got = f"{output.shape} and {target.shape}"
        raise ShapeError(f"`output` and `target` must have the same shape, got {got}.")
    for name, array in (("output", output), ("target", target)):
        check_finite(array, name)


def check_points(output: NDArray, target: NDArray) -> None:
    """Two lists of points must be (K, 2), equally long, finite."""
    if output.shape != target.shape or output.ndim != 2 or output.shape[1] != 2:
        got = f"{output.shape} and {target.shape}"
        raise ShapeError(f"`output` and `target` must both be (K, 2), got {got}.")
    check_same(output, target)


def check_features(features: NDArray, name: str, rows: int = 1) -> NDArray[np.float64]:
    """Features as (N, D) float64 with at least some rows, all finite."""
    array = np.asarray(features, np.float64)
    if array.ndim != 2:
        raise ShapeError(f"`{name}` must be (N, D), got {array.shape}.")
    if len(array) < rows:
        raise InputError(f"`{name}` must have {rows} rows or more, got {len(array)}.")
    check_finite(array, name)
    return array


def check_finite(array: NDArray, name: str) -> None:
    """There must be numbers, and no NaN or infinity among them."""
    if array.size == 0:
        raise InputError(f"`{name}` must not be empty, got shape {array.shape}.")
    if array.dtype != np.uint8 and not np.isfinite(array).all():
        raise InputError(f"`{name}` must hold finite numbers, got NaN or infinity.")
