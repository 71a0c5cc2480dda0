"""A rectangle of a picture around a rim (of a mouth, an eye), and the rim's inside in it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_FINE = 4  # sub-pixels along each side


@dataclass(frozen=True)
class Patch:
    """A rectangle of a picture that is drawn over it.

    Attributes:
        x0, y0: its corner in the picture, pixels.
        grid: (h, w, 2) pixel coordinates of the picture.
    """

    x0: int
    y0: int
    grid: NDArray[np.float32]

    @property
    def box(self) -> tuple[int, int, int, int]:
        """x0, y0, x1, y1; the ends are not part of it."""
        height, width = self.grid.shape[:2]
        return self.x0, self.y0, self.x0 + width, self.y0 + height

    @property
    def window(self) -> tuple[slice, slice]:
        height, width = self.grid.shape[:2]
        return slice(self.y0, self.y0 + height), slice(self.x0, self.x0 + width)


def patch_around(ring: NDArray, margin: float, side: int) -> Patch | None:
    """The patch of a rim and a margin, inside a picture `side` wide; None where it is out."""
    low = np.floor(ring.min(0) - margin).astype(int)
    high = np.ceil(ring.max(0) + margin).astype(int) + 1
    x0, y0 = np.clip(low, 0, side)
    x1, y1 = np.clip(high, 0, side)
    if x1 - x0 < 2 or y1 - y0 < 2:
        return None
    x, y = np.meshgrid(np.arange(x0, x1, dtype=np.float32), np.arange(y0, y1, dtype=np.float32))
    return Patch(int(x0), int(y0), np.stack([x, y], -1))


def soft_polygon(ring: NDArray, patch: Patch, blur_px: float) -> NDArray[np.float32]:
    """(h, w) 0..1 anti-aliased inside of a rim, its edge softened by `blur_px` (sigma)."""
    height, width = patch.grid.shape[:2]
    mask = np.zeros((height * _FINE, width * _FINE), np.uint8)
    # Drawn finer and averaged: OpenCV's own anti-aliasing makes polygons half a pixel too large.
    fine = (ring - (patch.x0, patch.y0) + 0.5) * _FINE - 0.5
    cv2.fillPoly(mask, [np.round(fine * 16).astype(np.int32)], 255, cv2.LINE_8, 4)
    small = cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA)
    soft = small.astype(np.float32) / 255
    return cv2.GaussianBlur(soft, (0, 0), blur_px) if blur_px > 0.2 else soft
