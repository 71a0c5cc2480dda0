"""Finding the faces of a still picture: MTCNN boxes, then the mesh in each box.

Pictures are looked at upright first. Where nothing is found they are looked at again with the
shadows lifted, and turned by a quarter, so that dark, painted and lying faces are found too.
"""

from __future__ import annotations

import threading
from functools import lru_cache

import cv2
import numpy as np

from reenact.errors import FaceNotFoundError
from reenact.face.landmarks import mesh_in_box
from reenact.types import Face, Frame, Points

MAX_FACES = 30
"""More faces than this are not looked at; the largest are kept."""

_DETECT_SIDE_PX = 960
_lock = threading.Lock()


@lru_cache(maxsize=1)
def _mtcnn():
    from facenet_pytorch import MTCNN

    return MTCNN(keep_all=True, device="cpu", min_face_size=24, post_process=False)


def detect_boxes(frame: Frame) -> tuple[np.ndarray, np.ndarray]:
    """Face boxes by MTCNN.

    Args:
        frame: (H, W, 3) picture of any size.

    Returns:
        (N, 4) boxes x0, y0, x1, y1 in pixels, and (N,) scores 0..1.
    """
    height, width = frame.shape[:2]
    ratio = min(1.0, _DETECT_SIDE_PX / max(height, width))
    small = frame
    if ratio < 1:
        size = (max(1, round(width * ratio)), max(1, round(height * ratio)))
        small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    with _lock:
        boxes, scores = _mtcnn().detect(small)
    if boxes is None:
        return np.zeros((0, 4), np.float32), np.zeros(0, np.float32)
    scale = np.array([width / small.shape[1], height / small.shape[0]] * 2)
    return (boxes * scale).astype(np.float32), np.asarray(scores, np.float32)


def find_faces(frame: Frame) -> list[Face]:
    """All faces of a picture, from left to right.

    Args:
        frame: (H, W, 3) picture.

    Returns:
        Faces sorted by the x of their box's center (then y); empty where there is none.
    """
    for view in (frame, _lifted(frame)):
        for quarter in (0, 1, 3, 2):
            faces = _faces_in(view, quarter)
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
        raise FaceNotFoundError(
            f"`face` must be 0 to {len(faces) - 1} (counted from left to right), got {index}: "
            f"`{name}` shows {len(faces)} face{'s' if len(faces) > 1 else ''}."
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


def _lifted(frame: Frame) -> Frame:
    """The picture with its shadows lifted (CLAHE on lightness)."""
    lab = cv2.cvtColor(frame, cv2.COLOR_RGB2LAB)
    lab[..., 0] = cv2.createCLAHE(4.0, (8, 8)).apply(lab[..., 0])
    return cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)


def _faces_in(frame: Frame, quarter: int) -> list[Face]:
    turned = np.ascontiguousarray(np.rot90(frame, quarter)) if quarter else frame
    boxes, scores = detect_boxes(turned)
    order = np.argsort(-(boxes[:, 2:] - boxes[:, :2]).max(1, initial=0))[:MAX_FACES]
    faces: list[Face] = []
    for box, score in zip(boxes[order], scores[order], strict=True):
        points = mesh_in_box(turned, box)
        if points is None or any(_is_same(points, face) for face in faces):
            continue
        faces.append(make_face(points, score, turned.shape[:2]))
    return [_turn_back(face, quarter, frame.shape[:2]) for face in faces]


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
