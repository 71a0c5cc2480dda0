"""What the network leaves out of the portrait, moved with the landmarks: pores, hairs, edges.

TL2F of the light recipe draws 128 pixels after minutes of training, softly. The source picture
shows the same person, so what TL2F misses of the source is carried to the output along the
landmarks' motion. Where the inside of mouth or eyes changes, it fades out: there the network knows.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.geometry.landmark_flow import landmark_flow
from reenact.landmark_driven import FACE_PX
from reenact.types import Frame

_STEP = 4  # pixels between the places at which the motion is computed
_CHANGE = 0.12  # of a part's width: points that move so far against one another change it
_EYES = ((52, 53, 72, 54, 55, 56, 73, 57, 104), (58, 59, 75, 60, 61, 62, 76, 63, 105))
_MOUTH = tuple(range(96, 104))
_PARTS = (*_EYES, _MOUTH)
_GROWN = 1.25
_SHRUNK = 0.86  # of the contour, within which details lie on skin
_FOREHEAD = 0.18  # of the contour's height above the brows
_STILL = 2.0  # pixels beside the face


def missed(seen: Frame, drawn: Frame) -> NDArray[np.float32]:
    """(256, 256, 3) what a drawn face lacks of the one that is seen."""
    return seen.astype(np.float32) - drawn


def with_detail(
    drawn: Frame,
    detail: NDArray[np.float32],
    here: NDArray,
    there: NDArray,
    around: tuple[NDArray, NDArray],
) -> Frame:
    """A drawn face with what was missed of the source.

    Args:
        drawn: (256, 256, 3) the face. detail: see `missed`.
        here, there: (106, 2) landmarks of the source and of the output, pixels of their windows.
        around: (N, 2) places beside the face, before and after, which hold hair and neck.
    """
    flow = landmark_flow(here, there, FACE_PX, FACE_PX // _STEP, around)
    full = cv2.resize(flow.transpose(1, 2, 0), (FACE_PX, FACE_PX), interpolation=cv2.INTER_LINEAR)
    y, x = np.mgrid[:FACE_PX, :FACE_PX].astype(np.float32)
    border = {"interpolation": cv2.INTER_LINEAR, "borderMode": cv2.BORDER_REPLICATE}
    moved = cv2.remap(detail, x + full[..., 0], y + full[..., 1], **border)
    keep = _kept(here, there, np.linalg.norm(full, axis=-1))[..., None]
    return np.clip(np.round(drawn + keep * moved), 0, 255).astype(np.uint8)


def _kept(here: NDArray, there: NDArray, moved: NDArray) -> NDArray[np.float32]:
    """(256, 256) how much of the detail serves.

    Less in mouth and eyes, the more these change; and beside the face, where `moved` (pixels) says
    that things went elsewhere: landmarks say little of where hair, ears and collar go.
    """
    out = np.exp(-np.square(moved / _STILL)).astype(np.float32)
    middle = there[:33].mean(0)
    face = np.concatenate([there[:33], there[33:43] + (0, -_FOREHEAD * np.ptp(there[:33, 1]))])
    inside = middle + _SHRUNK * (face - middle)
    skin = np.zeros_like(out)
    cv2.fillConvexPoly(skin, cv2.convexHull(np.round(inside).astype(np.int32)), 1.0)
    out = np.maximum(out, cv2.GaussianBlur(skin, (0, 0), 5))
    for part in _PARTS:
        a, b = here[list(part)], there[list(part)]
        change = (b - b.mean(0)) - (a - a.mean(0))
        far = float(np.linalg.norm(change, axis=1).max()) / max(float(np.ptp(a[:, 0])), 1.0)
        lost = 1 - float(np.exp(-((far / _CHANGE) ** 2)))
        grown = b.mean(0) + _GROWN * (b - b.mean(0))
        cv2.fillConvexPoly(out, cv2.convexHull(np.round(grown).astype(np.int32)), 1 - lost)
    return cv2.GaussianBlur(out, (0, 0), 3)
