"""Mouth, eyelids and gaze: the few measures that people see first, solved exactly.

A basis of shapes gets an open mouth or a closed eye nearly right, and nearly is
visible. These functions measure the openings of canonical meshes (see
`canonical.py`; outer eye corners 1 apart, y down) and move lips, lids and irises,
with the skin around them, until the openings are what they should be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reenact.geometry.regions import (
    INNER_LIP_PAIRS,
    LEFT_EYE_CORNERS,
    LEFT_IRIS,
    LEFT_LID_PAIRS,
    LIPS_INNER,
    LIPS_OUTER,
    POINT_COUNT,
    RIGHT_EYE_CORNERS,
    RIGHT_IRIS,
    RIGHT_LID_PAIRS,
)

CLOSED, OPEN = 0.1, 0.2  # lid opening over eye width: shut below, certainly open above
MOUTH_SLACK = 0.025  # lip gap, outer eye corner distances; the eye sees no difference
LIPS_ALONE = 0.03  # gap that lips close or open without the jaw
GAZE_LIMIT = 0.34  # iris center from the middle of the eye, eye widths


@dataclass(frozen=True)
class Slit:
    """A slit between upper and lower points, and how the skin follows when it opens.

    Attributes:
        upper, lower: (N,) indices of facing points.
        field: (478, N) change of y of each point when gap `n` grows by 1.
    """

    upper: NDArray[np.int64]
    lower: NDArray[np.int64]
    field: NDArray[np.float32]

    def gaps(self, mesh: NDArray) -> NDArray[np.float64]:
        """(N,) openings, negative where the points have crossed."""
        return mesh[self.lower, 1] - mesh[self.upper, 1]

    def set_gaps(self, mesh: NDArray, gaps: NDArray) -> None:
        """Move the points of `mesh`, in place, until its openings are `gaps` (N,)."""
        mesh[:, 1] += self.field @ (gaps - self.gaps(mesh))


@dataclass(frozen=True)
class Eye:
    """One eye: its lids, corners and iris."""

    lids: Slit
    corners: tuple[int, int]
    iris: tuple[int, ...]

    def width(self, mesh: NDArray) -> float:
        return float(np.linalg.norm(mesh[self.corners[1], :2] - mesh[self.corners[0], :2]))

    def closure(self, mesh: NDArray) -> float:
        """0 for an eye that is certainly open, 1 for a shut one."""
        opening = self.lids.gaps(mesh)[1:-1].mean() / self.width(mesh)
        return float(np.clip((OPEN - opening) / (OPEN - CLOSED), 0.0, 1.0))

    def gaze(self, mesh: NDArray) -> NDArray[np.float64]:
        """(2,) iris center along and across the line of the corners, eye widths."""
        middle, axes = self._frame(mesh)
        return axes @ (mesh[self.iris[0], :2] - middle) / self.width(mesh)

    def set_gaze(self, mesh: NDArray, gaze: NDArray, iris: NDArray) -> None:
        """Put the iris points (5, 3), size unchanged, where `gaze` says, in place."""
        middle, axes = self._frame(mesh)
        center = middle + (gaze * self.width(mesh)) @ axes
        points = list(self.iris)
        mesh[points, :2] = iris[:, :2] - iris[0, :2] + center
        mesh[points, 2] = iris[:, 2]

    def _frame(self, mesh: NDArray) -> tuple[NDArray, NDArray]:
        first, second = mesh[self.corners[0], :2], mesh[self.corners[1], :2]
        along = (second - first) / np.linalg.norm(second - first)
        return (first + second) / 2, np.array([along, [-along[1], along[0]]])


@dataclass(frozen=True)
class Openings:
    """The slits of a face, built once from the mean face.

    Attributes:
        jaw: (478, 3) what the face does when the middle of the mouth opens by 1.
    """

    mouth: Slit
    eyes: tuple[Eye, Eye]
    jaw: NDArray[np.float32]

    @classmethod
    def build(cls, mean: NDArray, jaw: NDArray) -> Openings:
        lips = set(LIPS_INNER) | set(LIPS_OUTER)
        mouth = _slit(mean, INNER_LIP_PAIRS, reach=0.12, upper_share=0.5, whole=lips)
        right = _slit(mean, RIGHT_LID_PAIRS, reach=0.06, upper_share=0.85)
        left = _slit(mean, LEFT_LID_PAIRS, reach=0.06, upper_share=0.85)
        eyes = Eye(right, RIGHT_EYE_CORNERS, RIGHT_IRIS), Eye(left, LEFT_EYE_CORNERS, LEFT_IRIS)
        middle = INNER_LIP_PAIRS[4]
        return cls(mouth, eyes, jaw / (jaw[middle[1], 1] - jaw[middle[0], 1]))

    def solve(
        self,
        moved: NDArray,
        source: NDArray,
        driving: NDArray,
        since: NDArray | None,
        strength: float,
    ) -> None:
        """Correct lips, lids and irises of `moved`, in place.

        Args:
            moved: (478, 3) canonical source with the driving expression, nearly right.
            source, driving: (478, 3) canonical meshes.
            since: (478, 3) canonical driving mesh where the motion starts, for motion that is
                added to the source; None takes the driving openings as they are.
            strength: 0 to 1.5.
        """
        self._solve_mouth(moved, source, driving, since, strength)
        for eye in self.eyes:
            _solve_lids(eye, moved, source, driving, since, strength)
            _solve_gaze(eye, moved, source, driving, since, strength)

    def _solve_mouth(self, moved, source, driving, since, strength) -> None:
        own = self.mouth.gaps(source)
        start = own if since is None else self.mouth.gaps(since)
        wanted = (own + strength * (self.mouth.gaps(driving) - start)).clip(min=0)
        middle = len(wanted) // 2
        gaps = self.mouth.gaps(moved)
        change = (_nearest_allowed(gaps, wanted) - gaps)[middle]
        moved += (change - np.clip(change, -LIPS_ALONE, LIPS_ALONE)) * self.jaw
        self.mouth.set_gaps(moved, _nearest_allowed(self.mouth.gaps(moved), wanted))


def _nearest_allowed(gaps: NDArray, wanted: NDArray) -> NDArray[np.float64]:
    """The gaps (N,), changed no more than it takes to come near the wanted ones.

    People who smile alike open their mouths unlike, so what the network gives stays where it is
    within `MOUTH_SLACK` of the driving mouth; a closed mouth leaves no slack.
    """
    slack = MOUTH_SLACK * np.clip((wanted - 0.005) / 0.03, 0.0, 1.0)
    return gaps.clip(wanted - slack, wanted + slack)


def _solve_lids(eye: Eye, moved, source, driving, since, strength) -> None:
    """Shut lids become as shut as the driving ones; open lids keep the source's own scale."""
    shut = eye.closure(driving) - (0.0 if since is None else eye.closure(since))
    gaps = eye.lids.gaps(moved)
    # Landmarks of shut lids lie on the lashes, a tenth of the eye apart; the skin meets.
    aim = eye.lids.gaps(driving) * eye.width(source) / eye.width(driving)
    aim = aim * (1 - max(eye.closure(driving), 0.0))
    closing = min(strength, 1.0) * max(shut, 0.0)
    wanted = gaps + closing * (aim - gaps)
    if since is None:  # a shut source that should open: at least as far as the driving eye
        opening = min(strength, 1.0) * eye.closure(source) * (1 - max(shut, 0.0))
        wanted += opening * (aim - gaps).clip(min=0)
    eye.lids.set_gaps(moved, wanted.clip(min=0))


