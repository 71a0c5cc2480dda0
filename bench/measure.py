"""From an output picture to numbers: each metric's name, and how a pair is measured with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import cv2
import numpy as np

from bench.metrics import identity, landmarks, pixels
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


def measure(name: str, pair: Pair, output: Output) -> float:
    """One metric of one output.

    Raises:
        FaceNotFoundError: the output shows no face.
        Skipped: the metric says nothing about this pair.
    """
    return _MEASURES[name](pair, output)


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
