"""Drive another person, then drive back: LandmarkGAN's table 1 on CelebV.

Across people there is no truth. So a frame of person S drives person T, that output drives S again,
and the second output is compared with the frame that it all began with. With `is_back` false the
first output is judged instead, by who is seen in it.

Settings:
    frames: driving frames of each person, evenly spread over the last part of the frames.
    tested: that part, a share; methods of one person train on the frames before it.
    candidates: how many frames are looked at for each person's two portraits.
    portrait: `frontal`, the head that is turned least (version 1; it may laugh or have its eyes
        shut), or `rest`, the least expression and turn together.
    converts: False renders the landmarks without fitting them (the paper's ablation, figure 6).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np

from bench.tasks import Pair, Unusable
from bench.tasks.pictures import Pictures, load_data
from bench.ways import Way
from reenact.data.person_clip import unrest
from reenact.errors import InputError
from reenact.face.align import Crop
from reenact.geometry.expression import ExpressionModel
from reenact.types import Face, Options

MOST_SIDE_PX = 256


@dataclass(frozen=True)
class Person:
    """What is known of one person.

    Attributes:
        source: portrait from the second half of the frames before the tested ones.
        gallery: the same from the first half: another picture to know the person by.
        driving: tested frames.
    """

    name: str
    source: Path
    gallery: Path
    driving: list[Path]


def pairs(data: Path, settings: dict[str, Any], limit: int | None) -> Iterator[Pair | Unusable]:
    """Every two people, each way; `limit` counts the people; see `bench.tasks.pairs`."""
    frames: dict[str, list[Path]] = {}
    for item in load_data("celebv", data).items:
        frames.setdefault(item.person, []).append(item.path)
    if len(frames) < 2:
        raise InputError(f"`data` must show 2 people or more, got {len(frames)} in '{data}'.")
    pictures = Pictures()
    people = [_person(pictures, who, paths, settings) for who, paths in sorted(frames.items())]
    for target, driver in permutations(people, 2):
        if limit is not None and target not in people[:limit]:
            continue
        for path in driver.driving:
            yield _pair(pictures, target, driver, path, settings)


def _person(pictures: Pictures, name: str, paths: list[Path], settings: dict[str, Any]) -> Person:
    first = round(len(paths) * (1 - settings["tested"]))
    known, tested = paths[:first], paths[first:]
    if len(known) < 2 or not tested:
        raise InputError(f"`data` must hold more frames of {name}, got {len(paths)}.")
    found = [
        portrait(pictures, name, half, settings["candidates"], settings.get("portrait", "frontal"))
        for half in (known[: len(known) // 2], known[len(known) // 2 :])
    ]
    return Person(name, found[1], found[0], _spread(tested, settings["frames"]))


def portrait(
    pictures: Pictures, name: str, paths: Sequence[Path], candidates: int, kind: str
) -> Path:
    """The picture to know a person by; `kind` as in the settings above.

    Raises:
        InputError: none shows a face.
    """
    amount, amounts = _AMOUNTS[kind](), {}
    for path in _spread(paths, candidates):
        seen = pictures(path)
        if not isinstance(seen, str):
            amounts[path] = amount(seen[1])
    if not amounts:
        raise InputError(f"`data` must show a face of {name}, none is found in its frames.")
    return min(amounts, key=amounts.__getitem__)


def _turn() -> Callable[[Face], float]:
    return lambda face: abs(face.pose.yaw) + abs(face.pose.pitch)


def _unrest() -> Callable[[Face], float]:
    model = ExpressionModel.load()
    return lambda face: unrest(model, face.points)


_AMOUNTS = {"frontal": _turn, "rest": _unrest}
"""What the portrait has least of, by the setting `portrait`."""


def _spread(paths: Sequence[Path], count: int) -> list[Path]:
    at = np.unique(np.linspace(0, len(paths) - 1, min(count, len(paths))).astype(int))
    return [paths[index] for index in at]


def _pair(
    pictures: Pictures, person: Person, driver: Person, path: Path, settings: dict[str, Any]
) -> Pair | Unusable:
    is_back = settings["is_back"]
    name = f"{person.name}<{driver.name}/{path.stem}"
    judged = driver if is_back else person
    paths = {"source": person.source, "driving": path, "back": driver.source}
    seen = pictures.all(name, judged.name, **paths, gallery=judged.gallery)
    if isinstance(seen, Unusable):
        return seen
    target = seen["driving"] if is_back else seen["source"]
    compared = seen["back"] if is_back else seen["source"]
    back = seen["back"] if is_back else (None, None)
    return Pair.of(
        name,
        judged.name,
        source=seen["source"],
        driving=seen["driving"],
        target=target,
        gallery=seen["gallery"],
        crop=whole(compared[1]),
        options=Options(follow_pose=settings["follow_pose"]),
        driving_person=driver.name,
        way=Way(converts=settings["converts"], back=back[0], back_face=back[1]),
    )


def whole(face: Face) -> Crop:
    """The whole picture as a square of 256 pixels, its longer side over the full width."""
    height, width = face.frame_size
    zoom = MOST_SIDE_PX / max(height, width)
    middle = np.array([width - 1, height - 1]) / 2
    shift = np.full(2, (MOST_SIDE_PX - 1) / 2) - zoom * middle
    is_exact = height == width == MOST_SIDE_PX
    return Crop(np.column_stack([zoom * np.eye(2), shift]), MOST_SIDE_PX, face.frame_size, is_exact)
