"""A square crop around a face, and the way back."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from reenact.types import Face, Frame, Points

LEFT_EYE_OUTER, RIGHT_EYE_OUTER = 33, 263
"""Outer eye corners in mediapipe478, by their side of the picture."""


@dataclass(frozen=True)
class Crop:
    """A square cut out of a frame.

    Attributes:
        matrix: (2, 3) frame pixels to crop pixels (pixel centers at whole numbers).
        size: side of the crop, pixels.
        frame_size: (height, width) of the frame.
        is_exact: whether crop pixels are frame pixels (whole shift, no resampling).
    """

    matrix: np.ndarray
    size: int
    frame_size: tuple[int, int]
    is_exact: bool = False

    @property
    def scale(self) -> float:
        """Crop pixels per frame pixel."""
        return float(np.hypot(self.matrix[0, 0], self.matrix[1, 0]))

    @property
    def inverse(self) -> np.ndarray:
        """(2, 3) crop pixels to frame pixels."""
        return cv2.invertAffineTransform(self.matrix)

    def to_crop(self, points: Points) -> Points:
        """Frame pixels to crop pixels; a third column is scaled alike."""
        return _apply(self.matrix, points, self.scale)

    def to_frame(self, points: Points) -> Points:
        """Crop pixels to frame pixels; a third column is scaled alike."""
        return _apply(self.inverse, points, 1 / self.scale)

    def cut(self, frame: Frame) -> Frame:
        """(size, size, 3) the crop of `frame`; outside the frame its edge pixels repeat."""
        if self.is_exact:
            return self._cut_exact(frame)
        shrinks = self.scale < 0.8
        source, matrix = _shrunk(frame, self) if shrinks else (frame, self.matrix)
        return cv2.warpAffine(
            source,
            matrix,
            (self.size, self.size),
            flags=cv2.INTER_LINEAR if shrinks else cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )

    def _cut_exact(self, frame: Frame) -> Frame:
        height, width = frame.shape[:2]
        x, y = (-int(round(v)) for v in self.matrix[:, 2])
        inside = frame[max(y, 0) : y + self.size, max(x, 0) : x + self.size]
        pads = (
            max(-y, 0),
            max(y + self.size - height, 0),
            max(-x, 0),
            max(x + self.size - width, 0),
        )
        if not any(pads):
            return inside.copy()
        return cv2.copyMakeBorder(inside, *pads, cv2.BORDER_REPLICATE)


def _shrunk(frame: Frame, crop: Crop) -> tuple[Frame, np.ndarray]:
    """The frame shrunk with area averaging, so that a strong reduction does not alias."""
    factor = crop.scale
    height, width = frame.shape[:2]
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    ratio = np.array([size[0] / width, size[1] / height])
    matrix = crop.matrix.copy()
    matrix[:, :2] /= ratio
    # pixel centers: small = (frame + 0.5) * ratio - 0.5
    matrix[:, 2] += matrix[:, :2] @ (0.5 - 0.5 * ratio)
    return small, matrix


def _apply(matrix: np.ndarray, points: Points, scale: float) -> Points:
    moved = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    if points.shape[1] == 3:
        moved = np.column_stack([moved, points[:, 2] * scale])
    return moved.astype(np.float32)


def face_crop(
    face: Face, *, scale: float = 1.6, size: int | None = 256, upright: bool = True
) -> Crop:
    """The square crop around a face.

    Args:
        face: the face.
        scale: side of the square over the longer side of the face's box (rotated with the face
            where `upright`).
        size: side of the crop in pixels; None keeps the frame's own pixels (never resampled, so
            never rotated either).
        upright: rotate so that the outer eye corners are level.

    Returns:
        The crop. Its center is the center of the landmarks' box.
    """
    xy = face.points[:, :2].astype(np.float64)
    if size is None:
        return _exact_crop(xy, scale, face.frame_size)
    eyes = xy[RIGHT_EYE_OUTER] - xy[LEFT_EYE_OUTER]
    angle = np.arctan2(eyes[1], eyes[0]) if upright else 0.0
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    turned = xy @ turn.T
    low, high = turned.min(0), turned.max(0)
    side = float((high - low).max()) * scale
    zoom = size / side
    linear = turn * zoom
    shift = np.full(2, (size - 1) / 2) - zoom * (low + high) / 2
    return Crop(np.column_stack([linear, shift]), size, face.frame_size)


def _exact_crop(xy: np.ndarray, scale: float, frame_size: tuple[int, int]) -> Crop:
    low, high = xy.min(0), xy.max(0)
    side = max(16, int(np.ceil((high - low).max() * scale)))
    corner = np.round((low + high) / 2 - side / 2).astype(int)
    matrix = np.array([[1.0, 0.0, -corner[0]], [0.0, 1.0, -corner[1]]])
    return Crop(matrix, side, frame_size, is_exact=True)
