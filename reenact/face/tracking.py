"""Following one face through a clip or a camera: detect once, then track and smooth.

The mesh looks at a square region around the face that stands still until the face nears its
border or has changed its size, so the region itself adds no wobble. Small faces of large frames
are tracked as well as large ones, as the mesh sees the region only.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from reenact.errors import FaceNotFoundError
from reenact.face.detect import find_faces, make_face, pick_face
from reenact.face.landmarks import MeshModel
from reenact.face.smoothing import LandmarkFilter
from reenact.types import Face, Frame, Points

_REGION = 2.0  # side of a new region over the face's size
_MARGIN = 0.12  # a face nearer to the region's border than this (over its size) moves the region
_SIZES = (1.45, 3.0)  # region over face; outside of this the region is laid anew
_MESH_SIDE_PX = 512  # larger regions are shrunk for the mesh
_JUMP = 0.7  # a center that moves more than this (over the face's size) in a frame is doubted
_SEARCH_EVERY_S = 0.5  # of clip time, for the slow detector
_FORGET_S = 2.0  # after this long without a face, another person may be followed
_SIZE_CHANGE = 1.6


@dataclass(frozen=True)
class _Area:
    """A rectangle of the frame and the whole number by which it is shrunk for the mesh."""

    x: int
    y: int
    width: int
    height: int
    shrink: int = 1

    def cut(self, frame: Frame) -> Frame:
        part = frame[self.y : self.y + self.height, self.x : self.x + self.width]
        if self.shrink == 1:
            return part
        size = (-(-self.width // self.shrink), -(-self.height // self.shrink))
        return cv2.resize(part, size, interpolation=cv2.INTER_AREA)

    def to_frame(self, points: Points, seen: Frame) -> Points:
        """Points of the cut picture as points of the frame."""
        ratio = np.array([self.width / seen.shape[1], self.height / seen.shape[0]])
        xy = (points[:, :2] + 0.5) * ratio - 0.5 + (self.x, self.y)
        return np.column_stack([xy, points[:, 2] * ratio[0]]).astype(np.float32)


class FaceTracker:
    """Follows one face through consecutive frames. Not for two threads at once.

    Args:
        min_cutoff: cutoff of the smoothing on a still face, Hz; lower is calmer.
        beta: how fast the smoothing opens with motion.
        face: which face of the first frame, counted from left to right; None for the largest.
        name: what messages call the clip.

    Attributes:
        detections: how often the detector of whole frames ran.
        lost: frames without a face so far.
        refused: why no face was taken of the last frame that shows fewer than were asked for.
    """

    def __init__(
        self,
        *,
        min_cutoff: float = 0.4,
        beta: float = 200.0,
        face: int | None = None,
        name: str = "driving",
    ) -> None:
        self.detections = 0
        self.lost = 0
        self.refused: FaceNotFoundError | None = None
        self._name = name
        self._index = face
        self._filter = LandmarkFilter(min_cutoff=min_cutoff, beta=beta)
        self._mesh = MeshModel(is_video=True, min_score=0.5)
        self._area: _Area | None = None
        self._last: Face | None = None  # as found, before smoothing
        self._seen_s = -np.inf
        self._searched_s = -np.inf
        self._frame_size: tuple[int, int] | None = None

    def __call__(self, frame: Frame, time_s: float) -> Face | None:
        """The face in the next frame, or None where it is not seen.

        Args:
            frame: (H, W, 3) the frame; all frames have one size, or the tracker starts afresh.
            time_s: time of the frame in seconds.
        """
        if frame.shape[:2] != self._frame_size or time_s < self._seen_s:
            self._start(frame.shape[:2])
        points = self._tracked(frame)
        if points is None:
            self._area = None
            points = self._found_again(frame, time_s)
        if points is None:
            self.lost += 1
            return None
        self._last = make_face(points, 1.0, frame.shape[:2])
        self._seen_s = time_s
        self._follow()
        return make_face(self._filter(points, time_s), 1.0, frame.shape[:2])

    def _start(self, frame_size: tuple[int, int]) -> None:
        self._frame_size = frame_size
        self._area = self._last = None
        self._seen_s = self._searched_s = -np.inf
        self._filter.reset()

    def _tracked(self, frame: Frame) -> Points | None:
        """Landmarks from the region where the face was, if it is still the same face."""
        if self._area is None:
            return None
        points = self._look(frame, self._area)
        return points if points is not None and self._is_near(points) else None

    def _look(self, frame: Frame, area: _Area) -> Points | None:
        seen = area.cut(frame)
        points = self._mesh(seen)
        return None if points is None else area.to_frame(points, seen)

    def _look_anew(self, frame: Frame, area: _Area) -> Points | None:
        """Landmarks from a new region: detect, then look a second time as a tracked frame."""
        self._mesh.reset()
        return None if self._look(frame, area) is None else self._look(frame, area)

    def _found_again(self, frame: Frame, time_s: float) -> Points | None:
        """The face after it was lost: the last region, the whole frame, the slow detector."""
        if time_s - self._seen_s > _FORGET_S and self._last is not None:
            self._last = None
        for area in self._places():
            points = self._look_anew(frame, area)
            if points is not None and self._is_near(points, patience=1.5):
                self._area = area
                return points
        if time_s - self._searched_s < _SEARCH_EVERY_S:
            return None
        is_first = self._searched_s == -np.inf
        self._searched_s = time_s
        return self._searched(frame, is_thorough=is_first)

    def _places(self) -> list[_Area]:
        height, width = self._frame_size
        whole = _Area(0, 0, width, height, _shrink(max(width, height)))
        if self._last is not None:
            near = [_area_around(self._last, ratio, self._frame_size) for ratio in (_REGION, 1.3)]
            return [*near, whole]
        # The clearest face of the frame need not be the one that was asked for.
        return []

    def _searched(self, frame: Frame, is_thorough: bool) -> Points | None:
        self.detections += 1
        face = self._chosen(find_faces(frame, is_thorough=is_thorough), frame)
        if face is None:
            return None
        self._area = _area_around(face, _REGION, self._frame_size)
        points = self._look_anew(frame, self._area)
        apart = None if points is None else _apart(points, face)
        if apart is None or apart > _JUMP / 2:
            self._area = None
            return face.points
        return points

    def _chosen(self, faces: list[Face], frame: Frame) -> Face | None:
        if self._last is not None:
            near = [face for face in faces if self._is_near(face.points, patience=1.5)]
            return min(near, key=lambda f: _apart(f.points, self._last), default=None)
        try:
            return pick_face(faces, self._index, self._name, frame)
        except FaceNotFoundError as error:
            self.refused = error if faces else self.refused
            return None

    def _is_near(self, points: Points, patience: float = 1.0) -> bool:
        """Whether landmarks can be the face that was followed, by place and size."""
        if self._last is None:
            return True
        change = make_face(points, 1.0, self._frame_size).size_px / self._last.size_px
        is_alike = 1 / _SIZE_CHANGE < change < _SIZE_CHANGE
        return is_alike and _apart(points, self._last) < _JUMP * patience

    def _follow(self) -> None:
        """Lay the region anew where the face has moved to its border or changed its size."""
        if self._area is not None and self._fits(self._area):
            return
        area = _area_around(self._last, _REGION, self._frame_size)
        if area != self._area:
            self._area = area
            self._mesh.reset()

    def _fits(self, area: _Area) -> bool:
        """Whether the face lies well within a region (the frame's own border does not count)."""
        height, width = self._frame_size
        x0, y0, x1, y1 = self._last.box
        margin = _MARGIN * self._last.size_px
        is_inside = (
            (x0 - margin >= area.x or area.x == 0)
            and (y0 - margin >= area.y or area.y == 0)
            and (x1 + margin <= area.x + area.width or area.x + area.width >= width)
            and (y1 + margin <= area.y + area.height or area.y + area.height >= height)
        )
        is_whole = area.width >= width and area.height >= height
        ratio = max(area.width, area.height) / self._last.size_px
        return is_inside and (ratio <= _SIZES[1] or is_whole and ratio < 2 * _SIZES[1])

    def close(self) -> None:
        """Free the mesh model."""
        self._mesh.close()

    def __enter__(self) -> FaceTracker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _shrink(side: int) -> int:
    """The whole number that brings a side to at most the mesh's own."""
    return max(1, -(-side // _MESH_SIDE_PX))


def _area_around(face: Face, ratio: float, frame_size: tuple[int, int]) -> _Area:
    """The square around a face, as far as it lies in the frame."""
    height, width = frame_size
    x0, y0, x1, y1 = face.box
    half = face.size_px * ratio / 2
    center_x, center_y = (x0 + x1) / 2, (y0 + y1) / 2
    left = int(np.clip(center_x - half, 0, width - 1))
    top = int(np.clip(center_y - half, 0, height - 1))
    right = int(np.clip(np.ceil(center_x + half), left + 1, width))
    bottom = int(np.clip(np.ceil(center_y + half), top + 1, height))
    return _Area(left, top, right - left, bottom - top, _shrink(int(2 * half)))


def _apart(points: Points, face: Face) -> float:
    """Distance of two faces' centers over the size of the second."""
    gap = points[:, :2].mean(axis=0) - face.points[:, :2].mean(axis=0)
    return float(np.hypot(*gap)) / max(face.size_px, 1e-6)
