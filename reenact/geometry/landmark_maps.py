"""Pictures of a face's 106 landmarks: what a generator sees of a face's geometry.

`landmark_image` is the papers' one channel of drawn lines. `landmark_maps` fills what a line
leaves open: lips, the mouth's inside, eyes and irises, so that teeth and gaze are determined.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.face.schemes import check_points

MAP_CHANNELS = 5
"""Lines (contour, brows, nose), lips, inside of the mouth, eyes, irises."""

_FINE = 4  # fraction bits of drawn coordinates
_CONTOUR = tuple(range(33))
_NOSE = ((43, 44, 45, 46), (78, 80, 82, 47, 48, 49, 50, 51, 83, 81, 79))
_BROWS = ((33, 34, 35, 36, 37, 67, 66, 65, 64, 33), (38, 39, 40, 41, 42, 71, 70, 69, 68, 38))
_EYES = ((52, 53, 72, 54, 55, 56, 73, 57), (58, 59, 75, 60, 61, 62, 76, 63))
_OUTER, _INNER = tuple(range(84, 96)), tuple(range(96, 104))
_PUPILS = (104, 105)
_LINES = (_CONTOUR, *_NOSE, *_BROWS)
_RINGS = (*_EYES, _OUTER, _INNER)
_IRIS = 0.19  # radius over the width of the eye


def landmark_image(points: NDArray, crop_px: int, size: int) -> NDArray[np.uint8]:
    """All landmarks as lines, the paper's landmark image.

    Args:
        points: (106, 2 or 3) pixels of a crop.
        crop_px: side of that crop.
        size: side of the picture; 64 in FReeNet.

    Returns:
        (1, size, size) 0 and 255, softly between.
    """
    flat = _scaled(points, crop_px, size)
    out = np.zeros((size, size), np.uint8)
    _draw_lines(out, flat, _LINES, is_closed=False)
    _draw_lines(out, flat, _RINGS, is_closed=True)
    for pupil, eye in zip(_PUPILS, _EYES, strict=True):
        _draw_iris(out, flat, pupil, eye)
    return out[None]


def landmark_maps(points: NDArray, crop_px: int, size: int) -> NDArray[np.uint8]:
    """Landmarks by part, filled.

    Args:
        points: (106, 2 or 3) pixels of a crop.
        crop_px: side of that crop.
        size: side of the pictures.

    Returns:
        (5, size, size): lines, lips, inside of the mouth, eyes, irises; 0 to 255.
    """
    flat = _scaled(points, crop_px, size)
    maps = np.zeros((MAP_CHANNELS, size, size), np.uint8)
    lines, lips, inside, eyes, irises = maps
    _draw_lines(lines, flat, _LINES, is_closed=False)
    _fill(lips, flat, _OUTER)
    _fill(inside, flat, _INNER)
    lips[:] = cv2.subtract(lips, inside)
    for pupil, eye in zip(_PUPILS, _EYES, strict=True):
        _fill(eyes, flat, eye)
        _draw_iris(irises, flat, pupil, eye)
    irises[:] = cv2.min(irises, eyes)
    return maps


def _scaled(points: NDArray, crop_px: int, size: int) -> NDArray[np.float64]:
    """Pixels of the picture that is drawn; pixel centers lie at whole numbers."""
    flat = check_points(points, "face106")[:, :2].astype(np.float64)
    return (flat + 0.5) * (size / crop_px) - 0.5


def _fixed(places: NDArray) -> NDArray[np.int32]:
    return np.round(places * (1 << _FINE)).astype(np.int32)


def _draw_lines(out: NDArray, flat: NDArray, lines, *, is_closed: bool) -> None:
    parts = [_fixed(flat[list(line)]) for line in lines]
    cv2.polylines(out, parts, is_closed, 255, 1, cv2.LINE_AA, _FINE)


def _fill(out: NDArray, flat: NDArray, ring: tuple[int, ...]) -> None:
    cv2.fillPoly(out, [_fixed(flat[list(ring)])], 255, cv2.LINE_AA, _FINE)


def _draw_iris(out: NDArray, flat: NDArray, pupil: int, eye: tuple[int, ...]) -> None:
    radius = _IRIS * float(np.linalg.norm(flat[eye[0]] - flat[eye[4]]))
    x, y = _fixed(flat[pupil]).tolist()
    cv2.circle(out, (x, y), round(radius * (1 << _FINE)), 255, -1, cv2.LINE_AA, _FINE)
