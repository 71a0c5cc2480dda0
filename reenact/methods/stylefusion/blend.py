"""Section 3.5: the generated face, warped and blended into the photograph.

The paper lays the whole generated face, 1024 pixels of it, over the photograph. A small generator
has no pores and would blur eyeglasses and hair. So here the photograph is warped to the generated
face's landmarks and takes over only what changed between the generated face before (the source's
own styles) and after: light and folds as a difference of low resolution, and the inside of an
opening mouth as it is.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.face.align import Crop
from reenact.geometry.landmark_flow import landmark_flow
from reenact.geometry.landmark_maps import landmark_maps
from reenact.landmark_driven import FACE_PX
from reenact.nn.compose import compose, warm_mouth
from reenact.types import Frame

_SMALL = FACE_PX // 4
_SOFT = 1.0  # of the difference, pixels of a quarter of the window
_CRISP, _TEETH = 0.8, FACE_PX / 32  # thin teeth of a small generator are pale: gain, their size
_INSIDE = 2  # the landmark map of the inside of the mouth


def blend(
    source: Frame,
    window: Crop,
    here: NDArray,
    still: NDArray,
    there: NDArray,
    around: tuple[NDArray, NDArray],
    before: NDArray,
    after: NDArray,
) -> Frame:
    """The source's crop with what the styles changed.

    The generated faces do not turn their heads: what changes is found in the source's own pose, and
    turned with the photograph then.

    Args:
        source: (S, S, 3) crop.
        window: where the upright window lies in it.
        here, still, there: (106, 2) landmarks before, with the expression, and with the head turned
            too, pixels of the window.
        around: (N, 2) places beside the face before and after, pixels of the window.
        before, after: (w, w, 3) float32 0..1 the generated faces in the window, NaN outside of
            what the generator drew.
    """
    flow = landmark_flow(here, there, FACE_PX, _SMALL, around)
    start, end = around
    moved = _moved(before, landmark_flow(here, still, FACE_PX, _SMALL, (start, start)))
    change = after - moved
    if not np.array_equal(still, there):
        turn = landmark_flow(still, there, FACE_PX, _SMALL, (start, end))
        change, after = _moved(change, turn), _moved(after, turn)
    change = cv2.resize(change, (_SMALL, _SMALL), interpolation=cv2.INTER_AREA)
    is_known = np.isfinite(change).all(axis=2)
    tone = np.where(is_known[..., None], change, 0).astype(np.float32)
    tone = cv2.GaussianBlur(tone, (0, 0), _SOFT) * _face(there)[..., None]
    mask, paint = _mouth(source, window, here, there, before, after)
    return compose(source, window, flow, tone.transpose(2, 0, 1), mask, paint)


def _moved(picture: NDArray, flow: NDArray) -> NDArray[np.float32]:
    """(w, w, 3) the picture moved by a flow of a quarter of its side."""
    side = picture.shape[0]
    x, y = (cv2.resize(part, (side, side)) for part in flow)
    steps = np.arange(side, dtype=np.float32)
    return cv2.remap(
        picture, x + steps, y + steps[:, None], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def _face(points: NDArray) -> NDArray[np.float32]:
    """(w / 4, w / 4) 1 inside of the face, softly 0 outside of it."""
    hull = cv2.convexHull(np.round(points * (_SMALL / FACE_PX)).astype(np.int32))
    mask = np.zeros((_SMALL, _SMALL), np.float32)
    cv2.fillConvexPoly(mask, hull, 1.0)
    return cv2.GaussianBlur(mask, (0, 0), 2.0)


def _mouth(
    source: Frame,
    window: Crop,
    here: NDArray,
    there: NDArray,
    before: NDArray,
    after: NDArray,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mask and paint of the inside of the mouth, where it opens farther than the source's."""
    half = FACE_PX // 2
    inside, was = (
        np.float32(landmark_maps(p, FACE_PX, half)[_INSIDE]) / 255 for p in (there, here)
    )
    opened = max(0.0, float(inside.sum() - was.sum())) / max(float(inside.sum()), 1.0)
    mask = cv2.GaussianBlur(inside, (0, 0), 1.0) * min(1.0, 2 * opened)
    face = window.cut(source).astype(np.float32) / 255
    light = cv2.GaussianBlur(np.nan_to_num(face - before), (0, 0), FACE_PX / 10)
    drawn = np.nan_to_num(after)
    crisp = _CRISP * (drawn - cv2.GaussianBlur(drawn, (0, 0), _TEETH))
    paint = np.clip(drawn + crisp + light, 0, 1).transpose(2, 0, 1).astype(np.float32)
    return mask[None].astype(np.float32), warm_mouth(paint, inside)


def in_window(picture: NDArray, crop: Crop, window: Crop) -> NDArray[np.float32]:
    """A generated face as it lies in the upright window.

    Args:
        picture: (s, s, 3) float32 0..1. crop: where it lies in the source's crop.
        window: where the window lies there.

    Returns:
        (w, w, 3), NaN outside of the picture.
    """
    whole = np.vstack([window.matrix, [0, 0, 1]]) @ np.linalg.inv(
        np.vstack([crop.matrix, [0, 0, 1]])
    )
    size = (window.size, window.size)
    laid = cv2.warpAffine(
        picture, whole[:2], size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    ones = np.ones(picture.shape[:2], np.float32)
    is_inside = cv2.warpAffine(ones, whole[:2], size, flags=cv2.INTER_LINEAR) > 0.99
    laid[~is_inside] = np.nan
    return laid
