"""Expression synthesis: person A's neutral picture, driven by person B's smile; truth: A smiling.

Who drives whom is drawn once with a seed and does not change with `--limit`: the people stand in a
shuffled circle, and each is driven by the next.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.tasks import Pair, Unusable
from reenact.errors import InputError
from reenact.face.align import face_crop
from reenact.face.detect import find_faces, pick_face
from reenact.images import load_picture
from reenact.types import Face, Frame

_PICTURES = (".jpg", ".jpeg", ".png")


def pairs(data: Path, settings: dict[str, Any], limit: int | None) -> Iterator[Pair | Unusable]:
    """One pair a person; see `bench.tasks.pairs`."""
    people = _people(data)
    driven_by = _circle(people, settings["seed"])
    for person in people[:limit]:
        driver = driven_by[person]
        name = f"{Path(person).stem}<{Path(driver).stem}"
        source = load_picture(data / "neutral" / person, name="source")
        target = load_picture(data / "smiling" / person, name="target")
        driving = load_picture(data / "smiling" / driver, name="driving")
        faces = [_face(frame) for frame in (source, target, driving)]
        if None in faces:
            kind = ("neutral", "smiling", "driving")[faces.index(None)]
            yield Unusable(name, person, f"no face in the {kind} picture")
            continue
        source_face, target_face, driving_face = faces
        crop = face_crop(
            source_face, scale=settings["crop_scale"], size=settings["crop_px"], upright=False
        )
        yield Pair.of(
            name,
            person,
            source=(source, source_face),
            driving=(driving, driving_face),
            target=(target, target_face),
            crop=crop,
        )


def _people(data: Path) -> list[str]:
    """File names that are in both folders."""
    folders = [data / "neutral", data / "smiling"]
    if not all(folder.is_dir() for folder in folders):
        raise InputError(f"`data` must hold the folders neutral and smiling, got '{data}'.")
    first, second = ({p.name for p in f.iterdir() if p.suffix in _PICTURES} for f in folders)
    people = sorted(first & second)
    if len(people) < 2:
        raise InputError(f"`data` must show 2 people or more in both folders, got {len(people)}.")
    return people


def _circle(people: list[str], seed: int) -> dict[str, str]:
    """Who is driven by whom: never oneself, and everyone drives once."""
    order = list(people)
    random.Random(seed).shuffle(order)
    return dict(zip(order, order[1:] + order[:1], strict=True))


def _face(frame: Frame) -> Face | None:
    faces = find_faces(frame)
    return pick_face(faces, None, "data", frame) if faces else None
