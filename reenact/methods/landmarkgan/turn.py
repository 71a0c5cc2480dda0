"""The head turns as the driving head does, within what was seen of the person."""

from __future__ import annotations

import numpy as np

from reenact.face.pose import head_pose, pose_rotation
from reenact.geometry.head_motion import HeadMotion
from reenact.geometry.regions import OVAL, STABLE
from reenact.methods.landmarkgan.weights import Person
from reenact.types import HeadPose, Points

_BEYOND = 4.0  # degrees that a head may turn further than any that was trained on
_SEEN = 2.0  # degrees that are worth a note
_ROLL = 35.0  # windows are upright: any roll looks alike, but a neck does not


def pose_within(person: Person, wanted: HeadPose, own: HeadPose) -> HeadPose:
    """The head pose nearest to the wanted one that the person was seen in, or is in already."""
    yaw = _within(wanted.yaw, person.yaw, own.yaw)
    pitch = _within(wanted.pitch, person.pitch, own.pitch)
    return HeadPose(yaw, pitch, float(np.clip(wanted.roll, -_ROLL, _ROLL)))


def turn_to(mesh: Points, pose: HeadPose, wanted: HeadPose | None = None) -> HeadMotion:
    """The rigid motion that brings a (478, 3) mesh into a head pose.

    Args:
        wanted: the pose before it was limited.
    """
    rotation = pose_rotation(head_pose(mesh)) @ pose_rotation(pose).T  # of row vectors
    width = float(np.ptp(mesh[list(OVAL), 0]))
    pivot = mesh[list(STABLE)].astype(np.float64).mean(0) + (0.0, 0.15 * width, 0.55 * width)
    asked = wanted or pose
    is_limited = max(abs(asked.yaw - pose.yaw), abs(asked.pitch - pose.pitch)) > _SEEN
    return HeadMotion(rotation, 1.0, np.zeros(3), pivot, is_limited)


def _within(wanted: float, seen: tuple[float, float], own: float) -> float:
    low, high = min(seen[0] - _BEYOND, own), max(seen[1] + _BEYOND, own)
    return float(np.clip(wanted, low, high))
