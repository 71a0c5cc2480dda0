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
from reenact.types import Points

STEP = 4
"""The light network works at a quarter of the resolution."""
_RING = tuple(range(96, 104))
"""Rims of the lips among 106 points, clockwise as they are seen."""
_UPPER, _LOWER = (0, 1, 2, 3, 4), (4, 5, 6, 7, 0)
_FINE = 4  # columns of a pixel in which a mouth is measured
_DEEP = 1 / 8
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


def mouth_maps(points: Points, size: int, count: int) -> NDArray[np.float32]:
    """The mouth between the lips of points (106, 2) of a window of `size`.

    Returns:
        (count, size/2, size/2): the share of each pixel that lies inside, 0..1. With `count` 4 also
        where that is: below the upper lip and above the lower one, in `_DEEP` of the window, and
        -1..1 from corner to corner; 0 outside.
    """
    small = size // 2
    ring = (points[list(_RING), :2].astype(np.float64) + 0.5) * (small / size) - 0.5
    inside = coverage(ring, small)[None]
    if count == 1:
        return inside
    place = np.arange(small)
    upper, lower = (_height(ring[list(lip)], place) for lip in (_UPPER, _LOWER))
    (x0, _), (x1, _) = ring[_UPPER[0]], ring[_UPPER[-1]]
    deep = (place[:, None] - upper) / (_DEEP * small), (lower - place[:, None]) / (_DEEP * small)
    across = np.clip((2 * place - x0 - x1) / max(abs(x1 - x0), 1.0), -1, 1)
    maps = [np.clip(one, 0, 2) for one in deep] + [np.tile(across, (small, 1))]
    return np.concatenate([inside, inside * np.float32(maps)])


def coverage(ring: NDArray, size: int) -> NDArray[np.float32]:
    """(size, size) the share of each pixel inside of a ring (K, 2), clockwise as it is seen.

    It changes as smoothly as the ring does. OpenCV's softened edges lie on sixteenths of a pixel,
    and lips that touch are still drawn as a line: a picture of a mouth that opens jumped by it.

    Example:
        >>> square = np.array([[0.5, 0.5], [2.0, 0.5], [2.0, 1.5], [0.5, 1.5]])
        >>> coverage(square, 4)[1]
        array([0. , 1. , 0.5, 0. ], dtype=float32)
    """
    here, there = ring, np.roll(ring, -1, axis=0)
    columns = ((np.arange(size * _FINE) + 0.5) / _FINE - 0.5)[:, None]
    low, high = np.minimum(here[:, 0], there[:, 0]), np.maximum(here[:, 0], there[:, 0])
    crosses = np.sign(there[:, 0] - here[:, 0]) * ((columns >= low) & (columns < high))
    run = np.where(there[:, 0] == here[:, 0], 1.0, there[:, 0] - here[:, 0])
    edge = here[:, 1] + (columns - here[:, 0]) * (there[:, 1] - here[:, 1]) / run  # (4 size, K)
    below = np.clip(np.arange(size)[:, None, None] + 0.5 - edge, 0, 1)
    share = (below * crosses).sum(2).reshape(size, size, _FINE).mean(2)
    return np.clip(share, 0, 1).astype(np.float32)


def _height(lip: NDArray, place: NDArray) -> NDArray[np.float64]:
    """Of a lip (K, 2), at each place across."""
    order = np.argsort(lip[:, 0], kind="stable")
    return np.interp(place, lip[order, 0], lip[order, 1])


def turn_between(first: Points, second: Points, mean: NDArray) -> float:
    """Degrees that the head turns between two faces (478, 3)."""
    one, other = (place(points, mean).rotation for points in (first, second))
    cosine = (np.trace(one @ other.T) - 1) / 2
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
