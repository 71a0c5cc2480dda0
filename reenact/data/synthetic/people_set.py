"""A data set of synthetic people: every person with the same expressions, head turns and gazes.

    python -m reenact.data.synthetic --ict DIR --people 40 --each 8 -o FOLDER

FOLDER/0007/happy.jpg, in the layout of the `ict` loader; the exact 68 points are beside each
picture (`happy.json`). Expression `k` is the same for all people, which no real set has: it is
the ground truth of one person's expression on another. What is there already is not made again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from reenact.data.synthetic.examples import both
from reenact.data.synthetic.person import Person, random_person
from reenact.types import HeadPose

FIRST_SEED = 1000
POSED: dict[str, dict[str, float]] = {
    "neutral": {},
    "happy": both(mouthSmile=0.9, cheekSquint=0.6, mouthUpperUp=0.35, mouthLowerDown=0.3),
    "surprise": {"jawOpen": 0.6, "browInnerUp": 0.9, **both(browOuterUp=0.9, eyeWide=0.8)},
    "anger": both(browDown=1.0, noseSneer=0.5, eyeSquint=0.3, mouthPress=0.6, mouthFrown=0.3),
    "sadness": {"browInnerUp": 0.9, "mouthShrugLower": 0.5, **both(mouthFrown=0.9)},
    "disgust": both(noseSneer=1.0, browDown=0.6, mouthUpperUp=0.8, cheekSquint=0.5),
    "fear": {"jawOpen": 0.25, "browInnerUp": 1.0, **both(eyeWide=1.0, mouthStretch=0.8)},
    "talk": {"jawOpen": 0.3, "mouthFunnel": 0.5, **both(mouthLowerDown=0.3)},
    "kiss": {"mouthPucker": 1.0, "mouthFunnel": 0.2},
    "wink": {"eyeBlinkLeft": 1.0, "cheekSquintLeft": 0.7, "mouthSmileLeft": 0.6},
    "grin": {"jawOpen": 0.3, **both(mouthSmile=1.0, cheekSquint=0.8, mouthUpperUp=0.5)},
    "shut": both(eyeBlink=1.0),
}
_PARTS = ("jawOpen", "mouthFunnel", "mouthPucker", "browInnerUp", "jawLeft", "jawRight")
_PAIRED = ("mouthSmile", "mouthFrown", "mouthUpperUp", "mouthLowerDown", "browDown")
_PAIRED += ("browOuterUp", "eyeWide", "eyeSquint", "eyeBlink", "cheekSquint", "mouthStretch")


@dataclass(frozen=True)
class Posed:
    """One expression of the set: the same for everybody."""

    name: str
    weights: dict[str, float]
    pose: HeadPose


def expressions(count: int, seed: int = 0) -> Iterator[Posed]:
    """The first `count` expressions: the named ones from the front, then seeded mixtures.

    Example:
        >>> [one.name for one in expressions(14)][-3:]
        ['shut', 'mix012', 'mix013']
    """
    for number, name in enumerate(POSED):
        if number < count:
            yield Posed(name, POSED[name], HeadPose(0.0, 0.0, 0.0))
    for number in range(len(POSED), count):
        rng = np.random.default_rng([seed, number])
        weights = {name: float(rng.uniform(0.2, 0.9)) for name in rng.choice(_PARTS, 1)}
        for name in rng.choice(_PAIRED, 2, replace=False):
            force = rng.uniform(0.3, 1.0)
            sides = rng.choice([(1.0, 1.0), (1.0, 1.0), (1.0, 0.2), (0.2, 1.0)])
            weights |= {f"{name}Left": force * sides[0], f"{name}Right": force * sides[1]}
        turn = rng.normal(scale=(9.0, 5.0, 3.0))
        yield Posed(f"mix{number:03d}", weights, HeadPose(*(float(v) for v in turn)))


def render_people(
    studio: Callable[[Person], Any],
    folder: Path,
    people: int,
    each: int,
    *,
    size: int = 320,
    first: int = FIRST_SEED,
    told: Callable[[str], None] = lambda line: None,
) -> None:
    """Render a set.

    Args:
        studio: makes a `render.Studio` of a person.
        folder: where to; one folder a person.
        people, each: how many, and how many expressions of each.
        size: side of the pictures, pixels.
        first: seed of the first person.
        told: called with each person's name.
    """
    for seed in range(first, first + people):
        place, room = folder / f"{seed:04d}", None
        place.mkdir(parents=True, exist_ok=True)
        for posed in expressions(each):
            picture = place / f"{posed.name}.jpg"
            if picture.exists():
                continue
            room = room or studio(random_person(seed))
            shot = room.shoot(posed.weights, posed.pose, size)
            points = shot.landmarks.round(3).tolist()
            picture.with_suffix(".json").write_text(json.dumps(points))
            unfinished = picture.with_suffix(".part")
            Image.fromarray(shot.image).save(unfinished, "JPEG", quality=93, subsampling=0)
            unfinished.replace(picture)
        told(place.name)
