"""Everybody driven by pictures of everybody else: FReeNet's table 1 on RaFD.

A person at rest, seen from one of three angles, is driven by another person's picture of any angle,
expression and gaze; the truth is the person's own picture with that expression, from the source's
angle, looking ahead.

Settings:
    split: see `bench.splits`; sources and drivers are tested people both.
    drivers: how many pictures drive each person, drawn with `seed` (all, where there are fewer).
    face_px: side of the compared square in RaFD's own 681 x 1024 pictures, around the face's box.
    crop_px: what that square is resampled to.
    converts: False renders the driving landmarks without fitting them (the paper's row GAG).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.splits import people_to_test
from bench.tasks import Pair, Unusable
from bench.tasks.pictures import Pictures, load_data
from bench.ways import Way
from reenact.data.sets import Item
from reenact.face.align import Crop
from reenact.types import Face, Options

ANGLES = ("045", "090", "135")
AHEAD, REST = "frontal", "neutral"
WIDTH_PX = 681

Key = tuple[str, str, str, str]
"""Person, angle, expression, gaze."""


def pairs(data: Path, settings: dict[str, Any], limit: int | None) -> Iterator[Pair | Unusable]:
    """Pairs, those of one source together; see `bench.tasks.pairs`."""
    found = {_key(item): item for item in load_data("rafd", data).items}
    found = {key: item for key, item in found.items() if key[1] in ANGLES}
    people = people_to_test([key[0] for key in found], settings["split"], data, least=2)
    tested = sorted(key for key in found if key[0] in set(people))
    pictures = Pictures()
    for person in people[:limit]:
        for source, driving in _draw(person, tested, settings):
            truth = (person, source[1], driving[2], AHEAD)
            yield _pair(pictures, found, (source, driving, truth), settings)


def _key(item: Item) -> Key:
    angle, gaze = item.pose.split("_") if item.pose else ("090", AHEAD)
    return item.person, angle, item.expression, gaze


def _draw(person: str, tested: list[Key], settings: dict[str, Any]) -> list[tuple[Key, Key]]:
    """Drawn pictures of other people, each with one of the person's resting pictures."""
    rng = random.Random(f"{settings['seed']}/{person}")
    others = [key for key in tested if key[0] != person]
    drivers = rng.sample(others, min(settings["drivers"], len(others)))
    drawn = [((person, rng.choice(ANGLES), REST, AHEAD), driving) for driving in drivers]
    return sorted(drawn)


def _pair(
    pictures: Pictures, found: dict[Key, Item], keys: tuple[Key, Key, Key], settings: dict[str, Any]
) -> Pair | Unusable:
    source_key, driving_key, truth_key = keys
    person = source_key[0]
    name = f"{person}/{source_key[1]}<{'_'.join(driving_key).replace('rafd/', '')}"
    lost = [key for key in keys if key not in found]
    if lost:
        return Unusable(name, person, f"the data lack {'_'.join(lost[0])}")
    source, driving, target = (found[key].path for key in keys)
    seen = pictures.all(name, person, source=source, driving=driving, target=target)
    if isinstance(seen, Unusable):
        return seen
    frame, face = seen["source"]
    return Pair.of(
        name,
        person,
        **seen,
        crop=square(face, settings["face_px"] * frame.shape[1] / WIDTH_PX, settings["crop_px"]),
        options=Options(follow_pose=settings["follow_pose"]),
        driving_person=driving_key[0],
        label=driving_key[2],
        way=None if settings["converts"] else Way(converts=False),
    )


def square(face: Face, side_px: float, size: int) -> Crop:
    """The square of a given side around the middle of a face's box, resampled to `size`."""
    x0, y0, x1, y1 = face.box
    middle = np.array([x0 + x1, y0 + y1]) / 2
    zoom = size / side_px
    shift = np.full(2, (size - 1) / 2) - zoom * middle
    return Crop(np.column_stack([zoom * np.eye(2), shift]), size, face.frame_size)
