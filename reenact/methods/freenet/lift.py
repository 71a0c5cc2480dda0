"""From moved 106 points to the whole mesh."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reenact.face.schemes import convert
from reenact.types import Points

_NEAR = 0.25  # of the crop's face: how many points a vertex listens to fades over this
_COUNT = 4


def lift(mesh: Points, here: NDArray, there: NDArray) -> Points:
    """The mesh moved as its 106 points are.

    Args:
        mesh: (478, 3) pixels.
        here: (106, 2) its points. there: (106, 2) where they shall be.

    Returns:
        (478, 3); depth stays. The 106 points of the result are `there`, but for a rest under a
        tenth of a pixel where upper and lower lip or lid touch.
    """
    out = mesh.astype(np.float64).copy()
    nothing = np.zeros((len(mesh), 2))
    moved, size = nothing, np.ptp(here[:, 0])
    matrix = _weights(mesh, here, size)
    for _ in range(_COUNT):
        placed = out.copy()
        placed[:, :2] += moved
        rest = there - convert(placed.astype(np.float32), "mediapipe478", "face106")[:, :2]
        moved = moved + matrix @ rest
    out[:, :2] += moved
    return out.astype(np.float32)


def _weights(mesh: Points, here: NDArray, size: float) -> NDArray[np.float64]:
    """(478, 106) shares: vertices follow the points near them."""
    gap = np.linalg.norm(mesh[:, None, :2] - here[None], axis=-1) / max(size, 1e-6)
    near = 1.0 / (gap**2 + 1e-4) ** 2
    total = near.sum(axis=1, keepdims=True)
    return near / total
