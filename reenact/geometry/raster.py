"""Drawing triangles: for each pixel of the output, where it comes from in the source."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_SHIFT = 4  # fillConvexPoly takes fixed-point coordinates with this many fraction bits


@dataclass(frozen=True)
class Window:
    """The part of a crop that a map covers.

    Attributes:
        x0, y0: its corner, pixels of the crop.
        width, height: pixels of the crop.
        step: crop pixels for each map pixel, 1 or more.
    """

    x0: int
    y0: int
    width: int
    height: int
    step: float = 1.0

    @property
    def map_size(self) -> tuple[int, int]:
        """Width and height of the map."""
        return max(2, round(self.width / self.step)), max(2, round(self.height / self.step))

    @property
    def slices(self) -> tuple[slice, slice]:
        return slice(self.y0, self.y0 + self.height), slice(self.x0, self.x0 + self.width)


def displacement_map(
    source: NDArray, output: NDArray, triangles: NDArray, depth: NDArray, window: Window
) -> NDArray[np.float32]:
    """Where each output pixel comes from, less where it is.

    Args:
        source: (V, 2) vertices in the source, pixels of the crop.
        output: (V, 2) the same vertices in the output.
        triangles: (N, 3) vertex indices.
        depth: (N,) of each triangle; nearer (smaller) triangles hide farther ones.
        window: which part of the crop, and how finely.

    Returns:
        (h, w, 2) float32 in crop pixels, of `window.map_size`; 0 where no triangle lies.
    """
    width, height = window.map_size
    ratio = np.array([width / window.width, height / window.height])
    places = (output - (window.x0, window.y0) + 0.5) * ratio - 0.5  # (V, 2) map pixels
    corners = places[triangles]
    order = np.argsort(-depth, kind="stable")
    ids = _draw_ids(corners, order, (height, width))
    moves = (source - output)[triangles]  # (N, 3, 2) crop pixels
    table = _affine(corners, moves)  # (N + 1, 2, 3), the last row zeros
    x = np.arange(width, dtype=np.float32)
    y = np.arange(height, dtype=np.float32)[:, None]
    out = np.empty((height, width, 2), np.float32)
    for axis in (0, 1):
        a, b, c = np.ascontiguousarray(table[:, axis].T)
        out[..., axis] = a[ids] * x + b[ids] * y + c[ids]
    return out


def _draw_ids(corners: NDArray, order: NDArray, shape: tuple[int, int]) -> NDArray[np.int32]:
    """(h, w) index of the nearest triangle at each pixel, N where there is none."""
    count = len(corners)
    ids = np.full(shape, count, np.int32)
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
