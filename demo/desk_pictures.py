"""Pictures and points of an edited face in the sizes that the canvas shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from demo.pictures import shrink

if TYPE_CHECKING:
    from reenact.types import Face, Frame

FACE_SIDE_PX = 96
"""Small faces on the shelf."""


def scaled(face: Face, size: tuple[int, int]) -> Face:
    """The face in a picture of another (height, width)."""
    ratio = np.array(size[::-1]) / np.array(face.frame_size[::-1])
    points = face.points.astype(np.float64)
    points[:, :2] = (points[:, :2] + 0.5) * ratio - 0.5
    points[:, 2] *= ratio[0]
    x0, y0, x1, y1 = face.box
    low, high = (np.array([[x0, y0], [x1, y1]]) + 0.5) * ratio - 0.5
    box = (*(float(v) for v in low), *(float(v) for v in high))
    return replace(face, points=points.astype(np.float32), box=box, frame_size=tuple(size))


def face_of(image: Frame, face: Face) -> Frame:
    """A small square picture of the face alone."""
    x0, y0, x1, y1 = face.box
    height, width = image.shape[:2]
    half = min(0.62 * max(x1 - x0, y1 - y0), width / 2, height / 2)
    x = float(np.clip((x0 + x1) / 2, half, width - half))
    y = float(np.clip((y0 + y1) / 2, half, height - half))
    cut = image[round(y - half) : round(y + half), round(x - half) : round(x + half)]
    return np.asarray(shrink(np.ascontiguousarray(cut), FACE_SIDE_PX))


def relative(points: np.ndarray, size: tuple[int, int]) -> list[list[float]]:
    """Points as shares of the picture's width and height, from its outer edges."""
    height, width = size
    share = (np.asarray(points, np.float64)[:, :2] + 0.5) / (width, height)
    return share.round(5).tolist()
