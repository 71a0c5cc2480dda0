"""The window around the mouth that the network sees, what is drawn for it, and the way back."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.geometry.raster import Window
from reenact.geometry.regions import EYE_CORNERS_OUTER, LIPS_INNER, LIPS_OUTER, MOUTH_CORNERS_OUTER
from reenact.methods.warp.skin import MovedMesh
from reenact.methods.warp_repair.config import RepairConfig
from reenact.types import Frame, Points

FULL_MOTION = 0.012
"""Motion, in outer eye corner distances, from which the repair counts fully; none at rest."""

_EDGE = 0.12  # share of the window over which the repair fades out at its edges
_FINE = 4  # fraction bits of drawn polygons
SKIN_SHARE = 0.5
"""Share of the correction that skin and lips get. With all of it, wrinkles and rims of lips are a
little nearer to the truth but the face is less itself (dlib); `README.md` has the figures."""

_SEAM_PX = 1.5  # blur of the border between the mouth's inside and the skin
_DARK = (15.0, 60.0)  # levels: all dark, and lit
_SMOOTH = 0.6  # sigma of the flow, over its own pixels


@dataclass(frozen=True)
class MouthWindow:
    """An upright square around the mouth of a crop.

    Attributes:
        matrix: (2, 3) crop pixels to window pixels.
        size: side in pixels.
        eye_px: outer eye corner distance in pixels of the window.
    """

    matrix: NDArray[np.float64]
    size: int
    eye_px: float

    @classmethod
    def around(cls, points: Points, config: RepairConfig) -> MouthWindow:
        """The window for a mesh (478, 3), pixels of the crop."""
        left, right = (points[i].astype(np.float64) for i in EYE_CORNERS_OUTER)
        across = right - left
        angle = np.arctan2(across[1], across[0])
        zoom = config.window_px / (config.window_eyes * max(float(np.linalg.norm(across)), 1.0))
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        linear = turn * zoom
        center = points[list(MOUTH_CORNERS_OUTER), :2].astype(np.float64).mean(0)
        shift = (config.window_px - 1) / 2 - linear @ center
        eye_px = config.window_px / config.window_eyes
        return cls(np.column_stack([linear, shift]), config.window_px, eye_px)

    @property
    def zoom(self) -> float:
        """Window pixels per crop pixel."""
        return float(np.hypot(self.matrix[0, 0], self.matrix[1, 0]))

    @property
    def inverse(self) -> NDArray[np.float64]:
        return cv2.invertAffineTransform(self.matrix)

    def to_window(self, points: NDArray) -> NDArray[np.float32]:
        """(K, 2) crop pixels as window pixels."""
        return (points[:, :2] @ self.matrix[:, :2].T + self.matrix[:, 2]).astype(np.float32)

    def bounds(self, side: int) -> tuple[int, int, int, int]:
        """x0, y0, x1, y1 of the window's box in a crop `side` wide."""
        end = self.size - 1
        corners = np.array([[0, 0], [end, 0], [end, end], [0, end]], np.float64)
        there = corners @ self.inverse[:, :2].T + self.inverse[:, 2]
        low = np.clip(np.floor(there.min(0)).astype(int) - 2, 0, side)
        high = np.clip(np.ceil(there.max(0)).astype(int) + 3, 0, side)
        return int(low[0]), int(low[1]), int(high[0]), int(high[1])

    def cut(self, image: Frame) -> Frame:
        """(size, size, 3) the window of a crop, averaged where it shrinks."""
        x0, y0, x1, y1 = self.bounds(image.shape[0])
        if x1 - x0 < 2 or y1 - y0 < 2:
            return np.zeros((self.size, self.size, 3), np.uint8)
        part, matrix = image[y0:y1, x0:x1], self.matrix.copy()
        matrix[:, 2] += matrix[:, :2] @ (x0, y0)
        if self.zoom < 0.8:
            size = [max(2, round(v * self.zoom)) for v in (x1 - x0, y1 - y0)]
            ratio = np.array(size) / (x1 - x0, y1 - y0)
            part = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
            matrix[:, :2] /= ratio
            matrix[:, 2] += matrix[:, :2] @ (0.5 - 0.5 * ratio)
        how = cv2.INTER_LINEAR if self.zoom < 0.8 else cv2.INTER_CUBIC
        side = (self.size, self.size)
        return cv2.warpAffine(part, matrix, side, flags=how, borderMode=cv2.BORDER_REPLICATE)

    def add(self, canvas: Frame, change: NDArray[np.float32]) -> None:
        """Add a change of the window to a crop, in place.

        Args:
            canvas: (S, S, 3) crop.
            change: (size, size, 3) levels to add, 0 at the window's edges.
        """
        x0, y0, x1, y1 = self.bounds(canvas.shape[0])
        if x1 <= x0 or y1 <= y0 or not np.any(change):
            return
        inverse = self.inverse.copy()
        inverse[:, 2] -= (x0, y0)
        side, flags = (x1 - x0, y1 - y0), cv2.INTER_CUBIC if self.zoom < 1 else cv2.INTER_LINEAR
        there = cv2.warpAffine(change, inverse, side, flags=flags, borderValue=0)
        canvas[y0:y1, x0:x1] = cv2.add(canvas[y0:y1, x0:x1], there, dtype=cv2.CV_8U)


