"""How a pair's output is made: by one rule for the runner, for studies, and for every method.

Most protocols say nothing: the driving picture drives the source. Papers differ in three ways,
which a pair says in its `way`: only the driving landmarks are given; they are rendered without
conversion; the output drives a picture of the driving person back again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from reenact.base import Method
from reenact.errors import FaceNotFoundError
from reenact.face.align import face_crop
from reenact.face.detect import find_face
from reenact.pipeline import Reenactor
from reenact.types import Face, Frame, Options, Points

if TYPE_CHECKING:
    from bench.tasks import Pair

CROP_SCALE = 1.6
"""Side of the squares that unconverted landmarks are carried between, over the face's box."""


@dataclass(frozen=True)
class Way:
    """How an output is made, where that is not simply `driving` drives `source`.

    Attributes:
        gives: `landmarks` keeps the driving picture's pixels from the method. Papers that drive a
            person with the truth's own landmarks give no more; the picture would be the answer.
        converts: False renders the driving landmarks as they lie in their own face crop, without
            fitting them to the source person: the ablation of landmark converters.
        back, back_face: a picture of the driving person; the first output drives it, and that
            second output is the pair's (LandmarkGAN, section 3.3).
        removes: a method that can take the expression off by itself does so, and nothing drives
            it (G2-GAN, table 4); others are driven by the driving face, which is at rest.
    """

    gives: Literal["picture", "landmarks"] = "picture"
    converts: bool = True
    back: Frame | None = None
    back_face: Face | None = None
    removes: bool = False


PLAIN = Way()


class Maker:
    """Makes the outputs of one method; a source is encoded again only when another one comes.

    Args:
        method: one method. Of `bench.baselines.Truth` the output is the truth itself.
    """

    def __init__(self, method: Method) -> None:
        self.method = method
        self._last: dict[str, tuple[Frame, Reenactor]] = {}

    def __call__(self, pair: Pair) -> Frame:
        """(H, W, 3) the output of a pair.

        Raises:
            ReenactError: the method cannot make it.
        """
        if self.method.name == "truth":
            return pair.target
        way = pair.way or PLAIN
        there = self._reenactor("there", pair.source, pair.source_face, pair.options)
        if way.removes and self.method.removes_expressions:
            return there.neutral().image
        first = _drive(there, pair.driving, pair.driving_face, pair.driving_neutral, way)
        if way.back is None or way.back_face is None:
            return first
        try:
            face = find_face(first, name="output")
        except FaceNotFoundError as error:
            raise FaceNotFoundError("The first output shows no face that could drive back.") from (
                error
            )
        back = self._reenactor("back", way.back, way.back_face, pair.options)
        return _drive(back, first, face, None, way)

    def _reenactor(self, which: str, source: Frame, face: Face, options: Options) -> Reenactor:
        known = self._last.get(which)
        if known is None or known[0] is not source:
            made = Reenactor(source, self.method, options=options, source_face=face)
            known = self._last[which] = (source, made)
        known[1].options = options
        return known[1]


def _drive(reenactor: Reenactor, frame: Frame, face: Face, neutral: Face | None, way: Way) -> Frame:
    if not way.converts:
        return reenactor.edit(unconverted(face, reenactor.face)).image
    seen = frame if way.gives == "picture" else None
    return reenactor.drive(seen, face, neutral).image


def unconverted(driving: Face, source: Face) -> Points:
    """(478, 3) the driving landmarks where the source's are: each in its own upright face crop.

    Pixels of the source picture. The shape stays the driving person's.
    """
    crops = [face_crop(face, scale=CROP_SCALE, size=256) for face in (driving, source)]
    return crops[1].to_frame(crops[0].to_crop(driving.points))
