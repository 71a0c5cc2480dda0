"""Cross-reenactment: portraits driven by clips of other people. There is no truth.

So `target` is the source: distances to it say how far an output is from the untouched portrait.
Clips drive in relative mode, from their first frame on, tracked and smoothed as in the demo.

Settings: `portraits`, `clips`: names of the two folders, the first that is there; `places`: where
in a clip, 0..1; `run`: how many frames in a row there; `crop_scale`, `crop_px`: the crop.

A `pairs.csv` in the folder (columns portrait, clip) chooses who drives whom; else all do.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.tasks import Pair, Unusable
from bench.tasks.pictures import Pictures, Seen
from bench.tasks.self_reenactment import CLIPS
from reenact.errors import InputError
from reenact.face.align import face_crop
from reenact.face.tracking import FaceTracker
from reenact.types import Face, Frame, Options
from reenact.video import ClipReader

PAIRS = "pairs.csv"
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".heic")


@dataclass(frozen=True)
class Moment:
    """A driving frame with its tracked face; None where it is lost."""

    index: int
    frame: Frame
    face: Face | None


def pairs(data: Path, settings: dict[str, Any], limit: int | None) -> Iterator[Pair | Unusable]:
    """Clip after clip, every portrait; `limit` counts portraits; see `bench.tasks.pairs`."""
    portraits = _files(data, settings["portraits"], PICTURES)
    clips = _files(data, settings["clips"], CLIPS)
    wanted = _listed(data / PAIRS, portraits, clips)
    kept, pictures = list(portraits)[:limit], Pictures(len(portraits))
    for clip, path in clips.items():
        here = [name for name in kept if wanted is None or (name, clip) in wanted]
        if not here:
            continue
        neutral, moments = _driving(path, settings)
        for name in here:
            seen = pictures(portraits[name])
            for moment in moments:
                yield _pair(name, clip, seen, neutral, moment, settings)


def _files(data: Path, names: list[str], suffixes: tuple[str, ...]) -> dict[str, Path]:
    """Files by name, of the first of these folders that is there."""
    folder = next((data / name for name in names if (data / name).is_dir()), None)
    found = sorted(p for p in folder.iterdir() if p.suffix.lower() in suffixes) if folder else []
    if not found:
        raise InputError(
            f"`data` must hold a folder {' or '.join(names)} with {', '.join(suffixes)}, "
            f"got none in '{data}'."
        )
    return {path.name: path for path in found}


def _listed(
    path: Path, portraits: Mapping[str, Path], clips: Mapping[str, Path]
) -> set[tuple[str, str]] | None:
    """The chosen pairs; None where no list is there.

    Raises:
        InputError: the list is damaged, or names what is not there.
    """
    if not path.is_file():
        return None
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        reader = csv.DictReader(file)
        if not {"portrait", "clip"} <= set(reader.fieldnames or ()):
            raise InputError(f"{path} must have the columns portrait and clip.")
        rows = [(str(row["portrait"]).strip(), str(row["clip"]).strip()) for row in reader]
    if not rows:
        raise InputError(f"{path} must list pairs, it is empty.")
    for line, (portrait, clip) in enumerate(rows, start=2):
        for name, known in ((portrait, portraits), (clip, clips)):
            if name not in known:
                raise InputError(f"{path}, line {line}: '{name}' is not among the files there.")
    return set(rows)


def _driving(path: Path, settings: Mapping[str, Any]) -> tuple[Face | None, list[Moment]]:
    """The first tracked face of a clip, and the frames that drive."""
    with ClipReader(path) as clip:
        count = sum(1 for _ in clip)
    chosen = {
        index
        for place in settings["places"]
        for index in range(int(place * count), min(count, int(place * count) + settings["run"]))
    }
    neutral, moments = None, []
    with ClipReader(path) as clip, FaceTracker() as tracker:
        for index, time_s, frame in clip:
            face = tracker(frame, time_s)
            neutral = neutral or face
            if index in chosen:
                moments.append(Moment(index, frame, face))
    return neutral, moments


def _pair(
    portrait: str,
    clip: str,
    seen: Seen | str,
    neutral: Face | None,
    moment: Moment,
    settings: Mapping[str, Any],
) -> Pair | Unusable:
    title = f"{Path(portrait).stem}<{Path(clip).stem}"
    name, person = f"{title}/{moment.index}", Path(portrait).stem
    if isinstance(seen, str):
        return Unusable(name, person, f"portrait: {seen}")
    if moment.face is None or neutral is None:
        return Unusable(name, person, "no face in the driving frame")
    return Pair.of(
        name,
        person,
        source=seen,
        driving=(moment.frame, moment.face),
        driving_neutral=neutral,
        target=seen,
        crop=face_crop(seen[1], scale=settings["crop_scale"], size=settings["crop_px"]),
        options=Options(mode="relative"),
        driving_person=Path(clip).stem,
        clip=title,
        index=moment.index,
    )
