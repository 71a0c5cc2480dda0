"""Triangles of the MediaPipe face mesh, with holes at the eyes and the mouth."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reenact.geometry.regions import LIPS_INNER
from reenact.geometry.triangle_table import skin_triangles

FACE_POINTS = 468
"""Points of the skin mesh; the ten after them are the irises."""


@lru_cache(maxsize=1)
def face_triangles() -> NDArray[np.int32]:
    """(852, 3) triangles of the skin; the eyes and the mouth are open."""
    return skin_triangles()


@lru_cache(maxsize=1)
def mouth_triangles() -> NDArray[np.int32]:
    """(18, 3) triangles that close the mouth: a strip between the inner lips."""
    return _strip(LIPS_INNER)


def eye_triangles(eye: tuple[int, ...]) -> NDArray[np.int32]:
    """(14, 3) triangles that close one eye: a strip between its lids."""
    return _strip(eye)


def _strip(rim: tuple[int, ...]) -> NDArray[np.int32]:
    """Triangles between the lower and the upper half of a rim, given as in `regions`."""
    half = len(rim) // 2
    left, right = rim[0], rim[half]
    lower, upper = rim[1:half], rim[:half:-1]
    strip = [(left, upper[0], lower[0]), (right, upper[-1], lower[-1])]
    for i in range(len(lower) - 1):
        strip.append((upper[i], upper[i + 1], lower[i]))
        strip.append((upper[i + 1], lower[i + 1], lower[i]))
    return np.array(strip, np.int32)
