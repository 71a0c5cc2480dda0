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
    half = len(LIPS_INNER) // 2
    left, right = LIPS_INNER[0], LIPS_INNER[half]
    lower = LIPS_INNER[1:half]
    upper = LIPS_INNER[:half:-1]
    strip = [(left, upper[0], lower[0]), (right, upper[-1], lower[-1])]
    for i in range(len(lower) - 1):
        strip.append((upper[i], upper[i + 1], lower[i]))
        strip.append((upper[i + 1], lower[i + 1], lower[i]))
    return np.array(strip, np.int32)


def eye_triangles(eye: tuple[int, ...]) -> NDArray[np.int32]:
    """(14, 3) triangles that close one eye: a strip between its lids."""
    half = len(eye) // 2
    left, right = eye[0], eye[half]
    lower, upper = eye[1:half], eye[:half:-1]
    strip = [(left, upper[0], lower[0]), (right, upper[-1], lower[-1])]
    for i in range(len(lower) - 1):
        strip.append((upper[i], upper[i + 1], lower[i]))
        strip.append((upper[i + 1], lower[i + 1], lower[i]))
    return np.array(strip, np.int32)
