"""Which of the trained people a picture shows: the one whose network draws it most alike."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.landmark_driven import FACE_PX
from reenact.types import Frame, Points

ALIKE = 0.78
"""Correlation above which a picture shows the person; see README.md for what others reach."""
_SIDE = 64


def likeness(drawn: Frame, seen: Frame, points: Points) -> float:
    """Correlation of the details of two faces, -1 to 1; even light and color do not count.

    Args:
        drawn, seen: (S, S, 3) the same window: as the network draws it, and as it is.
        points: (106, 2) landmarks in a window of `FACE_PX`.
    """
    mask = np.zeros((FACE_PX, FACE_PX), np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(np.round(points).astype(np.int32)), 1)
    inside = cv2.resize(mask, (_SIDE, _SIDE), interpolation=cv2.INTER_NEAREST) > 0
    here, there = (_details(one)[inside] for one in (drawn, seen))
    here, there = here - here.mean(), there - there.mean()
    size = float(np.sqrt((here**2).sum() * (there**2).sum()))
    return float((here * there).sum()) / max(size, 1e-9)


def _details(picture: Frame) -> NDArray[np.float32]:
    """(64, 64, 3) without what is even over a third of the face."""
    small = cv2.resize(picture, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    return small - cv2.GaussianBlur(small, (0, 0), _SIDE / 12)
