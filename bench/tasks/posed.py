"""Posed expressions of people at rest: G2-GAN's tables 1 to 4 and GC-GAN's table 1.

Settings:
    set: ckplus, oulu, bu4dfe (sequences from rest to the peak) or multipie (single pictures).
    split: see `bench.splits`.
    direction: `synthesis` (rest to expression), `removal` (expression to rest), or `any` (each
        picture to each other expression of the same person).
    frames: of a sequence `all` beyond the resting ones, the `last3`, or the `apex`. The last two
        are of sequences with a label only.
    rest_frames: how many frames at a sequence's start are at rest; the first stands for them.
    poses: camera angles; the empty one is frontal.
    follow_pose: whether heads turn with the driving head. Where they do not, eyes stay where the
        truth has them, as it is laid on the source by the eyes.
    driver: `self` gives the landmarks of the truth and no pixels, as the papers do; `other` drives
        with a picture of another tested person who shows the same expression.
    own_removal: true lets methods that can take an expression off do that, instead of being driven
        by somebody at rest; false where it is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.splits import people_to_test
from bench.tasks import Pair, Unusable
from bench.tasks.pictures import Pictures, circle, crop_of, laid_on_eyes, load_data, next_in
from bench.ways import Way
from reenact.data.sets import Item
from reenact.errors import InputError
from reenact.types import Options

REST = "neutral"
_LAST = 3


@dataclass(frozen=True)
class Shot:
    """One picture of a person.

    Attributes:
        name: unique among the person's.
        take: the sequence, or the recording session.
        label: the expression; `neutral` at rest, empty where nobody says.
        order: number in the sequence, 0 for single pictures.
        level: how far the expression has gone.
    """

    name: str
    path: Path
    take: str
    pose: str
    label: str
    order: int
    level: float


@dataclass(frozen=True)
class Change:
    """From one picture of a person to another."""

    source: Shot
    target: Shot


def pairs(data: Path, settings: dict[str, Any], limit: int | None) -> Iterator[Pair | Unusable]:
    """Pairs of the tested people, person after person; see `bench.tasks.pairs`."""
    found = load_data(settings["set"], data)
    everyone = shots_by_person(found.items, settings)
    is_other = settings["driver"] == "other"
    people = people_to_test(list(everyone), settings["split"], data, least=2 if is_other else 1)
    ring = circle(people, settings["seed"]) if is_other else []
    pictures, any_pair = Pictures(), False
    for person in people[:limit]:
        for change in changes(everyone[person], settings):
            driver = _driver(everyone, ring, person, change, settings) if is_other else None
            any_pair = True
            yield _pair(pictures, everyone, person, change, driver, settings)
    if not any_pair:
        raise InputError(f"`data` must show expressions of the tested people, none in '{data}'.")


def shots_by_person(items: list[Item], settings: Mapping[str, Any]) -> dict[str, list[Shot]]:
    """Pictures that the task may use, by person."""
    found: dict[str, list[Shot]] = {}
    for item in items:
        if item.pose in settings["poses"]:
            found.setdefault(item.person, []).append(_shot(item, settings["rest_frames"]))
    return found


def _shot(item: Item, rest_frames: int) -> Shot:
    if item.frame is None:
        session = item.path.stem.split("_")[1]  # Multi-PIE: 001_01_02_051_07
        return Shot(item.path.stem, item.path, session, item.pose, item.expression, 0, 1.0)
    is_rest = item.frame < rest_frames
    take = item.path.parent.name
    name = f"{take}/{item.path.stem}"
    label = REST if is_rest else item.expression
    return Shot(name, item.path, take, item.pose, label, item.frame, item.level or 0.0)


def changes(shots: list[Shot], settings: Mapping[str, Any]) -> list[Change]:
    """What is asked of one person's pictures, pairs of one source together."""
    rests = _rests(shots)
    expressive = [s for s in _expressive(shots, settings["frames"]) if (s.take, s.pose) in rests]
    there = [Change(rests[shot.take, shot.pose], shot) for shot in expressive]
    back = [Change(change.target, change.source) for change in there]
    if settings["direction"] == "synthesis":
        wanted = there
    elif settings["direction"] == "removal":
        wanted = back
    else:
        wanted = there + back
        wanted += [
            Change(a, b)
            for a in expressive
            for b in expressive
            if a.label != b.label and a.pose == b.pose
        ]
    return sorted(wanted, key=lambda change: (change.source.name, change.target.name))


