"""Expressions from one data set on people of another: GC-GAN's table 2, Multi-PIE from CelebA.

Each drawn CelebA picture drives one drawn picture of a tested Multi-PIE person. There is no truth:
`target` is the source.

Settings: `split`, `poses` of Multi-PIE as in `bench.tasks.posed`; `drivers`: how many pictures of
CelebA drive (all, where there are fewer); `seed` of both draws.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.splits import people_to_test
from bench.tasks import Pair, Unusable
from bench.tasks.pictures import Pictures, crop_of, load_data
from reenact.data.sets import Item
from reenact.types import Options

SOURCES, DRIVERS = "multipie", "celeba"


def pairs(data: Path, settings: dict[str, Any], limit: int | None) -> Iterator[Pair | Unusable]:
    """Pairs, those of one source together; see `bench.tasks.pairs`."""
    sources = load_data(SOURCES, data / SOURCES).items
    drivers = load_data(DRIVERS, data / DRIVERS).items
    usable = [item for item in sources if item.pose in settings["poses"] and item.expression]
    people = people_to_test([item.person for item in usable], settings["split"], data)
    drawn = _draw(usable, drivers, people, settings)
    kept = set(people[:limit])
    pictures = Pictures()
    for source, driving in sorted(drawn, key=lambda two: (two[0].path, two[1].path)):
        if source.person in kept:
            yield _pair(pictures, source, driving, settings)


def _draw(
    sources: list[Item], drivers: list[Item], people: list[str], settings: dict[str, Any]
) -> list[tuple[Item, Item]]:
    """Each drawn driver with a source of a drawn person, so that all people weigh the same."""
    rng = random.Random(settings["seed"])
    chosen = rng.sample(drivers, min(settings["drivers"], len(drivers)))
    own = {person: [item for item in sources if item.person == person] for person in people}
    return [(rng.choice(own[rng.choice(people)]), driving) for driving in chosen]


def _pair(
    pictures: Pictures, source: Item, driving: Item, settings: dict[str, Any]
) -> Pair | Unusable:
    name = f"{source.person}/{source.path.stem}<{driving.path.stem}"
    found = pictures.all(name, source.person, source=source.path, driving=driving.path)
    if isinstance(found, Unusable):
        return found
    return Pair.of(
        name,
        source.person,
        source=found["source"],
        driving=found["driving"],
        target=found["source"],
        crop=crop_of(found["source"][1], settings),
        options=Options(follow_pose=settings["follow_pose"]),
        driving_person=driving.person,
    )
