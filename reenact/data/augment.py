"""The same change to every picture and point list of a pair: mirror, turn, size, light, color."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.face.schemes import mirror
from reenact.types import Frame, Points


@dataclass(frozen=True)
class Augmentation:
    """How far pairs are changed.

    Attributes:
        flip: share of pairs that are mirrored.
        moved: share of pairs that are turned, scaled and shifted; the rest keeps its pixels.
        turn: deviation, degrees. scale: deviation of the log scale. shift: deviation over the side.
        light: deviation of the log gain and gamma. color: deviation of each channel's log gain.
    """

    flip: float = 0.5
    moved: float = 0.5
    turn: float = 4.0
    scale: float = 0.05
    shift: float = 0.02
    light: float = 0.12
    color: float = 0.04

    def draw(self, rng: np.random.Generator, size: int) -> Change:
        """One random change for crops of `size` pixels."""
        numbers = rng.normal(size=9)
        is_flipped, is_moved = rng.random(2) < (self.flip, self.moved)
        matrix = None
        if is_moved:
            middle = (size - 1) / 2
            zoom = float(np.exp(self.scale * numbers[1]))
            matrix = cv2.getRotationMatrix2D((middle, middle), self.turn * numbers[0], zoom)
            matrix[:, 2] += self.shift * size * numbers[2:4]
        gamma = np.exp(self.light * numbers[4])
        gains = np.exp(self.light * numbers[5] + self.color * numbers[6:9])
        return Change(bool(is_flipped), matrix, _tables(gamma, gains))


NONE = Augmentation(flip=0, moved=0, light=0, color=0)
"""Changes nothing, for held-out pairs."""


@dataclass(frozen=True)
class Change:
    """One change, the same for all pictures of a pair.

    Attributes:
        flip: mirror it.
        matrix: (2, 3) pixels before to pixels after, or None.
        tables: (256, 1, 3) uint8 new value of each value, by channel.
    """

    flip: bool
    matrix: NDArray[np.float64] | None
    tables: NDArray[np.uint8]

    def picture(self, image: Frame) -> Frame:
        """(S, S, 3) uint8 changed."""
        if self.matrix is not None:
            size = image.shape[1::-1]
            image = cv2.warpAffine(
                image, self.matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101
            )
        image = cv2.LUT(image, self.tables)
        return cv2.flip(image, 1) if self.flip else image

    def points(self, points: Points, size: int) -> Points:
        """(478, 3) pixels of a crop of `size` pixels, changed alike."""
        if self.matrix is not None:
            zoom = float(np.hypot(*self.matrix[0, :2]))
            flat = points[:, :2] @ self.matrix[:, :2].T + self.matrix[:, 2]
            points = np.column_stack([flat, points[:, 2] * zoom]).astype(np.float32)
        return mirror(points, size, "mediapipe478") if self.flip else points


def _tables(gamma: float, gains: NDArray) -> NDArray[np.uint8]:
    """(256, 1, 3) uint8: value ** gamma * gain."""
    ramp = (np.arange(256) / 255)[:, None] ** gamma * gains * 255
    return np.clip(np.round(ramp), 0, 255).astype(np.uint8)[:, None]
