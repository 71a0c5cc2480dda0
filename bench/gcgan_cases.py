"""Transfers between people whom `gcgan` never saw: any source expression, any driving person.

- Rendered people of `synthetic-people`: a person's neutral and smiling pictures, driven by the next
  person's expressions; their own picture with that expression is the truth.
- Held-out people of London: neutral, driven by the next three's smiles; their own smile is the
  truth. Both people's faces at rest are known, of real photographs.
- Held-out people of London driven by held-out faces of SFHQ, as CelebA's faces drive Multi-PIE's in
  GC-GAN's table 2. Nobody knows those faces at rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.g2gan_cases import Shot, cases_of
from bench.metrics.expression import REST, expression_vector, mesh_measures
from reenact.data.sets import HELD_OUT
from reenact.data.sets.items import split_of
from reenact.errors import ReenactError
from reenact.face.detect import find_face
from reenact.images import load_picture

RENDERED, LONDON, FOREIGN = "rendered", "london < london", "london < sfhq"
_EACH = 3  # driving faces of a person of london
_SMILE = "smile"


@dataclass(frozen=True)
class Transfer:
    """A source, a driving face, and what else is known.

    Attributes:
        truth: the source person's picture with the driving expression.
        source_rest, driving_rest: the two people at rest.
    """

    kind: str
    person: str
    source: Shot
    driving: Shot
    truth: Shot | None = None
    source_rest: Shot | None = None
    driving_rest: Shot | None = None


def transfers(data: Path, limit: int | None = None) -> Iterator[Transfer]:
    """All transfers; `limit` counts people of each kind."""
    yield from _rendered(limit)
    if (data / "london").is_dir():
        yield from _london(data / "london", limit)
        if (data / "sfhq").is_dir():
            yield from _foreign(data, limit)


def training_portraits(london: Path) -> Iterator[tuple[Shot, Shot]]:
    """Neutral and smiling of London's people who are not held out, so none that is tested."""
    for file in sorted((london / "neutral").glob("*.jpg")):
        if split_of(f"london/{file.stem}") != HELD_OUT:
            frames = [load_picture(london / mood / file.name) for mood in ("neutral", "smiling")]
            neutral, smiling = (Shot(frame, find_face(frame)) for frame in frames)
            yield neutral, smiling


def ways(data: Path, limit: int | None = None) -> list[tuple[str, Shot, Shot]]:
    """Person, and two pictures between whose expressions to interpolate (figure 3)."""
    cases = cases_of(data / "london" if (data / "london").is_dir() else None, limit)
    return [(case.person, case.neutral, case.expression) for case in cases]


def _rendered(limit: int | None) -> Iterator[Transfer]:
    shots: dict[str, dict[str, Shot]] = {}
    for case in cases_of(None):
        shots.setdefault(case.person, {})[case.label] = case.expression
        shots[case.person]["neutral"] = case.neutral
    people = sorted(shots)
    for person, other in list(zip(people, people[1:] + people[:1], strict=True))[:limit]:
        for start in ("neutral", _SMILE):
            for label in sorted(shots[other]):
                if label not in ("neutral", start):
                    own, driving = shots[person], shots[other][label]
                    rests = own["neutral"], shots[other]["neutral"]
                    yield Transfer(RENDERED, person, own[start], driving, own[label], *rests)


def _london(folder: Path, limit: int | None) -> Iterator[Transfer]:
    cases = [case for case in cases_of(folder, limit) if case.kind == "london"]
    for number, own in enumerate(cases):
        for step in range(1, min(_EACH, len(cases) - 1) + 1):
            other = cases[(number + step) % len(cases)]
            rests = own.neutral, other.neutral
            yield Transfer(
                LONDON, own.person, own.neutral, other.expression, own.expression, *rests
            )


def _foreign(data: Path, limit: int | None) -> Iterator[Transfer]:
    drivers = list(lively(data / "sfhq", _EACH * (limit or 16)))
    people = [case for case in cases_of(data / "london", limit) if case.kind == "london"]
    for number, case in enumerate(people):
        for driving in drivers[_EACH * number : _EACH * (number + 1)]:
            rest = case.neutral
            yield Transfer(FOREIGN, case.person, rest, driving, source_rest=rest)


def lively(folder: Path, count: int) -> Iterator[Shot]:
    """Held-out faces that show an expression, drawn evenly."""
    files = sorted(folder.rglob("*.jpg"))
    files = [file for file in files if split_of(f"sfhq/{file.stem}") == HELD_OUT]
    order = np.random.default_rng(0).permutation(len(files))
    for number in order:
        try:
            frame = load_picture(files[number])
            face = find_face(frame)
        except ReenactError:
            continue
        if np.linalg.norm(expression_vector(mesh_measures(face.points))) >= REST:
            yield Shot(frame, face)
            count -= 1
        if count == 0:
            return
