"""Faces of one person from their own clip, or from a folder of pictures, for one-person methods.

    packed = pack_people([Path("me.mp4")], Path("me.pack"))     # .people .notes

The last fifth of a clip is held out: it is packed, but never trained on. What a clip lacks is told
(`clip_checks.py`) before anything is trained.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reenact.data.clip_checks import ClipFacts, check_clip, facts_of
from reenact.data.one_person import Moment, others_seen
from reenact.data.pack import CROP_SCALE, PackItem
from reenact.data.packing import find_in, write_faces
from reenact.data.sets.clips import spread
from reenact.data.sets.items import HELD_OUT, TRAIN, few, pictures_in
from reenact.errors import InputError, ReenactError
from reenact.face.align import face_crop
from reenact.face.pose import head_pose
from reenact.files import require_file
from reenact.geometry.expression import ExpressionModel
from reenact.types import Frame

SIZE = 256
PORTRAIT_PX = 640
"""Longest side of the picture without expression that is kept whole."""
MOST_FRAMES = 400
HELD_OUT_SHARE = 0.2
"""Of a clip, from its end."""
_LOOKS = 12  # frames that are searched for a second person

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Packed:
    """What was packed. `notes` says what each clip lacks and what was left out, one line each."""

    path: Path
    people: tuple[str, ...]
    notes: tuple[str, ...]


def pack_people(
    sources: Sequence[Path], output: Path, progress: Progress = lambda done, total: None
) -> Packed:
    """Pack clips, or folders of pictures, one person each; the person is called like the file.

    Args:
        progress: called with pictures done and pictures in all, anew for each source.

    Raises:
        InputError: a clip shows nobody, two people, or too little; or two have one name.
    """
    names = [path.resolve().stem for path in sources]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise InputError(f"Clips must have different names, got '{twice.pop()}' twice. Rename one.")
    items, notes, portraits = [], [], {}
    for name, path in zip(names, sources, strict=True):
        seen = read_person(path, name, progress)
        lacking = check_clip(seen.facts, path.name)
        notes += [f"{path.name}: {line}" for line in (*seen.left_out, *lacking)]
        items += seen.items
        portraits[name] = base64.b64encode(seen.portrait).decode()
    write_faces(items, output, size=SIZE, info={"portraits": portraits})
    return Packed(output, tuple(names), tuple(notes))


@dataclass(frozen=True)
class Seen:
    """What a clip shows.

    Attributes:
        items: the faces. facts: about those to train on.
        portrait: JPEG of the frame with the least expression and turn; empty for none.
        left_out: what cannot be read or shows no face, one line each.
    """

    items: list[PackItem]
    facts: ClipFacts
    portrait: bytes
    left_out: tuple[str, ...] = ()


def read_person(path: Path, name: str, progress: Progress = lambda done, total: None) -> Seen:
    """The faces of one clip or folder.

    Raises:
        InputError: nothing is there.
    """
    require_source(path)
    expression = ExpressionModel.load()
    items, faces, crops, counts, hint = [], [], [], [], None
    moments: list[Moment] = []
    portrait, least = b"", np.inf
    damaged: list[str] = []
    empty: list[str] = []
    is_folder = path.is_dir()
    shown = _pictures(path, damaged) if is_folder else _clip_frames(path)
    for done, (look, frame) in enumerate(shown):
        progress(done, look.total)
        if look.for_others:
            counts.append(_people_in(frame))
        face = find_in(frame, hint, is_centered=is_folder)
        hint = None if is_folder else face
        if face is None:
            empty.append(look.name)
            continue
        crop = face_crop(face, scale=CROP_SCALE, size=SIZE, upright=True)
        image, points = crop.cut(frame), crop.to_crop(face.points)
        number, split = look.number, look.split
        moments.append(look.moment)
        items.append(PackItem(image, points, name, "clip", "", split, path.name, frame=number))
        if split != TRAIN:
            continue
        faces.append(face)
        crops.append(image)
        found = unrest(expression, face.points)
        if found < least:
            portrait, least = _jpeg(frame), found
    left_out = [f"left out: {line}" for line in damaged]
    if empty:
        left_out.append(f"no face in {len(empty)} of {look.total}, left out: {few(empty)}.")
    others, unchecked = _others(items, moments)
    facts = facts_of(faces, crops, counts, others)
    return Seen(items, facts, portrait, (*left_out, *unchecked))


def _others(items: Sequence[PackItem], moments: Sequence[Moment]) -> tuple[str, list[str]]:
    """When somebody else is seen, and what to say where that cannot be told."""
    from reenact.losses.identity import MOBILEFACENET, mobile_identity
    from reenact.losses.models import VARIABLE

    network = mobile_identity()
    if network is None:
        file = MOBILEFACENET[0]
        return "", [f"not checked whether all show one person: {file} is not in {VARIABLE}."]
    pictures, points = [item.image for item in items], [item.points for item in items]
    return others_seen(network, pictures, points, moments), []


def require_source(path: Path) -> Path:
    """The path, if there is a clip or a folder of pictures.

    Raises:
        InputError: there is nothing; or a picture, a file that nobody may read, or an empty one.
    """
    from reenact.images import is_still_picture

    if not path.exists():
        raise InputError(
            f"`clip` must be a clip or a folder of pictures, {path} does not exist. Check the name."
        )
    if path.is_file() and is_still_picture(path):
        raise InputError(
            f"`clip` must be a clip or a folder of pictures, got the picture {path.name}. Put many "
            "pictures of the person into a folder, and name that."
        )
    return path if path.is_dir() else require_file(path, "clip", InputError)


def unrest(expression: ExpressionModel, mesh: NDArray) -> float:
    """How much expression and head turn a (478, 3) mesh shows; 0 for none."""
    pose = head_pose(mesh)
    effort = float(np.square(expression.read(mesh)).sum())
    return effort + (pose.yaw / 12) ** 2 + (pose.pitch / 12) ** 2


def _jpeg(frame: Frame) -> bytes:
    import cv2

    ratio = min(1.0, PORTRAIT_PX / max(frame.shape[:2]))
    small = cv2.resize(frame, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)
    bgr = cv2.cvtColor(small, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()


@dataclass(frozen=True)
class _Look:
    """One picture: its number, split and name, when it is seen (a picture's name, where it has no
    time), how many there are, whether to look for others."""

    number: int
    split: str
    name: str
    moment: Moment
    total: int
    for_others: bool


def _clip_frames(path: Path) -> Iterator[tuple[_Look, Frame]]:
    """The wanted frames of a clip."""
    from reenact.video import ClipReader

    with ClipReader(path, name="clip") as clip:
        count = sum(1 for _ in clip)
    first = round(count * (1 - HELD_OUT_SHARE))
    wanted = {n: TRAIN for n in spread(first, MOST_FRAMES)}
    wanted |= {first + n: HELD_OUT for n in spread(count - first, MOST_FRAMES // 5)}
    looks = set(spread(count, _LOOKS))
    with ClipReader(path, name="clip") as clip:
        for number, (_, time_s, frame) in enumerate(clip):
            if number in wanted:
                name, is_look = f"frame {number}", number in looks
                yield _Look(number, wanted[number], name, time_s, len(wanted), is_look), frame


def _pictures(folder: Path, damaged: list[str]) -> Iterator[tuple[_Look, Frame]]:
    """The pictures of a folder, all to train on; what cannot be read goes to `damaged`."""
    from reenact.images import load_picture

    paths = pictures_in(folder)
    if not paths:
        raise InputError(
            f"`clip` must be a clip or a folder of pictures, {folder} holds none. Put some there."
        )
    looks = set(spread(len(paths), _LOOKS))
    for number, path in enumerate(paths):
        try:
            frame = load_picture(path, name="clip")
        except ReenactError as error:
            damaged.append(str(error))
            continue
        yield _Look(number, TRAIN, path.name, path.name, len(paths), number in looks), frame


def _people_in(frame: Frame) -> int:
    """Faces that are not much smaller than the largest."""
    from reenact.face.detect import find_faces

    sizes = [face.size_px for face in find_faces(frame)]
    return int(np.sum(np.array(sizes) > 0.4 * max(sizes))) if sizes else 0
