"""Figures of one output, measured as the benchmark measures them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from demo import text_compare as words
from reenact.errors import InputError, ReenactError

if TYPE_CHECKING:
    from reenact.types import Frame, Options

Faces = tuple[int | None, int | None]
ALWAYS = ("identity_distance", "landmark_distance_px")
WITH_TARGET = ("ssim", "lpips")
CROP_SCALE, CROP_PX = 2.0, 256
"""The crop in which pixels are compared, as in the protocol self-reenactment@1."""


@dataclass(frozen=True)
class Figure:
    """One number, or why there is none.

    Attributes:
        name: of `bench.metrics`, or "seconds".
        value: None where it could not be measured.
        unchanged: the same figure of the source as it is, to compare with; None where it says
            nothing.
        reason: why there is no value, with what to do.
        arrow: the direction that is better.
    """

    name: str
    value: float | None = None
    unchanged: float | None = None
    reason: str = ""
    arrow: str = "↓"

    @property
    def title(self) -> str:
        return words.FIGURES[self.name][0]

    @property
    def shown(self) -> str:
        """The number with its unit."""
        if self.value is None:
            return words.NO_FIGURE
        unit = words.UNITS.get(self.name, "")
        return f"{number(self.name, self.value)} {unit}".rstrip()


class Judge:
    """Measures outputs of one pair.

    Args:
        source, driving: (H, W, 3) pictures.
        target: (H, W, 3) the ground truth in the source's frame; None where there is none.
        faces: which face of source and driving, from left to right; None for the largest.

    Raises:
        ReenactError: a picture shows no face, or the ground truth has another shape.
    """

    def __init__(
        self,
        source: Frame,
        driving: Frame,
        target: Frame | None,
        options: Options,
        faces: Faces = (None, None),
    ) -> None:
        from bench.tasks import Pair
        from reenact.face.align import face_crop
        from reenact.face.detect import find_face

        if target is not None:
            _check_shape(target, source)
        source_face = find_face(source, faces[0], name="source")
        driving_face = find_face(driving, faces[1], name="driving")
        self.names = ALWAYS if target is None else ALWAYS + WITH_TARGET
        self._pair = Pair(
            name="compare",
            group="compare",
            source=source,
            source_face=source_face,
            driving=driving,
            driving_face=driving_face,
            driving_neutral=None,
            target=driving if target is None else target,
            target_face=driving_face,  # landmarks are those of the driving face, always
            crop=face_crop(source_face, scale=CROP_SCALE, size=CROP_PX, upright=False),
            options=options,
        )
        self._unchanged: dict[str, Figure] | None = None

    def __call__(self, image: Frame) -> list[Figure]:
        """All figures of an output, (H, W, 3) with the source's size."""
        if self._unchanged is None:
            self._unchanged = {f.name: f for f in self._measure(self._pair.source)}
        return [
            Figure(f.name, f.value, self._unchanged[f.name].value, f.reason, f.arrow)
            for f in self._measure(image)
        ]

    def _measure(self, image: Frame) -> list[Figure]:
        from bench.measure import Output

        output = Output(image, self._pair.source_face)
        return [self._one(name, output) for name in self.names]

    def _one(self, name: str, output) -> Figure:
        from bench.measure import Skipped, measure, not_computed
        from bench.metrics import metric

        arrow = metric(name).arrow
        try:
            reason = not_computed(name)
            if reason:
                return Figure(name, reason=reason, arrow=arrow)
            return Figure(name, float(measure(name, self._pair, output)), arrow=arrow)
        except (ReenactError, Skipped) as error:
            return Figure(name, reason=str(error), arrow=arrow)


def number(name: str, value: float) -> str:
    """A figure with as many digits as mean something."""
    digits = {"landmark_distance_px": 1, "ssim": 3, "lpips": 3}.get(name, 2)
    return f"{value:.{digits}f}"


def _check_shape(target: Frame, source: Frame) -> None:
    """Sizes may differ, shapes may not: pixels are compared at the same places."""
    height, width = source.shape[:2]
    if abs(target.shape[1] * height / (target.shape[0] * width) - 1) > 0.01:
        got = f"{target.shape[1]} x {target.shape[0]}"
        raise InputError(words.SIDEWAYS.format(got=got, wanted=f"{width} x {height}"))
