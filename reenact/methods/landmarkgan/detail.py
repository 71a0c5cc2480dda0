"""What the network leaves out: pores, hairs, lashes, teeth; from real pictures of the person.

TL2F of the light recipe draws 128 pixels after minutes of training, softly. The source picture
shows the same person, so it is carried along the landmarks' motion, and of the network's face only
what is broad is laid over it: where light, cheeks and lips go. Around a brow even less, because a
soft brow beside the real one is a ghost. Eyes and mouth change their inside, so they take fine
details of the person's examples (`examples.py`), the less the farther these are from what is
wanted; there the network's own drawing is seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.geometry.landmark_flow import landmark_flow
from reenact.landmark_driven import FACE_PX
from reenact.methods.landmarkgan.examples import EYES, MOUTH, Example, nearest
from reenact.types import Frame

_STEP = 4  # pixels between the places at which motion is computed, and soft pictures are soft
_FINE = 6.0  # pixels: what is smaller is taken from real pictures
_TONE = 12.0  # what the network misses of the source counts as its light where it is broader
_BROW_FINE = 16.0
_BROWS = (range(33, 38), range(38, 43))
_GROWN = {"brow": 1.5, "lids": 1.15, "eyes": 1.5, "mouth": 1.25, "face": 0.9}
_FOREHEAD = 0.18  # of the contour's height above the brows
_CHANGES = {"eyes": 0.3, "mouth": 0.2}
"""Of a part's width: an example whose points lie so far from the wanted ones gives little."""
_STILL = 3.0  # pixels of motion up to which the source picture itself is shown

Picture = NDArray[np.float32]


def missed(seen: Frame, drawn: Frame) -> Picture:
    """(256, 256, 3) what a drawn face lacks of the one that is seen."""
    return seen.astype(np.float32) - drawn


def with_detail(
    drawn: Frame,
    source: Example,
    detail: Picture,
    there: NDArray,
    around: tuple[NDArray, NDArray],
    examples: Sequence[Example] = (),
) -> Frame:
    """A drawn face with what real pictures of the person show.

    Args:
        drawn: (256, 256, 3) the face.
        source: the source's face. detail: see `missed`.
        there: (106, 2) landmarks of the output, pixels of its window.
        around: (N, 2) places beside the face, before and after, which hold hair and neck.
        examples: more pictures of the person.
    """
    flow = _flow(source.points, there, around)
    moved = _moved(source.picture, flow)
    light = drawn + _broad(_moved(detail, flow), _TONE)
    skin = moved + _broad(light - moved, _FINE)
    browed = moved + _broad(_moved(detail, flow) + drawn - moved, _BROW_FINE)
    out = _laid(moved, skin, _soft(_face(there), 5))
    out = _laid(out, browed, _soft(_brows(there), 6))
    known = [source, *examples]
    for name, parts in (("eyes", EYES), ("mouth", MOUTH)):
        real = np.zeros_like(out)
        kept = np.zeros(len(parts), np.float32)
        for one, share in nearest(known, there, parts):
            picture = moved if one is source else carried(one, there)
            real += share * (picture - _broad(picture, _FINE))
            kept += share * np.array([_kept(one.points, there, part, name) for part in parts])
        for part, keep in zip(parts, kept, strict=True):
            part_out = light + keep * (_broad(light, _FINE) + real - light)
            out = _laid(out, part_out, _soft(_hull(there[list(part)], _GROWN[name]), 3))
    far = float(np.linalg.norm(there - source.points, axis=1).max())
    out = _laid(out, moved, np.full(out.shape[:2], np.exp(-((far / _STILL) ** 2)), np.float32))
    return np.clip(np.round(out), 0, 255).astype(np.uint8)


def carried(example: Example, there: NDArray) -> Picture:
    """(256, 256, 3) an example's picture, bent so that its landmarks lie elsewhere."""
    return _moved(example.picture, _flow(example.points, there))


def _flow(
    here: NDArray, there: NDArray, around: tuple[NDArray, NDArray] | None = None
) -> NDArray[np.float32]:
    """(256, 256, 2) where each pixel of a moved face comes from, less where it is."""
    flow = landmark_flow(here, there, FACE_PX, FACE_PX // _STEP, around).transpose(1, 2, 0)
    return cv2.resize(flow, (FACE_PX, FACE_PX), interpolation=cv2.INTER_LINEAR)


def _moved(picture: NDArray, flow: NDArray[np.float32]) -> Picture:
    border = {"interpolation": cv2.INTER_LINEAR, "borderMode": cv2.BORDER_REPLICATE}
    return cv2.remap(picture.astype(np.float32), _grid() + flow, None, **border)


@lru_cache(maxsize=1)
def _grid() -> NDArray[np.float32]:
    """(256, 256, 2) x and y of each pixel."""
    y, x = np.mgrid[:FACE_PX, :FACE_PX].astype(np.float32)
    return np.stack([x, y], -1)


def _broad(picture: Picture, sigma: float) -> Picture:
    """What is broader than some pixels; made small, for it is soft."""
    small = cv2.resize(picture, None, fx=1 / _STEP, fy=1 / _STEP, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / _STEP)
    return cv2.resize(small, (FACE_PX, FACE_PX), interpolation=cv2.INTER_CUBIC)


def _laid(below: Picture, above: Picture, mask: NDArray[np.float32]) -> Picture:
    return below + mask[..., None] * (above - below)


def _kept(here: NDArray, there: NDArray, part: Sequence[int], name: str) -> float:
    """How much of a picture's fine detail serves, 0 to 1: less, the more the part changes."""
    a, b = here[list(part)], there[list(part)]
    change = (b - b.mean(0)) - (a - a.mean(0))
    far = float(np.linalg.norm(change, axis=1).max()) / max(float(np.ptp(a[:, 0])), 1.0)
    return float(np.exp(-((far / _CHANGES[name]) ** 2)))


def _face(there: NDArray) -> NDArray[np.float32]:
    forehead = there[33:43] + (0, -_FOREHEAD * np.ptp(there[:33, 1]))
    middle = there[:33].mean(0)
    points = np.concatenate([there[:33], forehead])
    return _hull(middle + _GROWN["face"] * (points - middle), 1.0)


def _brows(there: NDArray) -> NDArray[np.float32]:
    """The brows, and the lids below them."""
    out = np.zeros((FACE_PX, FACE_PX), np.float32)
    for brow, eye in zip(_BROWS, EYES, strict=True):
        out = np.maximum(out, _hull(there[list(brow)], _GROWN["brow"]))
        out = np.maximum(out, _hull(there[[*brow, *eye]], _GROWN["lids"]))
    return out


def _hull(points: NDArray, grown: float) -> NDArray[np.float32]:
    """(256, 256) 1 within the hull of some points, grown from their middle."""
    out = np.zeros((FACE_PX, FACE_PX), np.float32)
    outline = points.mean(0) + grown * (points - points.mean(0))
    cv2.fillConvexPoly(out, cv2.convexHull(np.round(outline).astype(np.int32)), 1.0)
    return out


def _soft(mask: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    return cv2.GaussianBlur(mask, (0, 0), sigma)