def _rests(shots: list[Shot]) -> dict[tuple[str, str], Shot]:
    """The first resting picture of each take and pose."""
    found: dict[tuple[str, str], Shot] = {}
    for shot in sorted(shots, key=lambda s: (s.order, s.name)):
        if shot.label == REST:
            found.setdefault((shot.take, shot.pose), shot)
    return found


def _expressive(shots: list[Shot], frames: str) -> list[Shot]:
    """The pictures with an expression; single pictures are apexes."""
    takes: dict[tuple[str, str, str], list[Shot]] = {}
    for shot in sorted(shots, key=lambda s: (s.order, s.name)):
        if shot.label != REST:
            key = (shot.take, shot.pose, shot.label if shot.order == 0 else "")
            takes.setdefault(key, []).append(shot)
    kept: list[Shot] = []
    for take in takes.values():
        is_single = take[0].order == 0
        if not take[0].label and (is_single or frames != "all"):
            continue
        if is_single or frames == "all":
            kept += take
        elif frames == "last3":
            kept += take[-_LAST:]
        else:
            kept.append(max(take, key=lambda s: (s.level, -s.order)))
    return kept


def _driver(
    everyone: Mapping[str, list[Shot]],
    ring: list[str],
    person: str,
    change: Change,
    settings: Mapping[str, Any],
) -> tuple[str, Shot] | None:
    """The next person of the ring who shows the wanted expression, and that picture."""
    wanted = change.target
    for other in next_in(ring, person):
        shots = everyone[other]
        if wanted.label == REST:
            alike = [s for s in _rests(shots).values() if s.pose == wanted.pose]
        else:
            alike = [s for s in _expressive(shots, settings["frames"]) if s.label == wanted.label]
            alike = [s for s in alike if s.pose == wanted.pose]
        if alike:
            alike.sort(key=lambda s: s.name)
            return other, alike[wanted.order % len(alike)]
    return None


def _pair(
    pictures: Pictures,
    everyone: Mapping[str, list[Shot]],
    person: str,
    change: Change,
    driver: tuple[str, Shot] | None,
    settings: Mapping[str, Any],
) -> Pair | Unusable:
    is_other = settings["driver"] == "other"
    name = f"{person}/{change.source.name}>{change.target.name}"
    if is_other and driver is None:
        return Unusable(name, person, f"nobody else shows '{change.target.label}'")
    driving_person, driving = driver or (person, change.target)
    known = min(_rests(everyone[person]).values(), key=lambda s: (s.pose, s.take, s.name))
    found = pictures.all(
        name,
        person,
        source=change.source.path,
        target=change.target.path,
        driving=driving.path,
        gallery=known.path,
    )
    if isinstance(found, Unusable):
        return found
    source, target = found["source"], laid_on_eyes(found["target"], found["source"])
    return Pair.of(
        name,
        person,
        source=source,
        driving=found["driving"] if is_other else target,
        target=target,
        gallery=found["gallery"],
        crop=crop_of(source[1], settings),
        options=Options(follow_pose=settings["follow_pose"]),
        driving_person=driving_person,
        label=change.target.label,
        way=_way(settings),
    )


def _way(settings: Mapping[str, Any]) -> Way | None:
    if settings.get("own_removal"):
        return Way(removes=True)
    return None if settings["driver"] == "other" else Way(gives="landmarks")