def draw_mouth_maps(window: MouthWindow, points: Points) -> NDArray[np.uint8]:
    """(2, size, size) uint8 lips and inside of the mouth of a mesh in crop pixels."""
    maps = np.zeros((2, window.size, window.size), np.uint8)
    outer, inner = (window.to_window(points[list(ring)]) for ring in (LIPS_OUTER, LIPS_INNER))
    for picture, ring in zip(maps, (outer, inner), strict=True):
        fixed = np.round(ring * (1 << _FINE)).astype(np.int32)
        cv2.fillPoly(picture, [fixed], 255, cv2.LINE_AA, _FINE)
    maps[0] = cv2.subtract(maps[0], maps[1])
    return maps


def flow_of(window: MouthWindow, mesh: MovedMesh) -> NDArray[np.float32]:
    """How far each place of the window has moved.

    Args:
        mesh: before and after, crop pixels.

    Returns:
        (size / 4, size / 4, 2) where it comes from, less where it is, in outer eye corner
        distances along the window's axes.
    """
    source, output = window.to_window(mesh.source), window.to_window(mesh.output)
    area = Window(0, 0, window.size, window.size, 4.0)
    near = MovedMesh(source, output, mesh.triangles, mesh.depth).near(area)
    return near.displacement(area, _SMOOTH) / np.float32(window.eye_px)


def gate_of(flow: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """(size, size) 0..1 how much the repair counts: 0 where nothing has moved and at the edges."""
    moved = np.clip(np.linalg.norm(flow, axis=-1) / FULL_MOTION, 0, 1)
    near = cv2.GaussianBlur(cv2.dilate(moved, np.ones((3, 3), np.uint8)), (0, 0), 1.0)
    gate = cv2.resize(near, (size, size), interpolation=cv2.INTER_LINEAR)
    place = (np.arange(size) + 0.5) / size
    edge = np.clip(np.minimum(place, 1 - place) / _EDGE - 0.25, 0, 1).astype(np.float32)
    edge = edge * edge * (3 - 2 * edge)
    return gate * edge * edge[:, None]


def keep_dark(
    change: NDArray[np.float32], picture: Frame, inside: NDArray[np.uint8]
) -> NDArray[np.float32]:
    """The change, without light in what is dark in the driving mouth: that is air, not teeth.

    Args:
        change: (size, size, 3) levels to add.
        picture: (size, size, 3) warped window. inside: (size, size) inside of the mouth.
    """
    level = cv2.GaussianBlur(picture, (0, 0), 1.0).mean(-1, dtype=np.float32)
    dark = 1 - np.clip((level - _DARK[0]) / (_DARK[1] - _DARK[0]), 0, 1)
    share = 1 - dark * inside.astype(np.float32) / 255
    return np.where(change > 0, change * share[..., None], change)


def spare_skin(
    change: NDArray[np.float32], inside: NDArray[np.uint8], share: float = SKIN_SHARE
) -> NDArray[np.float32]:
    """The change, whole inside of the mouth and a share of it on the skin around.

    Args:
        change: (size, size, 3) levels to add.
        inside: (size, size) inside of the mouth, 0 to 255.
        share: 0 leaves the skin as it is.
    """
    mouth = (inside > 127).astype(np.float32)
    mouth = cv2.GaussianBlur(mouth, (0, 0), _SEAM_PX)[..., None]
    return change * (mouth + (1 - mouth) * share)
