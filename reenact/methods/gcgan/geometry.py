"""What E sees of a face, and the window that G sees.

Section 4.1 aligns faces by inner eyes and bottom lip and normalizes both pictures and landmarks to
-1..1. Here the head's pose is taken off in space, by points that expressions hardly move (the
bottom lip moves with each of them), so a turned head has the same geometry as a frontal one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reenact.face.align import Crop
from reenact.face.schemes import convert, spread_shift
from reenact.geometry.canonical import canonicalize, place
from reenact.geometry.landmark_flow import landmark_flow
from reenact.geometry.landmark_maps import landmark_maps
from reenact.types import Points

STEP = 4
"""The light network works at a quarter of the resolution."""
_INSIDE = 2  # of the landmark maps
_MIDDLE = 0.42  # of the window below the eyes, in distances of the outer eye corners
_SIDE = 2.3  # of the window
_REACH = 1.25  # what 1 is in a geometry: a jaw that drops far stays below it


def geometry(points: Points, mean: NDArray) -> NDArray[np.float32]:
    """g of a face: (136,), about -1..1, without its head pose.

    Args:
        points: (478, 3) landmarks, pixels.
        mean: (478, 3) canonical mean face.
    """
    return flat(canonicalize(points, mean)[0])


def flat(canonical: NDArray) -> NDArray[np.float32]:
    """(136,) geometry of a canonical mesh (478, 3)."""
    points = convert(np.asarray(canonical, np.float32), "mediapipe478", "ibug68")[:, :2]
    return ((points - (0, _MIDDLE)) / _REACH).astype(np.float32).ravel()


def shifted(points: Points, window: Crop, shift: NDArray) -> Points:
    """A face whose 68 points have moved by so much of a geometry.

    Args:
        points: (478, 3) landmarks, pixels of the frame. window: of `face_window`.
        shift: (136,) difference of two geometries.
    """
    moved = shift.reshape(-1, 2) * (_REACH * window.size / _SIDE)  # pixels of the window
    moved = moved @ np.linalg.inv(window.matrix[:, :2]).T
    out = np.array(points, np.float32)
    out[:, :2] += spread_shift(moved.astype(np.float32), "ibug68")
    return out


def window_flow(here: Points, there: Points, size: int) -> NDArray[np.float32]:
    """(2, size/4, size/4) smooth motion between points (106, 2) of a window of `size`, pixels."""
    return landmark_flow(here, there, size, size // STEP)


def face_window(points: Points, mean: NDArray, size: int, frame_size: tuple[int, int]) -> Crop:
    """The upright square around brows, mouth and jaw; the same for each expression of a face.

    Args:
        points: (478, 3) landmarks, pixels of the frame.
        mean: (478, 3) canonical mean face.
        size: side of the window, pixels.
        frame_size: (height, width).
    """
    placed = place(points, mean)
    right = placed.rotation[0, :2]
    angle = float(np.arctan2(right[1], right[0]))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    linear = turn * (size / (_SIDE * placed.scale))
    middle = placed.apply(np.array([[0.0, _MIDDLE, 0.0]]))[0, :2]
    shift = np.full(2, (size - 1) / 2) - linear @ middle
    return Crop(np.column_stack([linear, shift]), size, frame_size)


def window_points(window: Crop, points: Points) -> Points:
    """(478, 3) as (106, 2), pixels of a window."""
    return convert(window.to_crop(points), "mediapipe478", "face106")[:, :2]


def mouth_inside(points: Points, size: int) -> NDArray[np.uint8]:
    """(1, size/2, size/2) 0 to 255: what lies between the lips of points (106, 2) of a window."""
    return landmark_maps(points, size, size // 2)[_INSIDE : _INSIDE + 1]


def turn_between(first: Points, second: Points, mean: NDArray) -> float:
    """Degrees that the head turns between two faces (478, 3)."""
    one, other = (place(points, mean).rotation for points in (first, second))
    cosine = (np.trace(one @ other.T) - 1) / 2
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
