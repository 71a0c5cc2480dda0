"""Face boxes of a still picture by MTCNN (Zhang et al., 2016), with the angle of each face."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from reenact.types import Frame

MIN_FACE_PX = 20
"""Smaller faces, in a picture of at most `MAX_SIDE_PX`, are not looked for."""

MAX_SIDE_PX = 960
"""Larger pictures are shrunk to this side for the detector."""

_lock = threading.Lock()


@dataclass(frozen=True)
class FaceBox:
    """Where a face may be.

    Attributes:
        box: (x0, y0, x1, y1) pixels.
        score: 0 to 1.
        angle: how far the face is rotated clockwise, degrees, by its eyes and mouth corners.
    """

    box: np.ndarray
    score: float
    angle: float


def detect_boxes(frame: Frame) -> tuple[np.ndarray, np.ndarray]:
    """Face boxes by MTCNN.

    Args:
        frame: (H, W, 3) picture of any size.

    Returns:
        (N, 4) boxes x0, y0, x1, y1 in pixels, and (N,) scores 0..1.
    """
    found = detect(frame)
    boxes = np.array([face.box for face in found], np.float32).reshape(-1, 4)
    return boxes, np.array([face.score for face in found], np.float32)


def detect(frame: Frame, max_side_px: int = MAX_SIDE_PX) -> list[FaceBox]:
    """Faces that MTCNN sees, largest first.

    Args:
        frame: (H, W, 3) picture of any size.
        max_side_px: larger pictures are shrunk to this side.
    """
    height, width = frame.shape[:2]
    if min(height, width) < 12:
        return []
    ratio = min(1.0, max_side_px / max(height, width))
    size = (max(12, round(width * ratio)), max(12, round(height * ratio)))
    small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA) if ratio < 1 else frame
    with _lock, _one_thread():
        boxes, scores, marks = _mtcnn().detect(small, landmarks=True)
    if boxes is None:
        return []
    scale = np.array([width / size[0], height / size[1]]) if ratio < 1 else np.ones(2)
    found = [
        FaceBox((box * np.tile(scale, 2)).astype(np.float32), float(score), _angle(five * scale))
        for box, score, five in zip(boxes, scores, marks, strict=True)
    ]
    return sorted(found, key=lambda face: -(face.box[2:] - face.box[:2]).max())


def _angle(five: np.ndarray) -> float:
    """Clockwise angle of a face by its five points: eyes, nose, mouth corners."""
    across = (five[1] - five[0]) + (five[4] - five[3])
    down = (five[3] + five[4]) - (five[0] + five[1])
    # A quarter turn lays `down` on `across`; together they outvote one wrong point.
    total = across + (down[1], -down[0])
    return float(np.degrees(np.arctan2(total[1], total[0])))


@lru_cache(maxsize=1)
def _mtcnn():
    from facenet_pytorch import MTCNN

    return MTCNN(keep_all=True, device="cpu", min_face_size=MIN_FACE_PX, post_process=False)


@contextmanager
def _one_thread() -> Iterator[None]:
    """MTCNN's hundreds of tiny layers take 0.1 s on one thread, 0.2 to 4 s on two busy cores."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
