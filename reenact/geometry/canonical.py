"""Rigid alignment of a 3D face mesh: away from its head pose, and back into it.

A canonical mesh has its outer eye corners 1 apart and lies on the mean face as
well as a rotation and a shift can lay it, judged by points that expressions
hardly move. So two canonical meshes differ by face shape and expression only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reenact.errors import ShapeError
from reenact.geometry.regions import EYE_CORNERS_OUTER, POINT_COUNT, STABLE


@dataclass(frozen=True)
class Placement:
    """Where a canonical mesh lies in its picture: `points = canonical @ rotation * scale + shift`.

    Attributes:
        scale: distance of the outer eye corners in 3D, pixels.
        rotation: (3, 3), right-handed.
        shift: (3,) pixels.
    """

    scale: float
    rotation: NDArray[np.float64]
    shift: NDArray[np.float64]

    def apply(self, canonical: NDArray) -> NDArray[np.float64]:
        """(K, 3) canonical points as pixels of the picture."""
        return canonical @ self.rotation * self.scale + self.shift

    def undo(self, points: NDArray) -> NDArray[np.float64]:
        """(K, 3) pixels of the picture as canonical points."""
        return (points - self.shift) @ self.rotation.T / self.scale


def check_mesh(points: NDArray, name: str = "points") -> NDArray[np.float64]:
    """The mesh as (478, 3) float64, or a clear error."""
    mesh = np.asarray(points, np.float64)
    if mesh.shape != (POINT_COUNT, 3):
        raise ShapeError(f"`{name}` must be a ({POINT_COUNT}, 3) mesh, got {mesh.shape}.")
    if not np.isfinite(mesh).all():
        raise ShapeError(f"`{name}` must be finite numbers, got NaN or infinity.")
    return mesh


def place(points: NDArray, mean: NDArray) -> Placement:
    """The placement that lays the mean face on a mesh, on points expressions hardly move.

    Args:
        points: (478, 3) pixels.
        mean: (478, 3) canonical mean face.
    """
    scale = eye_distance(points)
    if scale < 1e-6:
        raise ShapeError("`points` must be a face, its eye corners lie on one another.")
    there = points[list(STABLE)] / scale
    here = mean[list(STABLE)]
    rotation = _rotation(here - here.mean(axis=0), there - there.mean(axis=0))
    shift = (there.mean(axis=0) - here.mean(axis=0) @ rotation) * scale
    return Placement(scale, rotation, shift)


def canonicalize(points: NDArray, mean: NDArray) -> tuple[NDArray[np.float64], Placement]:
    """The mesh without its head pose: (478, 3) canonical points, and the way back."""
    placement = place(points, mean)
    return placement.undo(points), placement


def eye_distance(points: NDArray) -> float:
    """Distance of the outer eye corners, in the unit of the points."""
    left, right = EYE_CORNERS_OUTER
    return float(np.linalg.norm(points[left] - points[right]))


def _rotation(here: NDArray, there: NDArray) -> NDArray[np.float64]:
    """(3, 3) rotation `R` that brings `here @ R` closest to `there` (Kabsch, 1976)."""
    u, _, vt = np.linalg.svd(here.T @ there)
    u[:, -1] *= np.sign(np.linalg.det(u @ vt))  # a mirror image is no rotation
    return u @ vt
