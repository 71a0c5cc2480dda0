"""Moving the skin: the whole face smoothly, lids and lips with sharp edges."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.geometry.raster import Window, displacement_map
from reenact.geometry.regions import LEFT_EYE, LIPS_OUTER, OVAL, RIGHT_EYE
from reenact.types import Frame

_SMOOTH = 1.0  # sigma over map pixels: the kinks between triangles are not seen
_SMOOTH_CONTOUR = 0.01  # the same at the contour, over the map's width
_EDGES = ((RIGHT_EYE, 0.45), (LEFT_EYE, 0.45), (LIPS_OUTER, 0.2))
"""Rims that open and close, and the skin around them that is drawn finely, over their width."""

_SHARP_FROM_PX = 1.0  # rims that move less against one another need no fine drawing


@dataclass(frozen=True)
class MovedMesh:
    """A triangle mesh before and after.

    Attributes:
        source: (V, 2) pixels of the crop.
        output: (V, 2) where they go.
        triangles: (N, 3) indices.
        depth: (N,) of the triangles in the output; nearer is smaller.
    """

    source: NDArray[np.float32]
    output: NDArray[np.float32]
    triangles: NDArray[np.int32]
    depth: NDArray[np.float32]

    def displacement(self, window: Window, smooth: float) -> NDArray[np.float32]:
        """(h, w, 2) where each pixel of a window comes from, less where it is, crop pixels."""
        shift = displacement_map(self.source, self.output, self.triangles, self.depth, window)
        return cv2.GaussianBlur(shift, (0, 0), smooth) if smooth else shift

    def near(self, window: Window) -> MovedMesh:
        """The triangles that lie in a window, as they are in the output."""
        corners = self.output[self.triangles]
        low, high = corners.min(1), corners.max(1)
        start = np.array([window.x0, window.y0])
        end = start + (window.width, window.height)
        inside = ((high >= start) & (low <= end)).all(1)
        return MovedMesh(self.source, self.output, self.triangles[inside], self.depth[inside])


def move_skin(image: Frame, mesh: MovedMesh, window: Window) -> Frame:
    """The crop with everything in the window moved along the mesh.

    Args:
        image: (S, S, 3) the source crop.
        mesh: face and rings.
        window: what may move, and how finely the displacement is drawn.
    """
    canvas = image.copy()
    shift = _soft_contour(mesh.displacement(window, 0), mesh.output[list(OVAL)], window)
    canvas[window.slices] = _moved(image, shift, window)
    for rim, margin in _EDGES:
        ring = list(rim)
        bend = mesh.output[ring] - mesh.source[ring]
        if np.abs(bend - bend.mean(0)).max() > _SHARP_FROM_PX:
            _draw_fine(canvas, image, mesh, mesh.output[ring], margin)
    return canvas


def _soft_contour(shift: NDArray, contour: NDArray, window: Window) -> NDArray[np.float32]:
    """The displacement smoothed: little inside the face, more at its contour.

    Where the head turns, the face hides part of what is beside it; drawn pixel by pixel that edge
    would be jagged.
    """
    height, width = shift.shape[:2]
    ratio = np.array([width / window.width, height / window.height])
    center = contour.mean(0)
    inner = (center + (contour - center) * 0.94 - (window.x0, window.y0) + 0.5) * ratio - 0.5
    inside = np.zeros((height, width), np.float32)
    cv2.fillPoly(inside, [np.round(inner).astype(np.int32)], 1.0)
    inside = cv2.GaussianBlur(inside, (0, 0), 2.0)[..., None]
    sigma = max(_SMOOTH, _SMOOTH_CONTOUR * width)
    soft = cv2.GaussianBlur(shift, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)
    return soft + inside * (cv2.GaussianBlur(shift, (0, 0), _SMOOTH) - soft)


def _draw_fine(canvas: Frame, image: Frame, mesh: MovedMesh, ring: NDArray, margin: float) -> None:
    """Draw around a rim again, in place, at full resolution and hardly smoothed."""
    width = float(np.ptp(ring[:, 0]))
    window = _window_around(ring, margin * width, canvas.shape[0])
    if window is None:
        return
    smooth = max(0.4, 0.006 * width)
    fine = _moved(image, mesh.near(window).displacement(window, smooth), window)
    weight = _feather(window, 0.4 * margin * width)
    under = np.ascontiguousarray(canvas[window.slices])
    canvas[window.slices] = cv2.blendLinear(fine, under, weight, 1 - weight)


def _moved(image: Frame, shift: NDArray[np.float32], window: Window) -> Frame:
    if shift.shape[:2] != (window.height, window.width):
        shift = cv2.resize(shift, (window.width, window.height))
    map_x, map_y = cv2.split(shift)
    map_x += np.arange(window.x0, window.x0 + window.width, dtype=np.float32)
    map_y += np.arange(window.y0, window.y0 + window.height, dtype=np.float32)[:, None]
    return cv2.remap(image, map_x, map_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def _window_around(ring: NDArray, margin: float, side: int) -> Window | None:
    low = np.clip(np.floor(ring.min(0) - margin).astype(int), 0, side)
    high = np.clip(np.ceil(ring.max(0) + margin).astype(int) + 1, 0, side)
    width, height = (int(v) for v in high - low)
    if min(width, height) < 4:
        return None
    # Very large faces: no more map pixels than the eye can tell apart.
    return Window(int(low[0]), int(low[1]), width, height, max(1.0, max(width, height) / 640))


def _feather(window: Window, reach: float) -> NDArray[np.float32]:
    """(h, w) 1 in the middle of a window, 0 at its border."""
    sides = [np.arange(n, dtype=np.float32) for n in (window.width, window.height)]
    x, y = (np.clip(np.minimum(s, s[::-1]) / max(reach, 1.0), 0, 1) for s in sides)
    return x * y[:, None]
