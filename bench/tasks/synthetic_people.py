"""Rendered people who all make the same faces: ground truth across identities.

Person A at rest is driven by person B's picture of a moment (expression and head turn); the truth
is A rendered at that moment, in A's own light. Every other person drives A in some moment. The
renderer's own 68 points of the truth come with it.

Settings: `seed`: of the ring of people; `crop_scale`, `crop_px`: the compared square; `origin`:
what the people are made of, as methods may have been trained on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bench.people_set import FOLDER, NEUTRAL, load_points
from bench.tasks import Pair, Unusable
from bench.tasks.pictures import Pictures, circle, crop_of, next_in
from reenact.errors import InputError

BUILT_IN = FOLDER


def pairs(data: Path, settings: dict[str, Any], limit: int | None) -> Iterator[Pair | Unusable]:
    """Person after person, moment after moment; see `bench.tasks.pairs`."""
    points = load_points(data)
    people = sorted({name.partition("/")[0] for name in points})
    moments = sorted({name.partition("/")[2] for name in points} - {NEUTRAL})
    if len(people) < 2 or not moments:
        raise InputError(f"`data` must show 2 people or more in some moments, none in '{data}'.")
    ring, pictures = circle(people, settings["seed"]), Pictures(len(people) * (len(moments) + 1))
    for person in people[:limit]:
        others = next_in(ring, person)
        for number, moment in enumerate(moments):
            driver = others[number % len(others)]
            yield _pair(pictures, points, data, person, driver, moment, settings)


def _pair(
    pictures: Pictures,
    points: Mapping[str, np.ndarray],
    data: Path,
    person: str,
    driver: str,
    moment: str,
    settings: Mapping[str, Any],
) -> Pair | Unusable:
    name = f"{person}<{driver}/{moment}"
    paths = {
        "source": data / person / f"{NEUTRAL}.webp",
        "driving": data / driver / f"{moment}.webp",
        "target": data / person / f"{moment}.webp",
    }
    missing = [path for path in paths.values() if not path.is_file()]
    if missing:
        raise InputError(f"`data` must hold the pictures of its points.npz, {missing[0]} is not.")
    found = pictures.all(name, person, **paths)
    if isinstance(found, Unusable):
        return found
    return Pair.of(
        name,
        person,
        **found,
        gallery=found["source"],
        crop=crop_of(found["source"][1], settings),
        driving_person=driver,
        label=moment,
        exact_points=points[f"{person}/{moment}"],
    )
