"""From one expression of a person to another in equal steps: GC-GAN's figure 3.

The condition moves evenly from the landmarks of one picture to those of another (laid on one
another by the eyes), as the paper moves evenly between two geometry codes; methods are given
landmarks alone. There is no truth: `target` is the source.

Settings: `set`, `split`, `poses`, `rest_frames`, `frames` as in `bench.tasks.posed`; `steps`: a
clip has one frame more than these; `follow_pose`: whether the head turns from one to the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.splits import people_to_test
from bench.tasks import Pair, Unusable
from bench.tasks.pictures import Pictures, crop_of, laid_on_eyes, load_data
from bench.tasks.posed import Change, Shot, changes, shots_by_person
from bench.ways import Way
from reenact.errors import InputError
from reenact.face.detect import make_face
from reenact.types import Face, Options


def pairs(data: Path, settings: dict[str, Any], limit: int | None) -> Iterator[Pair | Unusable]:
    """Frames of one clip for each two expressions of a person; see `bench.tasks.pairs`."""
    everyone = shots_by_person(load_data(settings["set"], data).items, settings)
    people = people_to_test(list(everyone), settings["split"], data)
    pictures, any_clip = Pictures(), False
    for person in people[:limit]:
        for change in _clips(everyone[person], settings):
            any_clip = True
            yield from _frames(pictures, person, change, settings)
    if not any_clip:
        raise InputError(
            f"`data` must show two expressions of the tested people in one recording session, "
            f"none in '{data}'."
        )


def _clips(shots: list[Shot], settings: dict[str, Any]) -> list[Change]:
    """Each two pictures of one session with different expressions, once."""
    both = changes(shots, {**settings, "direction": "any"})
    return [c for c in both if c.source.take == c.target.take and c.source.name < c.target.name]


def _frames(
    pictures: Pictures, person: str, change: Change, settings: dict[str, Any]
) -> Iterator[Pair | Unusable]:
    name = f"{person}/{change.source.name}>{change.target.name}"
    found = pictures.all(name, person, source=change.source.path, end=change.target.path)
    if isinstance(found, Unusable):
        yield found
        return
    frame, face = found["source"]
    end = laid_on_eyes(found["end"], found["source"])[1]
    crop = crop_of(face, settings)
    for step in range(settings["steps"] + 1):
        yield Pair.of(
            f"{name}/{step}",
            person,
            source=(frame, face),
            driving=(frame, between(face, end, step / settings["steps"])),
            target=(frame, face),
            crop=crop,
            options=Options(follow_pose=settings["follow_pose"]),
            driving_person=person,
            clip=name,
            index=step,
            way=Way(gives="landmarks"),
        )


def between(start: Face, end: Face, share: float) -> Face:
    """Landmarks on the straight way from one face to another; 0 is `start`, 1 is `end`."""
    points = (1 - share) * start.points.astype(np.float64) + share * end.points
    return make_face(points.astype(np.float32), start.score, start.frame_size)
