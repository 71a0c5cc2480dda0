"""One performance by several people, frame by frame the same: the style-transfer paper's table 1.

`DIR/PERFORMANCE/PERFORMER.mp4`: clips of one folder are equally long, and the same frame of each
shows the same expression. One performer's first frame is driven by another's frames; the truth is
the frame that the first one made then.

Settings: `every`: each how many frames; `crop_scale`, `crop_px`: the compared square.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, zip_longest
from pathlib import Path
from typing import Any

from bench.tasks import Pair, Unusable
from reenact.data.sets.items import CLIPS, files_in
from reenact.errors import InputError
from reenact.face.align import face_crop
from reenact.face.detect import find_faces, pick_face
from reenact.types import Face, Frame, Options
from reenact.video import ClipReader


def pairs(data: Path, settings: dict[str, Any], limit: int | None) -> Iterator[Pair | Unusable]:
    """Every two performers, each way; `limit` counts performances; see `bench.tasks.pairs`."""
    found = {
        folder: files_in(folder, CLIPS) for folder in sorted(data.iterdir()) if folder.is_dir()
    }
    found = {folder: clips for folder, clips in found.items() if len(clips) > 1}
    if not found:
        raise InputError(
            "`data` must hold folders of clips of one performance, one clip a performer "
            f"(smile/anna.mp4, smile/ben.mp4), none in '{data}'. The paper's clips are not public; "
            "record your own, or render them: see docs/benchmark.md."
        )
    for folder in list(found)[:limit]:
        for source, driving in permutations(found[folder], 2):
            yield from _driven(source, driving, settings)


def _driven(source: Path, driving: Path, settings: dict[str, Any]) -> Iterator[Pair | Unusable]:
    """Pairs of two clips that are read side by side."""
    title, person = f"{source.parent.name}/{source.stem}<{driving.stem}", source.stem
    with ClipReader(source) as own, ClipReader(driving) as other:
        start: tuple[Frame, Face] | None = None
        for index, both in enumerate(zip_longest(own, other)):
            if None in both:
                shorter, longer = (source, driving) if both[0] is None else (driving, source)
                raise InputError(
                    f"Clips of a performance must be equally long, {shorter.name} ends after "
                    f"{index} frames and {longer.name} does not."
                )
            truth, frame = both[0][2], both[1][2]
            if index == 0:
                face = _face(truth)
                if face is None:
                    yield Unusable(f"{title}/0", person, "no face in the source's frame 0")
                    return
                start = (truth, face)
            elif index % settings["every"] == 0:
                yield _pair(
                    f"{title}/{index}", start, truth, frame, settings, (person, driving.stem)
                )


def _pair(
    name: str,
    start: tuple[Frame, Face],
    truth: Frame,
    frame: Frame,
    settings: dict[str, Any],
    people: tuple[str, str],
) -> Pair | Unusable:
    target_face, driving_face = _face(truth), _face(frame)
    if target_face is None or driving_face is None:
        kind = "true" if target_face is None else "driving"
        return Unusable(name, people[0], f"no face in the {kind} frame")
    crop = face_crop(
        start[1], scale=settings["crop_scale"], size=settings["crop_px"], upright=False
    )
    return Pair.of(
        name,
        people[0],
        source=start,
        driving=(frame, driving_face),
        target=(truth, target_face),
        crop=crop,
        options=Options(follow_pose=settings["follow_pose"]),
        driving_person=people[1],
    )


def _face(frame: Frame) -> Face | None:
    faces = find_faces(frame)
    return pick_face(faces, None, "clip", frame) if faces else None
