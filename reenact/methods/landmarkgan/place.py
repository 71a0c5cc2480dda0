"""Where converted landmarks lie on the head: laid on the points that expressions hardly move."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reenact.face.align import Crop
from reenact.methods.landmarkgan.space import as_pixels

_STEADY = (0, 1, 31, 32, 43, 44, 45, 46, 52, 55, 58, 61, 78, 79)
"""face106: ends of the contour, ridge and root of the nose, eye corners."""


def lay_on(goal: NDArray, here: NDArray, window: Crop) -> NDArray[np.float32]:
    """How far each point goes, (106, 2) pixels of the crop that the window lies in.

    Args:
        goal: (106, 2) normalized points in their own window.
        here: (106, 2) where the same head's points are, pixels of `window`.
    """
    there = as_pixels(goal).astype(np.float64)
    steady = list(_STEADY)
    a, b = there[steady], here[steady].astype(np.float64)
    middle_a, middle_b = a.mean(0), b.mean(0)
    a, b = (a - middle_a) @ (1, 1j), (b - middle_b) @ (1, 1j)  # as complex numbers
    turn = (np.conj(a) @ b) / (np.conj(a) @ a)
    moved = ((there - middle_a) @ (1, 1j)) * turn
    placed = np.column_stack([moved.real, moved.imag]) + middle_b
    shift = placed - here
    return (shift @ np.linalg.inv(window.matrix[:, :2]).T).astype(np.float32)
