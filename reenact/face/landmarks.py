"""MediaPipe's face mesh: 478 landmarks with irises. The only file that knows mediapipe."""

from __future__ import annotations

import logging
import os
import threading
import warnings
from dataclasses import dataclass

import cv2
import numpy as np

from reenact.face.align import LEFT_EYE_OUTER, RIGHT_EYE_OUTER
from reenact.types import Frame, Points

logger = logging.getLogger(__name__)

POINT_COUNT = 478
_CLEAR = 0.012  # doubt below which no other angle is tried
_FAIR = 0.03  # doubt below which no quarter turns are tried
_RIVAL = 3.0  # a mesh turned the other way is nearly as steady below this times the doubt
_PALE = 90  # grey levels between the darkest and the brightest of a face that needs none
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


@dataclass(frozen=True)
class Settled:
    """A mesh that was looked at several times.

    Attributes:
        points: (478, 3) pixels.
        doubt: how far looks at other angles moved the points, mean, in outer eye corner
            distances: about 0.01 on a clear face, above 0.05 on an upside-down or false one.
    """

    points: Points
    doubt: float


def mesh_in_box(frame: Frame, box: np.ndarray, angle: float = 0.0) -> Points | None:
    """Landmarks of the face in a box of a still picture.

    Args:
        frame: (H, W, 3) the picture.
        box: (x0, y0, x1, y1) where the face is, pixels.
        angle: how far the face is rotated clockwise, degrees; may be wrong.

    Returns:
        (478, 3) pixels of `frame`, or None where no face is seen in the box.
    """
    settled = settle(frame, box, angle)
    return settled[0].points if settled else None


def settle(frame: Frame, box: np.ndarray, angle: float = 0.0) -> list[Settled]:
    """The meshes that may lie in a box, the steadiest first; empty where no face is seen.

    The mesh model follows an upside-down face without complaint, but seldom twice to the same
    place. So where looks disagree, the opposite angle is tried as well. A second mesh is given
    where it is turned the other way and nearly as steady.
    """
    found: list[Settled] = []
    for turn in (0.0, 180.0, 90.0, -90.0):
        mesh = _settle_at(frame, box, angle + turn)
        if mesh is not None:
            found.append(mesh)
        best = min((mesh.doubt for mesh in found), default=1.0)
        if best < (_CLEAR if turn == 0 else _FAIR):
            break
    found.sort(key=lambda mesh: mesh.doubt)
    rivals = [
        mesh
        for mesh in found[1:]
        if mesh.doubt < _RIVAL * found[0].doubt and _turned(mesh.points, found[0].points) > 90
    ]
    return [*found[:1], *rivals[:1]]


def _settle_at(frame: Frame, box: np.ndarray, angle: float) -> Settled | None:
    for margin in (0.6, 1.0, 0.3):
        points = _look(frame, box, angle, margin)
        if points is not None:
            break
    else:
        return None
    upright = _look_again(frame, points, 0.0)
    if upright is None:
        return Settled(points, 1.0)
    others = [_look_again(frame, upright, turn) for turn in (-20.0, 20.0)]
    return Settled(upright, max(_apart(upright, other) for other in others))


def _look_again(frame: Frame, points: Points, turn: float) -> Points | None:
    """Landmarks found anew with the face upright but for `turn` degrees."""
    box = np.concatenate([points[:, :2].min(0), points[:, :2].max(0)])
    return _look(frame, box, roll_of(points) + turn, margin=0.6)


def _apart(points: Points, other: Points | None) -> float:
    """Mean distance of two meshes in outer eye corner distances of the first; at most 1."""
    if other is None:
        return 1.0
    eyes = np.linalg.norm(points[RIGHT_EYE_OUTER] - points[LEFT_EYE_OUTER])
    gap = np.linalg.norm(points[:, :2] - other[:, :2], axis=1).mean()
    return float(min(1.0, gap / max(eyes, 1e-6)))


def _turned(points: Points, other: Points) -> float:
    """By how many degrees one mesh is rolled against another, 0 to 180."""
    return abs((roll_of(points) - roll_of(other) + 180) % 360 - 180)


def roll_of(points: Points) -> float:
    """Clockwise angle of the line through the outer eye corners, degrees."""
    eyes = points[RIGHT_EYE_OUTER, :2] - points[LEFT_EYE_OUTER, :2]
    return float(np.degrees(np.arctan2(eyes[1], eyes[0])))


def _look(frame: Frame, box: np.ndarray, angle: float, margin: float) -> Points | None:
    """Landmarks in the square around a box, grown by `margin` of its side all round."""
    global _static_mesh
    x0, y0, x1, y1 = (float(v) for v in box)
    center = ((x0 + x1) / 2, (y0 + y1) / 2)
    side = max(x1 - x0, y1 - y0) * (1 + 2 * margin)
    if not 1 <= side < 1e6:
        return None
    size = int(np.clip(side, 192, 512))
    matrix = cv2.getRotationMatrix2D(center, angle, size / side)
    matrix[:, 2] += (size - 1) / 2 - np.array(center)
    cut = _stretched(_cut(frame, matrix, size))
    with _static_lock:
        if _static_mesh is None:
            _static_mesh = MeshModel(is_video=False)
        points = _static_mesh(cut)
    if points is None:
        return None
    back = cv2.invertAffineTransform(matrix)
    xy = points[:, :2] @ back[:, :2].T + back[:, 2]
    return np.column_stack([xy, points[:, 2] * side / size]).astype(np.float32)


def _cut(frame: Frame, matrix: np.ndarray, size: int) -> Frame:
    """(size, size, 3) of the frame, gray outside of it; large pictures are shrunk smoothly."""
    zoom = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    while zoom < 0.5 and min(frame.shape[:2]) > 2:
        height, width = frame.shape[:2]
        half = cv2.resize(frame, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        ratio = np.array([width / half.shape[1], height / half.shape[0]])
        matrix = matrix.copy()
        matrix[:, 2] += matrix[:, :2] @ ((ratio - 1) / 2)
        matrix[:, :2] *= ratio
        frame, zoom = half, zoom * 2
    return cv2.warpAffine(
        frame, matrix, (size, size), flags=cv2.INTER_CUBIC, borderValue=(127, 127, 127)
    )


def _stretched(cut: Frame) -> Frame:
    """The cut with its full range of brightness, where it is very dark or pale."""
    middle = cut[cut.shape[0] // 5 : -cut.shape[0] // 5, cut.shape[1] // 5 : -cut.shape[1] // 5]
    low, high = np.percentile(middle[::4, ::4], (1, 99))
    if high - low >= _PALE or high - low < 4:
        return cut
    ramp = np.clip((np.arange(256) - low) * 230 / (high - low) + 12, 0, 255)
    return cv2.LUT(cut, ramp.astype(np.uint8))
