"""Where a protocol's pairs come from: one module a task, each with `pairs(data, settings, limit)`.

A pair is everything that is needed to make one output and to judge it. Pairs are made one at a
time, so data sets of any size fit. A new task is one file here and one in `bench/protocols/`:

    pairs(data: Path, settings: dict, limit: int | None) -> Iterator[Pair | Unusable]

must give the same pairs in the same order each time, names that are unique within the protocol, and
pairs of one source one after another (a source is encoded again only when another one comes). What
lies in the data but cannot be used is `Unusable`; data that are not what the protocol needs raise
`InputError`. A task whose data come with the project names their folder: `BUILT_IN`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.protocol import Protocol
from bench.ways import Way
from reenact.errors import InputError
from reenact.face.align import Crop
from reenact.types import Face, Frame, Options, Points

Seen = tuple[Frame, Face]
"""A picture and its face."""


@dataclass(frozen=True)
class Pair:
    """One output to make and to judge.

    Attributes:
        name: unique within the protocol.
        group: clip or person; intervals are drawn over groups.
        source, source_face: gives the identity. Pairs of one source share the array.
        driving, driving_face: gives the expression.
        driving_neutral: the driving person's neutral face, in relative mode.
        target, target_face: the truth.
        crop: the part of the source picture in which pixels are compared.
        options: region, strength, mode.
        person: whose identity the source gives; "" means that of `group`.
        driving_person: who drives; "" where nobody says.
        label: the name of the driving expression; "" where nobody says.
        gallery, gallery_face: a neutral or frontal picture of the source person, for recognition.
        clip, index: the output clip that this is a frame of, and its number in it.
        way: how the output is made, where that is not simply `driving` drives `source`.
        exact_points: (68, 3) ibug68 points of the target, where they are known and not detected.
    """

    name: str
    group: str
    source: Frame
    source_face: Face
    driving: Frame
    driving_face: Face
    driving_neutral: Face | None
    target: Frame
    target_face: Face
    crop: Crop
    options: Options
    person: str = ""
    driving_person: str = ""
    label: str = ""
    gallery: Frame | None = None
    gallery_face: Face | None = None
    clip: str = ""
    index: int = 0
    way: Way | None = None
    exact_points: Points | None = None

    @classmethod
    def of(
        cls,
        name: str,
        person: str,
        *,
        source: Seen,
        driving: Seen,
        target: Seen,
        gallery: Seen | None = None,
        driving_neutral: Face | None = None,
        options: Options | None = None,
        **more: Any,
    ) -> Pair:
        """A pair of pictures with their faces; the source person is also the group."""
        known, known_face = gallery or (None, None)
        return cls(
            name,
            person,
            *source,
            *driving,
            driving_neutral,
            *target,
            person=person,
            gallery=known,
            gallery_face=known_face,
            options=options or Options(),
            **more,
        )


@dataclass(frozen=True)
class Unusable:
    """A pair that no method can be judged on, and why: the data lack a face there."""

    name: str
    group: str
    reason: str


def data_folder(protocol: Protocol, given: Path | None) -> Path:
    """Where a protocol's data are: as given, else with the project, else beside it.

    Raises:
        InputError: they are nowhere; says what they are and where to get them.
    """
    if given is not None:
        return given
    built_in = getattr(_task(protocol), "BUILT_IN", None)
    beside = Path("..") / "shared" / "data" / protocol.data_folder
    if built_in is None and not beside.is_dir():
        raise InputError(
            f"{protocol.name} needs `--data DIR`, a folder that is not with the project. "
            f"It must hold: {protocol.data}"
        )
    return built_in or beside


def where(protocol: Protocol) -> str:
    """Where a protocol's data are on this computer, for people."""
    try:
        built_in = getattr(_task(protocol), "BUILT_IN", None)
    except ModuleNotFoundError:  # a program of its own measures it
        built_in = None
    beside = Path("..") / "shared" / "data" / protocol.data_folder
    if built_in is not None:
        return "built in, no --data needed"
    return str(beside) if beside.is_dir() else "not here, give --data DIR"


def _task(protocol: Protocol) -> Any:
    return import_module(f"bench.tasks.{protocol.task}")


def pairs(protocol: Protocol, data: Path, limit: int | None) -> Iterator[Pair | Unusable]:
    """The pairs of a protocol.

    Args:
        data: the data folder.
        limit: only the first clips or people.

    Raises:
        InputError: the folder does not hold what the protocol needs.
    """
    if not data.is_dir():
        raise InputError(f"`data` must be a folder, got '{data}'. It must hold: {protocol.data}")
    settings: dict[str, Any] = protocol.settings
    yield from _task(protocol).pairs(data, settings, limit)
