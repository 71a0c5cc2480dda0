"""Drawing triangles: for each pixel of the output, where it comes from in the source."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_SHIFT = 4  # fillConvexPoly takes fixed-point coordinates with this many fraction bits


def displacement_map(
    source: NDArray, output: NDArray, triangles: NDArray, depth: NDArray, size: int, side: int
) -> NDArray[np.float32]:
    """Where each output pixel comes from, less where it is.

    Args:
        source: (V, 2) vertices in the source, pixels of a crop `side` wide.
        output: (V, 2) the same vertices in the output.
        triangles: (N, 3) vertex indices.
        depth: (V,) output depth; nearer (smaller) triangles hide farther ones.
        size: side of the map, pixels; it covers the whole crop.
        side: side of the crop, pixels.

    Returns:
        (size, size, 2) float32 in crop pixels; 0 where no triangle lies.
    """
    ratio = size / side
    corners = (output[triangles] + 0.5) * ratio - 0.5  # (N, 3, 2) map pixels
    order = np.argsort(-depth[triangles].mean(1))
    ids = _draw_ids(corners, order, size)
    moves = source[triangles] - output[triangles]  # (N, 3, 2) crop pixels
    table = _affine(corners, moves)  # (N + 1, 2, 3), the last row zeros
    y, x = np.divmod(np.arange(size * size, dtype=np.int32), size)
    x, y, flat = x.astype(np.float32), y.astype(np.float32), ids.ravel()
    out = np.empty((size * size, 2), np.float32)
    for axis in (0, 1):
        a, b, c = table[:, axis].T
        out[:, axis] = a[flat] * x + b[flat] * y + c[flat]
    return out.reshape(size, size, 2)


def _draw_ids(corners: NDArray, order: NDArray, size: int) -> NDArray[np.int32]:
    """(size, size) index of the nearest triangle at each pixel, N where there is none."""
    count = len(corners)
    ids = np.full((size, size), count, np.int32)
    fixed = np.round(corners * (1 << _SHIFT)).astype(np.int32)
    fill = cv2.fillConvexPoly
    for index in order.tolist():
        fill(ids, fixed[index], index, 8, _SHIFT)
    return ids


def _affine(corners: NDArray, values: NDArray) -> NDArray[np.float32]:
    """(N + 1, 2, 3) coefficients with `values = a x + b y + c` on each triangle."""
    p0 = corners[:, 0].astype(np.float64)
    e1, e2 = corners[:, 1] - p0, corners[:, 2] - p0
    d1, d2 = values[:, 1] - values[:, 0], values[:, 2] - values[:, 0]  # (N, 2)
    area = e1[:, 0] * e2[:, 1] - e1[:, 1] * e2[:, 0]
    is_flat = np.abs(area) < 1e-3
    inverse = np.where(is_flat, 0.0, 1.0 / np.where(is_flat, 1.0, area))[:, None]
    a = (d1 * e2[:, 1:] - d2 * e1[:, 1:]) * inverse
    b = (d2 * e1[:, :1] - d1 * e2[:, :1]) * inverse
    c = values[:, 0] - a * p0[:, :1] - b * p0[:, 1:]
    c[is_flat] = values[is_flat].mean(1)
    table = np.stack([a, b, c], axis=-1)
    return np.concatenate([table, np.zeros((1, 2, 3))]).astype(np.float32)
