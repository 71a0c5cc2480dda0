"""Exact landmarks of a synthetic picture: the mesh's own points through the camera."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reenact.data.ict import LANDMARKS_68
from reenact.types import Points


@dataclass(frozen=True)
class Camera:
    """A camera on the +z side that looks along -z.

    Attributes:
        x, y, z: where it stands, centimetres.
        width_cm: how wide the picture is in the plane z = `focus_z`.
        focus_z: the plane of the face, centimetres.
    """

    x: float = 0.0
    y: float = 1.0
    z: float = 120.0
    width_cm: float = 35.0
    focus_z: float = 8.0

    @property
    def tangent(self) -> float:
        """Half the picture's width at distance 1."""
        return 0.5 * self.width_cm / (self.z - self.focus_z)


def project(points: NDArray, camera: Camera, size: int) -> Points:
    """(N, 3) centimetres to (N, 2) pixels of a square picture.

    Example:
        >>> project(np.array([[0.0, 1.0, 8.0]]), Camera(), 512)
        array([[255.5, 255.5]], dtype=float32)
    """
    points = np.asarray(points, np.float64) - [camera.x, camera.y, camera.z]
    flat = points[:, :2] / -points[:, 2:3] / camera.tangent
    pixels = np.stack([(1 + flat[:, 0]) * size / 2, (1 - flat[:, 1]) * size / 2], 1) - 0.5
    return pixels.astype(np.float32)


def landmarks_68(vertices: NDArray, camera: Camera, size: int) -> Points:
    """(68, 2) the Multi-PIE points of a mesh in a picture of `size` pixels."""
    return project(vertices[list(LANDMARKS_68)], camera, size)
