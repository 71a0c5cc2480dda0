"""Rings of points around the face, so that what surrounds it moves softly with it.

The face mesh ends at the contour. When the jaw drops below the old contour or the head turns,
the neck, ears and hair around it have to follow, less and less with the distance, and the last
ring stands still: outside it no pixel changes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reenact.geometry.regions import OVAL
from reenact.geometry.topology import FACE_POINTS

_BODY_STAYS = 0.8
_CHIN = 152  # the lowest point of the contour
FACTORS = (1.12, 1.35, 1.7, 2.15)
"""Distance of each ring from the center of the face, over the contour's."""

FOLLOW_EXPRESSION = (0.5, 0.1, 0.0, 0.0)
FOLLOW_HEAD = (0.95, 0.4, 0.1, 0.0)
"""How far each ring goes along with the contour's expression, and with the head's motion."""


@dataclass(frozen=True)
class Rings:
    """Rings of one source.

    Attributes:
        points: (R, 3) pixels of the crop, ring by ring, each in the order of the contour.
        triangles: (N, 3) indices into the mesh with the rings appended.
        body: (R,) 0 for points of the head, 1 for points well below the chin.
    """

    points: NDArray[np.float32]
    triangles: NDArray[np.int32]
    body: NDArray[np.float32]

    def move(self, expression: NDArray, head: NDArray) -> NDArray[np.float32]:
        """(R, 3) the rings for one frame.

        Args:
            expression: (36, 3) displacement of the contour by expression alone.
            head: (R, 3) the rings moved rigidly with the head.
        """
        count = len(OVAL)
        out = self.points.copy()
        for i, (soft, rigid) in enumerate(zip(FOLLOW_EXPRESSION, FOLLOW_HEAD, strict=True)):
            part = slice(i * count, (i + 1) * count)
            # Shoulders and collar do not turn with the head.
            follow = rigid * (1 - _BODY_STAYS * self.body[part, None])
            out[part] += soft * expression + follow * (head[part] - self.points[part])
        return out


def make_rings(points: NDArray, visible: tuple[float, float, float, float]) -> Rings:
    """Rings around a face, none of them outside the visible part of the crop.

    Args:
        points: (478, 3) mesh, pixels of the crop.
        visible: x0, y0, x1, y1 of the picture inside the crop, pixels.
    """
    oval = points[list(OVAL)].astype(np.float64)
    center = oval.mean(0)
    reach = _reach(oval[:, :2], center[:2], visible)
    width = np.ptp(oval[:, 0])
    rings = []
    for factor in FACTORS:
        # Where the picture ends early, the rings share the room that is left.
        share = (factor - 1) / (FACTORS[-1] - 1)
        limit = 1 + share * (np.minimum(reach, FACTORS[-1]) - 1)
        ring = center + (oval - center) * limit[:, None]
        ring[:, 2] = oval[:, 2] + (limit - 1) * width * 0.2
        rings.append(ring)
    points = np.concatenate(rings).astype(np.float32)
    down = oval[OVAL.index(_CHIN), :2] - oval[0, :2]  # from the top of the forehead to the chin
    below = (points[:, :2] - oval[0, :2]) @ down / max(float(down @ down), 1e-6) - 1
    body = np.clip(below / 0.35, 0, 1).astype(np.float32)
    return Rings(points, _ring_triangles(len(FACTORS)), body)


def _reach(oval: NDArray, center: NDArray, visible: tuple[float, ...]) -> NDArray[np.float64]:
    """(36,) how far each ray from the center may go before it leaves the picture, at least 1."""
    ray = oval - center
    x0, y0, x1, y1 = visible
    far = np.full(len(oval), np.inf)
    for axis, low, high in ((0, x0, x1), (1, y0, y1)):
        step = np.where(np.abs(ray[:, axis]) < 1e-6, 1e-6, ray[:, axis])
        edge = np.where(step > 0, high, low)
        far = np.minimum(far, (edge - center[axis]) / step)
    return np.maximum(far, 1.0)


def _ring_triangles(rings: int) -> NDArray[np.int32]:
    count = len(OVAL)
    # Vertices: the 468 skin points, then the rings.
    rows = [np.array(OVAL)]
    rows += [FACE_POINTS + i * count + np.arange(count) for i in range(rings)]
    triangles = []
    for inner, outer in zip(rows[:-1], rows[1:], strict=True):
        for a in range(count):
            b = (a + 1) % count
            triangles.append((inner[a], outer[a], inner[b]))
            triangles.append((outer[a], outer[b], inner[b]))
    return np.array(triangles, np.int32)
