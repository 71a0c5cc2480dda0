"""From an output picture to numbers: each metric's name, and how a pair is measured with it.

A metric with `per="pair"` gives one number a pair: `measure` is that number. One with `per="set"`
gives a feature a pair, a 1-D float32 array, and `reduce` makes one number of all of them; as that
depends on nothing else, resuming, merging and re-ordering cannot change it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol, TypedDict

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.metrics import METRICS, identity, landmarks, metric, pixels
from bench.tasks import Pair
from reenact.errors import FaceNotFoundError
from reenact.face.detect import find_face
from reenact.types import Face, Frame


class Skipped(Exception):
    """The metric says nothing about this pair (a closed driving mouth). Not a failure."""


class Output:
    """An output picture; its face is looked for once, when the first metric asks.

    Args:
        image: (H, W, 3) the source picture with the method's face in it.
    """

    def __init__(self, image: Frame) -> None:
        self.image = image
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
                self._face = find_face(self.image, name="output")
            except FaceNotFoundError as error:
                self._error = error
                raise
        return self._face


class PairRow(Protocol):
    """What a set metric may know of a pair besides its feature; `bench.runner.Row` has it all."""

    pair: str
    group: str
    person: str
    label: str
    clip: str
    index: int


class SetValue(TypedDict):
    """What a set metric says: NaN where nothing can be said (`low`, `high`: 95 % interval)."""

    value: float
    low: float
    high: float
    count: int
    warning: str
    extras: dict[str, float]


def not_computed(name: str) -> str | None:
    """Why a metric cannot be computed on this computer, with the command that helps; else None.

    Ask once, before a run.

    Raises:
        UnknownNameError: there is no such metric.
    """
    metric(name)
    return None


def measure(name: str, pair: Pair, output: Output) -> float | NDArray[np.float32]:
    """One metric of one output: a number, or a feature where the metric is of the set.

    Raises:
        FaceNotFoundError: the output shows no face.
        Skipped: the metric says nothing about this pair.
        NotComputed: the metric's weights are not on this computer.
    """
    return _MEASURES[name](pair, output)


def reduce(name: str, features: NDArray[np.float32], rows: Sequence[PairRow]) -> SetValue:
    """One number of a whole set, with its interval, the same in whatever order the rows are.

    Args:
        name: a metric with `per="set"`.
        features: (N, D) what `measure` gave for each row.
        rows: N of them.

    Raises:
        InputError: the set is too small for this metric, or shapes do not fit.
    """
    return _REDUCES[name](features, rows)


def mean_with_failures(name: str, mean: float, count: int, failures: int) -> float | None:
    """The mean with each failed pair as the metric's `when_failed`; None where that has no sense.

    Args:
        mean: over the pairs that did not fail (NaN where there are none).
        count: how many those are.
        failures: pairs that failed.
    """
    failed = METRICS[name].when_failed
    if failures == 0:
        return None if mean != mean else mean
    if failed is None:
        return None
    good = 0.0 if count == 0 else mean * count
    return (good + failed * failures) / (count + failures)


def _pixels(function: Callable[[Frame, Frame], float], pair: Pair, output: Output) -> float:
    """Compare crops of the output and of the target, at the place of the source's face."""
    target = pair.target
    if target.shape != output.image.shape:
        height, width = output.image.shape[:2]
        target = cv2.resize(target, (width, height), interpolation=cv2.INTER_AREA)
    return function(pair.crop.cut(output.image), pair.crop.cut(target))


def _landmark_distance(pair: Pair, output: Output) -> float:
    """Percent of the target's eye distance; head motion counts."""
    target = pair.target_face.points
    distance = landmarks.landmark_distance(output.face.points[:, :2], target[:, :2])
    return 100 * distance / landmarks.eye_distance(target)


def _landmark_distance_px(pair: Pair, output: Output) -> float:
    """Pixels of the crop; both meshes are laid on the source's head, so expression counts alone."""
    head = pair.source_face.points
    there, here = (landmarks.lay_on(face.points, head) for face in (pair.target_face, output.face))
    scale = pair.crop.scale
    return scale * landmarks.landmark_distance(here[:, :2], there[:, :2])


def _identity_distance(pair: Pair, output: Output) -> float:
    source = identity.descriptor(pair.source, pair.source_face)
    return identity.identity_distance(identity.descriptor(output.image, output.face), source)


def _mouth_opening_error(pair: Pair, output: Output) -> float:
    """Percent of eye distance."""
    wanted = landmarks.mouth_opening(pair.driving_face.points)
    if wanted < landmarks.OPEN_MOUTH:
        raise Skipped("the driving mouth is closed")
    return 100 * float(np.abs(landmarks.mouth_opening(output.face.points) - wanted))


_MEASURES: dict[str, Callable[[Pair, Output], float]] = {
    "ssim": partial(_pixels, pixels.ssim),
    "psnr": partial(_pixels, pixels.psnr),
    "landmark_distance": _landmark_distance,
    "landmark_distance_px": _landmark_distance_px,
    "identity_distance": _identity_distance,
    "mouth_opening_error": _mouth_opening_error,
}

_REDUCES: dict[str, Callable[[NDArray[np.float32], Sequence[PairRow]], SetValue]] = {}
