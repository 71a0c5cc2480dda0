"""Expressions put on and taken off: a folder `neutral` and one folder an expression.

Files of one stem are one person. Everybody stands in a ring that is shuffled once (seeded) and does
not change with `--limit`; each person is driven by the next one who shows the expression. The truth
is the person's own picture, laid on the source by the eyes, as the head may have moved between.

Settings: `direction`: `synthesis` (neutral to expression) or `removal` (expression to neutral);
`follow_pose`: whether the head turns with the driving one, which is not the truth's; `seed`: of the
ring; `crop_scale`, `crop_px`: the compared square.

A `split.csv` (columns person, split) keeps to the people that it calls `test`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.splits import FILE, read_split
from bench.tasks import Pair, Unusable
from bench.tasks.cross_reenactment import PICTURES
from bench.tasks.pictures import Pictures, circle, crop_of, laid_on_eyes, next_in
from reenact.errors import InputError
from reenact.types import Options

REST = "neutral"
Files = Mapping[str, Path]
"""Picture by person."""


def pairs(data: Path, settings: dict[str, Any], limit: int | None) -> Iterator[Pair | Unusable]:
    """Person after person, every expression; `limit` counts people; see `bench.tasks.pairs`."""
    rests, expressions = _folders(data)
    people = _tested(data, rests, expressions)
    ring, pictures = circle(people, settings["seed"]), Pictures(8)
    for person in people[:limit]:
        for label, files in expressions.items():
            others = [other for other in next_in(ring, person) if other in files]
            if person in files and others:
                yield _pair(pictures, rests, files, person, others[0], label, settings)


def _folders(data: Path) -> tuple[Files, dict[str, Files]]:
    """The neutral pictures, and those of each expression, by person."""
    found = {f.name: _pictures(f) for f in sorted(data.iterdir()) if f.is_dir()}
    rests = {name: files for name, files in found.items() if name.lower() == REST}
    expressions = {name: f for name, f in found.items() if name not in rests and f}
    if not rests or not expressions:
        raise InputError(
            f"`data` must hold a folder {REST} and one folder an expression, got "
            f"{', '.join(found) or 'no folders'} in '{data}'."
        )
    return next(iter(rests.values())), expressions


def _pictures(folder: Path) -> Files:
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in PICTURES:
            continue
        if path.stem in found:
            raise InputError(
                f"`data` must have one picture a person and folder, '{path.stem}' is twice in "
                f"'{folder.name}'."
            )
        found[path.stem] = path
    return found


def _tested(data: Path, rests: Files, expressions: Mapping[str, Files]) -> list[str]:
    """People at rest and with an expression; those of the test split, where there is one."""
    shown = set().union(*expressions.values())
    people = sorted(set(rests) & shown)
    split = read_split(data / FILE, people)
    if split:
        people = [person for person in people if split.get(person) == "test"]
    if len(people) < 2:
        raise InputError(
            f"`data` must show 2 people or more, neutral and with an expression, got {len(people)} "
            f"in '{data}'."
        )
    return people


def _pair(
    pictures: Pictures,
    rests: Files,
    files: Files,
    person: str,
    driver: str,
    label: str,
    settings: Mapping[str, Any],
) -> Pair | Unusable:
    is_removal = settings["direction"] == "removal"
    name = f"{person}<{driver}/{label}"
    here, there = (files, rests) if is_removal else (rests, files)
    found = pictures.all(
        name, person, source=here[person], target=there[person], driving=there[driver]
    )
    if isinstance(found, Unusable):
        return found
    source, target = found["source"], laid_on_eyes(found["target"], found["source"])
    rest = found["target"] if is_removal else source
    return Pair.of(
        name,
        person,
        source=source,
        driving=found["driving"],
        target=target,
        gallery=rest,
        crop=crop_of(source[1], settings),
        options=Options(follow_pose=settings["follow_pose"]),
        driving_person=driver,
        label=REST if is_removal else label,
    )