def _solve_gaze(eye: Eye, moved, source, driving, since, strength) -> None:
    """The source looks where the driving looks, as far as the driving eye shows its iris."""
    start = source if since is None else since
    seen = 1 - max(eye.closure(driving), 0.0 if since is None else eye.closure(since))
    own = eye.gaze(source)
    gaze = own + strength * seen * (eye.gaze(driving) - eye.gaze(start))
    limit = np.maximum(GAZE_LIMIT, np.abs(own))
    eye.set_gaze(moved, gaze.clip(-limit, limit), source[list(eye.iris)])


def _slit(mean, pairs, reach: float, upper_share: float, whole=frozenset()) -> Slit:
    """The slit with its field: facing points follow exactly, `whole` points with their neighbors,
    the skin fades out with the distance `reach` (eye distances)."""
    upper, lower = np.array(pairs).T
    field = np.zeros((POINT_COUNT, len(pairs)))
    middle = (mean[upper] + mean[lower])[:, :2] / 2
    line = np.interp(mean[:, 0], *middle[np.argsort(middle[:, 0])].T)
    for rows, share in ((upper, -upper_share), (lower, 1 - upper_share)):
        distance = np.linalg.norm(mean[:, None, :2] - mean[None, rows, :2], axis=-1)
        near = np.exp(-((distance / (reach / 2)) ** 2))
        follow = near / np.maximum(near.sum(axis=1, keepdims=True), 1e-6)
        fade = np.exp(-((distance.min(axis=1) / reach) ** 2))
        fade[[i for i in whole]] = 1.0
        side = (mean[:, 1] < line) if share < 0 else (mean[:, 1] >= line)
        field += np.where(side[:, None], share * fade[:, None] * follow, 0.0)
    _taper_corners(field, mean, middle)
    for rows, share in ((upper, -upper_share), (lower, 1 - upper_share)):
        field[rows] = share * np.eye(len(pairs))
    field[[*RIGHT_IRIS, *LEFT_IRIS]] = 0.0
    return Slit(upper, lower, field.astype(np.float32))


def _taper_corners(field: NDArray, mean: NDArray, middle: NDArray) -> None:
    """Points beyond the last pair, at and outside the corners, do not move with the slit."""
    x, (first, last) = mean[:, 0], np.sort(middle[:, 0])[[0, -1]]
    step = (last - first) / (len(middle) - 1)
    outside = np.maximum(np.maximum(first - x, x - last), 0.0)
    field *= np.clip(1 - outside / step, 0.0, 1.0)[:, None]
