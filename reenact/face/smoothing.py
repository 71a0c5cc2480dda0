"""One Euro filter for face landmarks: still faces stand still, fast ones keep their speed.

Casiez, Roussel and Vogel, "1 Euro Filter", CHI 2012. The paper's cutoff frequency is
`min_cutoff + beta * speed`, where the speed is that of the new value away from the filtered one.
Three things are different here, so that a blink of three frames survives:

- Lengths are in outer eye corner distances, so the two settings hold for any size in pixels.
- A step below `NOISE` counts as no motion at all, unless steps add up one way for a while
  (`DRIFT`). A step above it opens the filter at once, as the speed itself is not low-pass
  filtered; it is averaged over neighboring points instead, which needs no time.
- The head (rotation, scale, shift) and the expression (what remains) are filtered one by one:
  a nodding head does not open the filter of the lips, nor a word that of the head.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reenact.face.pose import MEAN, STABLE, kabsch
from reenact.types import Points

NOISE = 0.0045
"""Steps below this are noise, in outer eye corner distances (0.6 pixels of a 256 crop)."""

DRIFT = 0.0022
"""The same for the mean of the last steps: noise averages out, slow movements add up."""

_DRIFT_S = 0.12  # time constant of that mean
_REACH = 0.08  # how far the speed is averaged over neighbors, outer eye corner distances
_MAX_GAP_S = 0.5  # after a longer gap the past says nothing


@dataclass(frozen=True)
class _Head:
    """Where the head is: `points = expression @ rotation.T * scale + shift`."""

    scale: float
    rotation: NDArray[np.float64]
    shift: NDArray[np.float64]

    def apply(self, points: NDArray) -> NDArray[np.float64]:
        return points @ self.rotation.T * self.scale + self.shift

    def undo(self, points: NDArray) -> NDArray[np.float64]:
        return (points - self.shift) @ self.rotation / self.scale


class LandmarkFilter:
    """Smooths the landmarks of one face over time.

    Args:
        min_cutoff: cutoff frequency of a still face, Hz; lower is calmer.
        beta: how fast the filter opens with motion; higher follows more closely.
    """

    def __init__(self, *, min_cutoff: float, beta: float) -> None:
        self.min_cutoff = min_cutoff
        self.beta = beta
        self.reset()

    def reset(self) -> None:
        """Forget the past; the next landmarks pass as they are."""
        self._time_s: float | None = None
        self._head: _Head | None = None
        self._expression: NDArray[np.float64] | None = None
        self._neighbors: NDArray[np.float64] | None = None
        self._head_drift: NDArray[np.float64] | float = 0.0
        self._drift: NDArray[np.float64] | float = 0.0

    def __call__(self, points: Points, time_s: float) -> Points:
        """Smoothed landmarks.

        Args:
            points: (478, 3) landmarks found at `time_s`, pixels.
            time_s: time of the frame, seconds; steps may vary. A step back in time or a gap of
                more than half a second starts afresh.
        """
        step_s = None if self._time_s is None else time_s - self._time_s
        if step_s is None or not 0 <= step_s <= _MAX_GAP_S:
            self.reset()
        head = _head_of(points)
        expression = head.undo(points)
        if self._head is None:
            self._neighbors = _neighbors(expression)
        else:
            step_s = max(step_s, 1e-3)  # the same frame twice
            head = self._smooth_head(head, step_s)
            expression = self._smooth_expression(expression, step_s)
        self._time_s, self._head, self._expression = time_s, head, expression
        return head.apply(expression).astype(np.float32)

    def _weight(self, step: NDArray, drift: NDArray, step_s: float) -> NDArray[np.float64]:
        """How much of the new value is taken, 0 to 1, for steps in eye corner distances."""
        speed = np.maximum(np.maximum(step - NOISE, drift - DRIFT), 0) / step_s
        cutoff = self.min_cutoff + self.beta * speed
        turns = 2 * np.pi * cutoff * step_s
        return turns / (1 + turns)

    def _smooth_head(self, new: _Head, step_s: float) -> _Head:
        old = self._head
        moved = (new.apply(MEAN) - old.apply(MEAN))[:, :2] / new.scale
        self._head_drift = _followed(self._head_drift, moved, step_s)
        step, drift = (np.sqrt((d**2).mean()) for d in (moved, self._head_drift))
        weight = float(self._weight(step, drift, step_s))
        return _Head(
            scale=float(old.scale ** (1 - weight) * new.scale**weight),
            rotation=_part_way(old.rotation, new.rotation, weight),
            shift=old.shift + weight * (new.shift - old.shift),
        )

    def _smooth_expression(self, new: NDArray, step_s: float) -> NDArray[np.float64]:
        moved = new - self._expression
        self._drift = _followed(self._drift, moved[:, :2], step_s)
        squares = [(d**2).mean(axis=1) for d in (moved[:, :2], self._drift)]
        step, drift = np.sqrt(self._neighbors @ np.stack(squares, axis=1)).T
        return self._expression + self._weight(step, drift, step_s)[:, None] * moved


def _followed(mean: NDArray | float, new: NDArray, step_s: float) -> NDArray[np.float64]:
    """The mean of the last steps with a new one."""
    return mean + (1 - np.exp(-step_s / _DRIFT_S)) * (new - mean)


def _head_of(points: Points) -> _Head:
    """The mean face laid on the stable points; the unit is the outer eye corner distance."""
    there = points[STABLE].astype(np.float64)
    center = there.mean(axis=0)
    there -= center
    rotation = kabsch(MEAN, there)
    scale = float((there * (MEAN @ rotation.T)).sum() / (MEAN**2).sum())
    return _Head(scale, rotation, center)


def _neighbors(expression: NDArray) -> NDArray[np.float64]:
    """(478, 478) weights of the points around each point; rows sum to 1."""
    square = (expression**2).sum(axis=1)
    distance = square[:, None] + square[None] - 2 * expression @ expression.T
    weights = np.exp(-np.maximum(distance, 0) / (2 * _REACH**2))
    return weights / weights.sum(axis=1, keepdims=True)


def _part_way(old: NDArray, new: NDArray, weight: float) -> NDArray[np.float64]:
    """The rotation a part of the way from one to another."""
    turn = new @ old.T
    axis = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]])
    sine, cosine = np.linalg.norm(axis) / 2, (np.trace(turn) - 1) / 2
    angle = np.arctan2(sine, cosine)
    if sine < 1e-9:
        return new
    x, y, z = axis / (2 * sine)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    part = angle * weight
    return (np.eye(3) + np.sin(part) * cross + (1 - np.cos(part)) * cross @ cross) @ old
