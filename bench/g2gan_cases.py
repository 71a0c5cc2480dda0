"""People whom `g2gan` never saw, with and without an expression, and the truth laid on the source.

London's people held out by the packed files' split (neutral and smiling), and the six rendered
people of `synthetic-people`, whose pictures no training here reads, with the expressions during
which their head stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.people_set import FOLDER, MOMENTS, NEUTRAL
from reenact.data.sets import HELD_OUT
from reenact.data.sets.items import split_of
from reenact.errors import InputError
from reenact.face.align import Crop, face_crop
from reenact.face.detect import find_face
from reenact.images import load_picture
from reenact.methods.warp_repair.pairs import laid_onto
from reenact.types import Face, Frame, Points

CROP_PX = 256
LONDON, RENDERED = "london", "rendered"
_STILL = 4.5  # degrees that a head may turn


@dataclass(frozen=True)
class Shot:
    """A picture and its face.

    Attributes:
        is_still: rendered with the head and the camera where the person's other still ones have
            them.
    """

    frame: Frame
    face: Face
    is_still: bool = False

    @property
    def crop(self) -> Crop:
        """The upright square in which pixels are compared."""
        return face_crop(self.face, size=CROP_PX)


@dataclass(frozen=True)
class Case:
    """One person, neutral and with one expression."""

    kind: str
    person: str
    label: str
    neutral: Shot
    expression: Shot


def cases_of(london: Path | None, limit: int | None = None) -> Iterator[Case]:
    """All cases; `limit` counts people of each kind.

    Args:
        london: folder with neutral and smiling; None for the rendered people alone.

    Raises:
        InputError: nobody there is held out.
    """
    if london is not None:
        yield from _portraits(london, limit)
    for person in sorted(path for path in FOLDER.iterdir() if path.is_dir())[:limit]:
        neutral = _shot(person / f"{NEUTRAL}.webp", is_still=True)
        for label, moment in MOMENTS.items():
            if label != NEUTRAL and max(map(abs, moment.pose)) < _STILL:
                picture = _shot(person / f"{label}.webp", is_still=not any(moment.pose))
                yield Case(RENDERED, person.name, label, neutral, picture)


def _portraits(folder: Path, limit: int | None) -> Iterator[Case]:
    names = sorted(path.name for path in (folder / "neutral").glob("*.jpg"))
    names = [name for name in names if split_of(f"london/{Path(name).stem}") == HELD_OUT]
    if not names:
        raise InputError(f"`data` must hold london/neutral with held-out people, got '{folder}'.")
    for name in names[:limit]:
        pictures = [_shot(folder / mood / name) for mood in ("neutral", "smiling")]
        yield Case(LONDON, Path(name).stem, "smile", *pictures)


@cache
def _shot(path: Path, is_still: bool = False) -> Shot:
    frame = load_picture(path)
    return Shot(frame, find_face(frame), is_still)


def laid(truth: Shot, source: Shot) -> tuple[Frame, Points]:
    """(256, 256, 3) the truth where the source's head is, and its (478, 3) landmarks there.

    Two photographs are laid on each other by points that expressions hardly move. Hardly: on
    rendered people, of whom it is known that nothing else moved, they were off by 2 pixels and
    1 % of the size. So where head and camera are still, the truth lies where it is.
    """
    if truth.is_still and source.is_still:
        return source.crop.cut(truth.frame), source.crop.to_crop(truth.face.points)
    there = source.crop.to_crop(source.face.points)
    return laid_onto(truth.frame, truth.face.points, there, CROP_PX)
