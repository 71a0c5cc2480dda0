"""From an output picture to numbers: each metric's name, and how a pair is measured with it.

A metric with `per="pair"` gives one number a pair: `measure` is that number. One with `per="set"`
gives a feature a pair, a 1-D float32 array, and `reduce` makes one number of all of them; as that
depends on nothing else, resuming, merging and re-ordering cannot change it. One with
`per="method"` is measured once a method; see `bench.metrics.efficiency`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bench.metrics import METRICS, NotComputed, Skipped, identity, metric
from bench.metrics.backbones import BACKBONES, backbone_path, backbone_sha256
from bench.metrics.of_pairs import MEASURES
from bench.metrics.of_sets import REDUCES, PairRow, SetValue, reduce_set
from bench.tasks import Pair
from reenact.errors import FaceNotFoundError, InputError
from reenact.face.detect import find_face, find_faces
from reenact.types import Face, Frame

__all__ = [
    "NotComputed",
    "Output",
    "PairRow",
    "SetValue",
    "Skipped",
    "mean_with_failures",
    "measure",
    "measured_with",
    "not_computed",
    "reduce",
]


class Output:
    """An output picture; its face is looked for once, when the first metric asks.

    `crops` keeps the crops of output and target, which several metrics compare.

    Args:
        image: (H, W, 3) the source picture with the method's face in it.
        near: the source's face, where the picture shows several; None takes the largest.
    """

    def __init__(self, image: Frame, near: Face | None = None) -> None:
        self.image, self._near = image, near
        self.crops: tuple[Frame, Frame] | None = None
        self._face: Face | None = None
        self._error: FaceNotFoundError | None = None

    @property
    def face(self) -> Face:
        """The face that is seen in the output.

        Raises:
            FaceNotFoundError: none is.
        """
        if self._error is not None:
            raise self._error
        if self._face is None:
            try:
                self._face = self._find()
            except FaceNotFoundError as error:
                self._error = error
                raise
        return self._face

    def _find(self) -> Face:
        if self._near is None:
            return find_face(self.image, name="output")
        faces, wanted = find_faces(self.image), _center(self._near)
        gaps = [float(np.hypot(*(_center(face) - wanted))) for face in faces]
        if not gaps or min(gaps) > self._near.size_px:
            raise FaceNotFoundError("No face found in `output` where the source's face is.")
        return faces[int(np.argmin(gaps))]


def _center(face: Face) -> NDArray[np.float64]:
    left, top, right, bottom = face.box
    return np.array([left + right, top + bottom]) / 2


def not_computed(name: str) -> str | None:
    """Why a metric cannot be computed on this computer, with the command that helps; else None.

    Ask once, before a run.

    Raises:
        UnknownNameError: there is no such metric.
    """
    needs = metric(name).needs
    try:
        if needs == "dlib":
            identity.network_path()
        elif needs in BACKBONES:
            backbone_path(needs)
    except NotComputed as error:
        return str(error)
    return None


def measured_with(name: str) -> dict[str, str]:
    """The networks that a metric looks with, for the record: file name to SHA-256.

    Raises:
        UnknownNameError: there is no such metric.
        NotComputed: they are not on this computer.
    """
    needs = metric(name).needs
    if needs == "dlib":
        return {identity.NETWORK_FILE: identity.network_sha256()}
    return {BACKBONES[needs].file: backbone_sha256(needs)} if needs in BACKBONES else {}


def measure(name: str, pair: Pair, output: Output) -> float | NDArray[np.float32]:
    """One metric of one output: a number, or a feature where the metric is of the set.

    Raises:
        UnknownNameError: there is no such metric.
        InputError: it is measured once a method, or not on these pictures.
        FaceNotFoundError: the output shows no face.
        Skipped: the metric says nothing about this pair.
        NotComputed: the metric's weights are not on this computer.
    """
    if metric(name).per == "method":
        raise InputError(f"`{name}` is measured once a method. Use `python -m bench efficiency`.")
    found = MEASURES[name](pair, output)
    if not np.isfinite(found).all():
        raise InputError(f"`{name}` must be a finite number, got {found} for '{pair.name}'.")
    return found


def reduce(name: str, features: NDArray[np.float32], rows: Sequence[PairRow]) -> SetValue:
    """One number of a whole set, with its interval, the same in whatever order the rows are.

    Args:
        name: a metric with `per="set"`.
        features: (N, D) what `measure` gave for each row.
        rows: N of them.

    Returns:
        Where the set is too small (one person, no clip ...): NaN, and `warning` says why.

    Raises:
        UnknownNameError: there is no such metric.
        InputError: it is no metric of sets, features hold NaN, or shapes do not fit.
    """
    if metric(name).per != "set":
        sets = ", ".join(REDUCES)
        raise InputError(f"`{name}` must be a metric of sets, it is not one. Those are: {sets}.")
    return reduce_set(name, features, rows)


def mean_with_failures(name: str, mean: float, count: int, failures: int) -> float | None:
    """The mean with each failed pair as the metric's `when_failed`; None where that has no sense.

    Args:
        mean: over the pairs that did not fail (NaN where there are none).
        count: how many those are.
        failures: pairs that failed.

    Example:
        >>> mean_with_failures("ssim", 0.9, 2, 1)  # (0.9 + 0.9 + 0) / 3
        0.6
    """
    failed = METRICS[name].when_failed
    if failures == 0:
        return None if mean != mean else mean
    if failed is None:
        return None
    good = 0.0 if count == 0 else mean * count
    return (good + failed * failures) / (count + failures)
