"""MediaPipe's face mesh: 478 landmarks with irises. The only file that knows mediapipe."""

from __future__ import annotations

import logging
import os
import threading
import warnings

import cv2
import numpy as np

from reenact.face.align import LEFT_EYE_OUTER, RIGHT_EYE_OUTER
from reenact.types import Frame, Points

logger = logging.getLogger(__name__)

POINT_COUNT = 478
_static_lock = threading.Lock()
_static_mesh: MeshModel | None = None


class MeshModel:
    """One face mesh graph. Not for two threads at once.

    Args:
        is_video: whether consecutive pictures are frames of one clip, so that the model tracks.
        min_score: 0 to 1, below this a face does not count as found.
    """

    def __init__(self, *, is_video: bool, min_score: float = 0.3) -> None:
        os.environ.setdefault("GLOG_minloglevel", "2")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from mediapipe.python.solutions.face_mesh import FaceMesh

        self._mesh = FaceMesh(
            static_image_mode=not is_video,
            max_num_faces=1,
            refine_landmarks=True,
            min_detection_confidence=min_score,
            min_tracking_confidence=0.5,
        )

    def __call__(self, frame: Frame) -> Points | None:
        """(478, 3) landmarks of the clearest face in pixels of `frame`, or None."""
        height, width = frame.shape[:2]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = self._mesh.process(np.ascontiguousarray(frame)).multi_face_landmarks
        if not found:
            return None
        points = np.array([(p.x, p.y, p.z) for p in found[0].landmark], np.float32)
        # MediaPipe normalizes by the picture's sides; z is in the scale of x.
        points *= (width, height, width)
        points[:, :2] -= 0.5
        return points

    def reset(self) -> None:
        """Forget the last frame."""
        self._mesh.reset()

    def close(self) -> None:
        self._mesh.close()


def mesh_in_box(frame: Frame, box: np.ndarray, angle: float = 0.0) -> Points | None:
    """Landmarks of the face in a box of a still picture.

    Args:
        frame: (H, W, 3) the picture.
        box: (x0, y0, x1, y1) where the face is, pixels.
        angle: how far the face is rotated clockwise, degrees.

    Returns:
        (478, 3) pixels of `frame`, or None where no face is seen in the box. Looks a second time
        with the face upright, which makes the points of tilted faces better.
    """
    points = _look(frame, box, angle, margin=1.0)
    if points is None:
        points = _look(frame, box, angle, margin=0.5)
    if points is None:
        return None
    tilt = _roll(points)
    low, high = points[:, :2].min(0), points[:, :2].max(0)
    again = _look(frame, np.concatenate([low, high]), tilt, margin=0.6)
    return points if again is None else again


def _roll(points: Points) -> float:
    eyes = points[RIGHT_EYE_OUTER, :2] - points[LEFT_EYE_OUTER, :2]
    return float(np.degrees(np.arctan2(eyes[1], eyes[0])))


def _look(frame: Frame, box: np.ndarray, angle: float, margin: float) -> Points | None:
    global _static_mesh
    x0, y0, x1, y1 = (float(v) for v in box)
    center = ((x0 + x1) / 2, (y0 + y1) / 2)
    side = max(x1 - x0, y1 - y0) * (1 + 2 * margin)
    size = int(np.clip(side, 192, 512))
    matrix = cv2.getRotationMatrix2D(center, angle, size / side)
    matrix[:, 2] += (size - 1) / 2 - np.array(center)
    flags = cv2.INTER_AREA if size < side else cv2.INTER_CUBIC
    cut = cv2.warpAffine(frame, matrix, (size, size), flags=flags, borderValue=(127, 127, 127))
    with _static_lock:
        if _static_mesh is None:
            _static_mesh = MeshModel(is_video=False)
        points = _static_mesh(cut)
    if points is None:
        return None
    back = cv2.invertAffineTransform(matrix)
    xy = points[:, :2] @ back[:, :2].T + back[:, 2]
    return np.column_stack([xy, points[:, 2] * side / size]).astype(np.float32)
