"""Where landmarks lie for LandmarkGAN's networks: in the face's own upright window, -1 to 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reenact.face.align import Crop
from reenact.face.detect import make_face
from reenact.face.schemes import convert
from reenact.landmark_driven import FACE_PX, points_in, upright_window
from reenact.types import Points

_HALF = (FACE_PX - 1) / 2


def window_of(mesh: Points) -> Crop:
    """The upright window of a (478, 3) mesh; it moves, turns and grows with the face."""
    return upright_window(make_face(mesh, 1.0, (FACE_PX, FACE_PX)))


def normalized(mesh: Points) -> NDArray[np.float32]:
    """(106, 2) points of a (478, 3) mesh in its own window, -1 to 1."""
    return as_normal(points_in(window_of(mesh), mesh))


def as_normal(points: NDArray, side: int = FACE_PX) -> NDArray[np.float32]:
    """Pixels of a window as normalized points."""
    half = (side - 1) / 2
    return ((points - half) / half).astype(np.float32)


def as_pixels(points: NDArray) -> NDArray[np.float32]:
    """Normalized points as pixels of a window of `FACE_PX`."""
    return (points * _HALF + _HALF).astype(np.float32)


def seen_in_crop(mesh: Points, side: int) -> NDArray[np.float32]:
    """(106, 2) normalized points of a mesh in a crop that is a window already."""
    return as_normal(convert(mesh, "mediapipe478", "face106")[:, :2], side)
