"""Coordinates of an opening (mouth or eye): along its corners, and across from rim to rim."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_FINE = 4  # sub-pixels along each side


@dataclass(frozen=True)
class Opening:
    """The rim of a mouth or an eye, in a frame of its own.

    The frame's origin is the left corner, its x axis ends at the right corner, where x is 1.
    y points down the picture. The rim is two curves y(x).

    Attributes:
        ring: (2n, 2) rim in pixels, from the left corner along the lower side and back.
    """

    ring: NDArray[np.float32]

    @property
    def width_px(self) -> float:
        """Distance of the corners, pixels."""
        return float(np.linalg.norm(self._axis))

    @property
    def gap(self) -> float:
        """Largest distance between the two curves, over the width."""
        x, upper, lower = self.curves(np.linspace(0.1, 0.9, 17, dtype=np.float32))
        return float(max(0.0, (lower - upper).max()))

    @property
    def _axis(self) -> NDArray[np.float32]:
        return self.ring[len(self.ring) // 2] - self.ring[0]

    def to_local(self, xy: NDArray) -> NDArray[np.float32]:
        """(..., 2) pixels as coordinates of the frame."""
        axis = self._axis
        unit = axis / max(float(axis @ axis), 1e-6)
        away = xy - self.ring[0]
        x = away @ unit
        y = away @ np.array([-unit[1], unit[0]], np.float32)
        return np.stack([x, y], -1)

    def to_pixels(self, x: NDArray, y: NDArray) -> tuple[NDArray, NDArray]:
        """Coordinates of the frame as pixels."""
        axis, start = self._axis, self.ring[0]
        return start[0] + x * axis[0] - y * axis[1], start[1] + x * axis[1] + y * axis[0]

    def curves(self, x: NDArray) -> tuple[NDArray, NDArray, NDArray]:
        """`x`, and the y of the upper and the lower rim there."""
        half = len(self.ring) // 2
        local = self.to_local(self.ring)
        lower = local[: half + 1]
        upper = np.concatenate([local[:1], local[half:][::-1]])
        return x, _curve(upper, x), _curve(lower, x)

    def scaled(self, factor: float, origin: NDArray) -> Opening:
        """The opening in pixels of a resized patch that starts at `origin`."""
        return Opening(((self.ring - origin) * factor).astype(np.float32))


def _curve(points: NDArray, x: NDArray) -> NDArray[np.float32]:
    order = np.maximum.accumulate(points[:, 0]) + np.arange(len(points)) * 1e-6
    return np.interp(x, order, points[:, 1]).astype(np.float32)


@dataclass(frozen=True)
class Patch:
    """A rectangle of the crop that is drawn over the warped picture.

    Attributes:
        x0, y0: its corner in the crop, pixels.
        grid: (h, w, 2) pixel coordinates of the crop.
    """

    x0: int
    y0: int
    grid: NDArray[np.float32]

    @property
    def window(self) -> tuple[slice, slice]:
        height, width = self.grid.shape[:2]
        return slice(self.y0, self.y0 + height), slice(self.x0, self.x0 + width)


def patch_around(ring: NDArray, margin: float, side: int) -> Patch | None:
    """The patch that holds a rim and a margin, inside a crop `side` wide; None where it is out."""
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
