"""Coordinates of an opening (mouth or eye): along its corners, and across from rim to rim."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


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
