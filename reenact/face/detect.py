"""Finding the faces of a still picture: MTCNN boxes, then the mesh in each box.

Pictures are looked at upright first. Where nothing is found they are looked at again with the
shadows lifted, smoothed, and turned by a quarter, so that dark, noisy, painted and lying faces
are found too. A mesh counts only where several looks at it agree; see `landmarks.settle`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import cv2
import numpy as np

from reenact.errors import FaceNotFoundError
from reenact.face.boxes import MAX_SIDE_PX, FaceBox, detect, detect_boxes
from reenact.face.landmarks import mesh_in_box, roll_of, settle
from reenact.types import Face, Frame, Points

__all__ = [
    "detect_boxes",
    "find_face",
    "find_faces",
    "make_face",
    "mesh_in_box",
    "pick_face",
]

MAX_FACES = 30
"""More faces than this are not looked at; the largest are kept."""

_MAX_DOUBT, _MAX_DOUBT_SURE = 0.06, 0.15  # outer eye corner distances
_SURE = 0.97  # detector's score from which a mesh may be less steady (odd faces, tiny faces)
_SECOND_SIDE_PX = 640  # the detector's picture when it looks again


def find_faces(frame: Frame, *, is_thorough: bool = True) -> list[Face]:
    """All faces of a picture, from left to right.

    Args:
        frame: (H, W, 3) picture.
        is_thorough: look again, turned and smoothed, where no face is seen upright; a picture
            without a face then takes six times as long.

    Returns:
        Faces sorted by the x of their box's center (then y); empty where there is none.
    """
    views = _views(frame)
    for view, quarter, max_side_px in views if is_thorough else islice(views, 2):
        faces = _faces_in(view, quarter, max_side_px)
        if faces:
            return sorted(faces, key=lambda f: (f.box[0] + f.box[2], f.box[1] + f.box[3]))
    return []


def pick_face(faces: list[Face], index: int | None, name: str, frame: Frame) -> Face:
    """The face with an index counted from left to right, or the largest where it is None.

    Raises:
        FaceNotFoundError: there is no face, or not so many.
    """
    if not faces:
        height, width = frame.shape[:2]
        raise FaceNotFoundError(
            f"No face found in `{name}` ({width} x {height}). Try a larger, front-facing face."
        )
    if index is None:
        return max(faces, key=lambda f: f.size_px)
    if not 0 <= index < len(faces):
        option = "driving_face" if name == "driving" else "face"
        allowed, count = ("0 to " if len(faces) > 1 else "") + f"{len(faces) - 1}", len(faces)
        raise FaceNotFoundError(
            f"`{option}` must be {allowed} (counted from left to right), got {index}: "
            f"`{name}` shows {count} face{'s' if count > 1 else ''}."
        )
    return faces[index]


def find_face(frame: Frame, index: int | None = None, *, name: str = "source") -> Face:
    """One face of a picture; see `pick_face`."""
    return pick_face(find_faces(frame), index, name, frame)


def make_face(points: Points, score: float, frame_size: tuple[int, int]) -> Face:
    """A `Face` from its landmarks."""
    low, high = points[:, :2].min(0), points[:, :2].max(0)
    box = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    return Face(points, box, float(score), frame_size)


def _views(frame: Frame) -> Iterator[tuple[Frame, int, int]]:
    """The picture in the ways it is looked at: pixels, quarter turns, side for the detector."""
    yield frame, 0, MAX_SIDE_PX
    lifted = _lifted(frame)
    yield lifted, 0, MAX_SIDE_PX
    for quarter in (1, 3, 2):
        yield frame, quarter, _SECOND_SIDE_PX
    for quarter in (1, 3, 2):
        yield lifted, quarter, _SECOND_SIDE_PX
    yield cv2.GaussianBlur(lifted, (0, 0), 2), 0, _SECOND_SIDE_PX


def _lifted(frame: Frame) -> Frame:
    """The picture with its shadows lifted: full range of lightness, then CLAHE."""
    lab = cv2.cvtColor(frame, cv2.COLOR_RGB2LAB)
    light = lab[..., 0]
    low, high = np.percentile(light, (1, 99))
    if high - low >= 8:
        ramp = np.clip((np.arange(256) - low) * 255 / (high - low), 0, 255)
        light = cv2.LUT(light, ramp.astype(np.uint8))
    lab[..., 0] = cv2.createCLAHE(3.0, (8, 8)).apply(light)
    return cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)


def _faces_in(frame: Frame, quarter: int, max_side_px: int) -> list[Face]:
    turned = np.ascontiguousarray(np.rot90(frame, quarter)) if quarter else frame
    faces: list[Face] = []
    for found in detect(turned, max_side_px)[:MAX_FACES]:
        points = _mesh_of(turned, found)
        if points is None or any(_is_same(points, face) for face in faces):
            continue
        faces.append(make_face(points, found.score, turned.shape[:2]))
    return [_turn_back(face, quarter, frame.shape[:2]) for face in faces]


def _mesh_of(frame: Frame, found: FaceBox) -> Points | None:
    settled = settle(frame, found.box, found.angle)
    if len(settled) > 1:  # which way up? the detector knows upright faces best
        settled.sort(key=lambda mesh: -_upright_score(frame, mesh.points))
    most = _MAX_DOUBT_SURE if found.score >= _SURE else _MAX_DOUBT
    return settled[0].points if settled and settled[0].doubt <= most else None


def _upright_score(frame: Frame, points: Points) -> float:
    """How sure the detector is of the face, turned upright by a mesh of it: 0 to 1."""
    center = points[:, :2].mean(axis=0).astype(np.float64)
    zoom = 72 / np.ptp(points[:, :2], axis=0).max()
    matrix = cv2.getRotationMatrix2D(tuple(center), roll_of(points), zoom)
    matrix[:, 2] += 80 - center
    flags = cv2.INTER_LINEAR if zoom > 0.5 else cv2.INTER_AREA
    cut = cv2.warpAffine(frame, matrix, (160, 160), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    upright = [face.score for face in detect(cut) if abs(face.angle) < 45]
    return max(upright, default=0.0)


def _is_same(points: Points, face: Face) -> bool:
    """Whether two meshes lie on one face: centers closer than a third of its size."""
    apart = np.linalg.norm(points[:, :2].mean(0) - face.points[:, :2].mean(0))
    return bool(apart < face.size_px / 3)


def _turn_back(face: Face, quarter: int, frame_size: tuple[int, int]) -> Face:
    """Points of `np.rot90(frame, quarter)` as points of the frame."""
    if not quarter:
        return face
    height, width = frame_size
    x, y, z = face.points.T
    if quarter == 1:
        x, y = width - 1 - y, x
    elif quarter == 2:
        x, y = width - 1 - x, height - 1 - y
    else:
        x, y = y, height - 1 - x
    return make_face(np.stack([x, y, z], 1).astype(np.float32), face.score, frame_size)
