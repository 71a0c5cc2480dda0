"""The head turns with the driving head, as far as one picture allows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reenact.face.pose import head_pose, pose_rotation
from reenact.geometry.head import turn_beyond
from reenact.geometry.regions import OVAL, STABLE
from reenact.types import HeadPose, Points

LIMITS = HeadPose(yaw=16.0, pitch=12.0, roll=16.0)
"""Degrees beyond which a single picture tears or smears; motion bends softly towards them."""

SHIFT_LIMIT = 0.32
SCALE_LIMIT = 0.15
_HIDDEN_AT = 28.0  # degrees of a source's own turn at which its far side cannot be shown
_NOISE_TURN, _NOISE_SCALE, _NOISE_SHIFT = 4.0, 0.06, 0.03
"""Degrees, share, and head sizes that expressions alone seem to turn, grow and shift a head by."""

_SOFT_FROM = 0.6  # share of a limit from which motion is bent


@dataclass(frozen=True)
class HeadMotion:
    """A rigid motion of the head in the crop: `(p - pivot) @ rotation * scale + pivot + shift`."""

    rotation: NDArray[np.float64]
    scale: float
    shift: NDArray[np.float64]
    pivot: NDArray[np.float64]
    is_limited: bool

    def apply(self, points: NDArray) -> NDArray[np.float32]:
        """(K, 3) points moved."""
        turned = (points - self.pivot) @ self.rotation * self.scale
        return (turned + self.pivot + self.shift).astype(np.float32)


def follow_still(source: Points, driving: Points) -> HeadMotion:
    """The source's head turned as far as the driving head goes beyond it.

    Args:
        source: (478, 3) pixels of the crop.
        driving: (478, 3) pixels of the driving picture.

    Returns:
        A turn that is nothing for a frontal driving head and for one in the source's own pose.
    """
    return turned(source, turn_beyond(source, driving))


def follow_motion(source: Points, driving: Points, neutral: Points) -> HeadMotion:
    """The source's head moved as the driving head has moved since its neutral frame.

    Args:
        source: (478, 3) pixels of the crop.
        driving, neutral: (478, 3) pixels of the driving frames.
    """
    there, first = head_pose(driving), head_pose(neutral)
    turn = np.array([there.yaw - first.yaw, there.pitch - first.pitch, there.roll - first.roll])
    turn = (turn + 180) % 360 - 180
    size, first_size = _size(driving), _size(neutral)
    turn = _sure(turn, _NOISE_TURN)
    scale = 1 + float(_sure(size / first_size - 1, _NOISE_SCALE))
    moved = (_middle(driving) - _middle(neutral)) / first_size
    shift = _sure(moved, _NOISE_SHIFT, float(np.hypot(*moved))) * _size(source)
    return _motion(source, turn, scale, shift)


def turned(source: Points, turn: HeadPose) -> HeadMotion:
    """The source's head turned by so many degrees, as far as the picture allows.

    Args:
        source: (478, 3) pixels of the crop.
    """
    return _motion(source, np.array([turn.yaw, turn.pitch, turn.roll]), 1.0, np.zeros(2))


def _motion(source: Points, turn: NDArray, scale: float, shift: NDArray) -> HeadMotion:
    limits = _limits(head_pose(source), turn)
    bent = np.array([_bend(t, limit) for t, limit in zip(turn, limits, strict=True)])
    scale_bent = 1 + _bend(scale - 1, SCALE_LIMIT)
    reach = SHIFT_LIMIT * np.ptp(source[list(OVAL), 1])
    length = float(np.hypot(*shift))
    shift_bent = shift * (_bend(length, reach) / length) if length > 1e-9 else shift
    # Smaller differences cannot be seen, so they are not worth a note.
    is_limited = bool(
        np.abs(turn - bent).max() > 2.0
        or abs(scale - scale_bent) > 0.03
        or np.hypot(*(shift - shift_bent)) > 0.04 * np.ptp(source[list(OVAL), 1])
    )
    rotation = _relative(head_pose(source), bent)
    width = np.ptp(source[list(OVAL), 0])
    pivot = source[list(STABLE)].astype(np.float64).mean(0)
    pivot_back = pivot + np.array([0.0, 0.15 * width, 0.55 * width])
    motion = HeadMotion(rotation, scale_bent, np.zeros(3), pivot_back, is_limited)
    if not np.any(shift):
        return motion
    # A clip's shift is that of the middle of the face, which the turn has moved already.
    moved = _middle(motion.apply(source)) - _middle(source)
    extra = np.append(shift_bent - moved, 0.0)
    return HeadMotion(rotation, scale_bent, extra, pivot_back, is_limited)


def _limits(base: HeadPose, turn: NDArray) -> NDArray[np.float64]:
    """(3,) degrees for this source: a head that is turned away hides the side it would show."""
    limits = np.array([LIMITS.yaw, LIMITS.pitch, LIMITS.roll])
    away = np.array([base.yaw, base.pitch, 0.0])
    shows_hidden = turn * away < 0
    return np.where(shows_hidden, limits * np.clip(1 - np.abs(away) / _HIDDEN_AT, 0.15, 1), limits)


def _relative(base: HeadPose, turn: NDArray) -> NDArray[np.float64]:
    """(3, 3) the rotation that takes a head from `base` to `base + turn`."""
    end = HeadPose(base.yaw + turn[0], base.pitch + turn[1], base.roll + turn[2])
    # `pose_rotation` turns column vectors, and the points here are rows.
    return pose_rotation(base) @ pose_rotation(end).T


def _bend(value: float, limit: float) -> float:
    """The value, bent so that it never passes the limit; unchanged up to `_SOFT_FROM` of it."""
    knee = _SOFT_FROM * limit
    over = abs(value) - knee
    if over <= 0:
        return value
    room = limit - knee
    return float(np.sign(value) * (knee + room * np.tanh(over / room)))


def _sure(value, noise: float, length=None):
    """A measured motion without what may be noise: small ones vanish, large ones stay."""
    length = np.abs(value) if length is None else length
    return value * length**2 / (length**2 + noise**2)


def _size(points: Points) -> float:
    """Size of a head that turning changes little: spread of the stable points in 3D."""
    stable = points[list(STABLE)].astype(np.float64)
    return float(np.sqrt(((stable - stable.mean(0)) ** 2).sum(1).mean()))


def _middle(points: Points) -> NDArray[np.float64]:
    return points[list(STABLE), :2].astype(np.float64).mean(0)
