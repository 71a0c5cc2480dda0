"""Self-reenactment: frame 0 of a clip driven to later frames of the same clip, which are the truth.

The driving face is the tracked and smoothed one, as a person who drives a picture with a clip gets
it; the target's face is detected on the frame alone, without tracking.

Settings: `every`: each how many frames; `run`: how many frames in a row there (1 if left out), for
metrics of motion; `crop_scale`, `crop_px`: the compared square.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.tasks import Pair, Unusable
from reenact.errors import InputError
from reenact.face.align import face_crop
from reenact.face.detect import find_faces, pick_face
from reenact.face.tracking import FaceTracker
from reenact.types import Face, Frame, Options
from reenact.video import ClipReader

CLIPS = (".mp4", ".mov", ".webm", ".mkv", ".avi")


def pairs(data: Path, settings: dict[str, Any], limit: int | None) -> Iterator[Pair | Unusable]:
    """Pairs of all clips of a folder, clip after clip; see `bench.tasks.pairs`."""
    clips = sorted(path for path in data.iterdir() if path.suffix.lower() in CLIPS)
    if not clips:
        raise InputError(f"`data` must hold clips ({', '.join(CLIPS)}), got none in '{data}'.")
    for path in clips[:limit]:
        yield from _clip_pairs(path, settings)


def is_chosen(index: int, settings: dict[str, Any]) -> bool:
    """Whether a frame is measured.

    Example:
        >>> [i for i in range(25) if is_chosen(i, {"every": 10, "run": 2})]
        [10, 11, 20, 21]
    """
    return index >= settings["every"] and index % settings["every"] < settings.get("run", 1)


def _clip_pairs(path: Path, settings: dict[str, Any]) -> Iterator[Pair | Unusable]:
    options = Options(mode="relative")
    with ClipReader(path) as clip, FaceTracker() as tracker:
        source, source_face, neutral, crop = None, None, None, None
        for index, time_s, frame in clip:
            tracked = tracker(frame, time_s)
            if index == 0:
                source, source_face, neutral = frame, face_in(frame), tracked
                if source_face is None or neutral is None:
                    yield Unusable(f"{path.stem}/0", path.stem, "no face in frame 0")
                    return
                crop = face_crop(
                    source_face,
                    scale=settings["crop_scale"],
                    size=settings["crop_px"],
                    upright=False,
                )
            elif is_chosen(index, settings):
                name, face = f"{path.stem}/{index}", face_in(frame)
                if tracked is None or face is None:
                    yield Unusable(name, path.stem, "no face in the driving frame")
                    continue
                yield Pair.of(
                    name,
                    path.stem,
                    source=(source, source_face),
                    driving=(frame, tracked),
                    driving_neutral=neutral,
                    target=(frame, face),
                    crop=crop,
                    options=options,
                    driving_person=path.stem,
                    clip=path.stem,
                    index=index,
                )


def face_in(frame: Frame) -> Face | None:
    """The largest face of a frame; None where there is none."""
    faces = find_faces(frame)
    return pick_face(faces, None, "clip", frame) if faces else None
