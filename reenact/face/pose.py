"""Head pose of a face mesh: the rotation that lays a frontal mean face on it.

Axes are those of the picture: x to the right, y down, z away from the camera. A rotation `R`
turns column vectors, `turned = R @ point`, and is built as roll after yaw after pitch:

    R = Rz(roll) @ Ry(-yaw) @ Rx(-pitch)

so that the nose of the frontal face, which points to (0, 0, -1), goes to the right of the picture
with yaw, up with pitch, and roll turns the picture of the face clockwise.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reenact.errors import ShapeError
from reenact.types import HeadPose

POINT_COUNT = 478

# Points that expressions hardly move (mediapipe478 index), and where they lie on the frontal mean
# face: average of the 82 neutral faces of the Face Research Lab London Set (CC BY 4.0), made
# symmetric; unit: distance of the outer eye corners.
_MEAN = {
    33: (-0.5000, -0.0058, -0.0091),  # eye corners
    133: (-0.1898, 0.0124, -0.0698),
    362: (0.1898, 0.0124, -0.0698),
    263: (0.5000, -0.0058, -0.0091),
    168: (0.0, -0.0596, -0.2565),  # nose bridge, down to the tip
    6: (0.0, 0.0202, -0.3098),
    197: (0.0, 0.0963, -0.3700),
    195: (0.0, 0.1697, -0.4355),
    5: (0.0, 0.2487, -0.5029),
    4: (0.0, 0.3451, -0.5342),
    127: (-0.7899, 0.0745, 0.5603),  # sides of the head
    356: (0.7899, 0.0745, 0.5603),
    234: (-0.7821, 0.2406, 0.6022),
    454: (0.7821, 0.2406, 0.6022),
    162: (-0.7767, -0.1024, 0.4542),
    389: (0.7767, -0.1024, 0.4542),
    10: (0.0, -0.5991, -0.1718),  # forehead
    151: (0.0, -0.4250, -0.2257),
    9: (0.0, -0.2348, -0.2690),
}
STABLE = np.array(list(_MEAN))
"""(19,) mediapipe478 indices of the points that the pose is judged by."""

MEAN = np.array(list(_MEAN.values()))
"""(19, 3) the same points of the frontal mean face; their center is the origin."""


def rotation_of(points: NDArray) -> NDArray[np.float64]:
    """The rotation that lays the frontal mean face on a mesh (Kabsch, 1976).

    Args:
        points: (478, 3) mediapipe478 landmarks, any unit.

    Returns:
        (3, 3) rotation `R` of column vectors: `mesh = R @ frontal`, up to scale and shift.

    Raises:
        ShapeError: the points are not a finite (478, 3) mesh, or lie on one another.
    """
    mesh = np.asarray(points, np.float64)
    if mesh.shape != (POINT_COUNT, 3):
        raise ShapeError(f"`points` must be a ({POINT_COUNT}, 3) mesh, got {mesh.shape}.")
    there = mesh[STABLE]
    there = there - there.mean(axis=0)
    if not np.isfinite(there).all():
        raise ShapeError("`points` must be finite numbers, got NaN or infinity.")
    if np.abs(there).max() < 1e-9:
        raise ShapeError("`points` must be a face, they lie on one another.")
    return kabsch(MEAN, there)


def kabsch(here: NDArray, there: NDArray) -> NDArray[np.float64]:
    """The rotation of column vectors that brings centered points closest to others.

    Args:
        here: (K, 3) centered points.
        there: (K, 3) where they should go, centered; a common scale does not matter.
    """
    u, _, vt = np.linalg.svd(there.T @ here)
    u[:, -1] *= np.sign(np.linalg.det(u @ vt))  # a mirror image is no rotation
    return u @ vt


def head_pose(points: NDArray) -> HeadPose:
    """Head pose of a mesh in degrees: yaw + to image right, pitch + up, roll + clockwise.

    Args:
        points: (478, 3) mediapipe478 landmarks.

    Returns:
        The pose; yaw within -90..90, pitch and roll within -180..180.

    Raises:
        ShapeError: see `rotation_of`.
    """
    return pose_of_rotation(rotation_of(points))


def pose_of_rotation(rotation: NDArray) -> HeadPose:
    """Yaw, pitch and roll of a (3, 3) rotation; undoes `pose_rotation`."""
    yaw = np.arcsin(np.clip(rotation[2, 0], -1.0, 1.0))
    if abs(rotation[2, 0]) > 1 - 1e-12:  # seen from the side, roll and pitch turn the same axis
        roll, pitch = np.arctan2(-rotation[0, 1], rotation[1, 1]), 0.0
    else:
        pitch = np.arctan2(-rotation[2, 1], rotation[2, 2])
        roll = np.arctan2(rotation[1, 0], rotation[0, 0])
    return HeadPose(*(float(np.degrees(angle)) for angle in (yaw, pitch, roll)))


def pose_rotation(pose: HeadPose) -> NDArray[np.float64]:
    """The (3, 3) rotation of a head pose: roll after yaw after pitch.

    Example:
        >>> (pose_rotation(HeadPose(90.0, 0.0, 0.0)) @ (0.0, 0.0, -1.0)).round(6) + 0.0
        array([1., 0., 0.])
    """
    yaw, pitch, roll = np.radians([pose.yaw, pose.pitch, pose.roll])
    about_x = _turn(-pitch, 1, 2)
    about_y = _turn(-yaw, 2, 0)
    about_z = _turn(roll, 0, 1)
    return about_z @ about_y @ about_x


def _turn(angle: float, first: int, second: int) -> NDArray[np.float64]:
    """(3, 3) rotation that takes one axis towards another."""
    turn = np.eye(3)
    turn[first, first] = turn[second, second] = np.cos(angle)
    turn[second, first] = np.sin(angle)
    turn[first, second] = -np.sin(angle)
    return turn
