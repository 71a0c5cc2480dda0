"""Which of the trained people a picture shows, if any.

The network that draws the face most alike says who it could be. Whether it is that person is then
asked of their examples (`examples.py`), carried onto the picture's landmarks: the fine details of
skin and of eyes and brows must agree. Soft drawings do not tell similar people apart, these do.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.landmark_driven import FACE_PX
from reenact.methods.landmarkgan.detail import carried
from reenact.methods.landmarkgan.examples import EYES, MOUTH, Example, by_distance
from reenact.types import Frame, Points

ALIKE = 0.65
"""`resemblance` above which a picture shows the person, where a weights file says nothing else; see
README.md for what others reach."""
_SIDE = 64
_TRIED = 3  # examples whose eyes and mouth are most as those of the picture
_BROWS = (range(33, 38), range(38, 43))
_LOOKS = ((64, 2.0), (128, 2.0))
"""Of skin, and of eyes with brows: side of the picture, and what is broader than so many of its
pixels does not count."""


def likeness(drawn: Frame, seen: Frame, points: Points) -> float:
    """Correlation of the details of two faces, -1 to 1; even light and color do not count.

    Args:
        drawn, seen: (S, S, 3) the same window: as the network draws it, and as it is.
        points: (106, 2) landmarks in a window of `FACE_PX`.
    """
    return _agreement(drawn, seen, _hull(points), _SIDE, _SIDE / 12)


def resemblance(
    examples: Sequence[Example],
    seen: Frame,
    points: Points,
    inside: NDArray[np.uint8] | None = None,
) -> float:
    """How much a face looks like a person's examples, -1 to 1.

    Args:
        examples: one or more. seen: (256, 256, 3) the window.
        points: (106, 2) landmarks, pixels of it.
        inside: (256, 256) 1 where the window shows the picture, 0 beyond its border.
    """
    near = by_distance(examples, points, (*EYES, *MOUTH))[:_TRIED]
    pictures = [carried(one, points) for one in near]
    masks = [mask if inside is None else mask & inside for mask in _masks(points)]
    best = [
        max(_agreement(picture, seen, mask, *look) for picture in pictures)
        for mask, look in zip(masks, _LOOKS, strict=True)
    ]
    return float(np.mean(best))


def _masks(points: Points) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """(256, 256) of bare skin, and of eyes with brows."""
    eyes, other = (np.zeros((FACE_PX, FACE_PX), np.uint8) for _ in range(2))
    for part in (*EYES, *MOUTH):
        other |= _hull(points[list(part)], 1.4)
    for brow, eye in zip(_BROWS, EYES, strict=True):
        other |= _hull(points[list(brow)], 1.3)
        eyes |= _hull(points[[*brow, *eye]], 1.3)
    return _hull(points[:43], 0.92) & (1 - other), eyes


def _agreement(
    here: NDArray, there: NDArray, mask: NDArray[np.uint8], side: int, sigma: float
) -> float:
    """Correlation of what is finer than `sigma` pixels of pictures `side` wide, within a mask."""
    inside = cv2.resize(mask, (side, side), interpolation=cv2.INTER_NEAREST) > 0
    if not inside.any():
        return 0.0
    a, b = (_details(one, side, sigma)[inside] for one in (here, there))
    a, b = a - a.mean(0), b - b.mean(0)
    return float((a * b).sum()) / max(float(np.sqrt((a**2).sum() * (b**2).sum())), 1e-9)


def _details(picture: NDArray, side: int, sigma: float) -> NDArray[np.float32]:
    small = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32)
    return small - cv2.GaussianBlur(small, (0, 0), sigma)


def _hull(points: Points, grown: float = 1.0) -> NDArray[np.uint8]:
    """(256, 256) 1 within the hull of some points, grown from their middle."""
    out = np.zeros((FACE_PX, FACE_PX), np.uint8)
    outline = points.mean(0) + grown * (points - points.mean(0))
    cv2.fillConvexPoly(out, cv2.convexHull(np.round(outline).astype(np.int32)), 1)
    return out
