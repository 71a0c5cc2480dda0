"""Writing a packed data file: find each face, crop it upright, keep it as JPEG. See `pack.py`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.data.pack import CROP_SCALE, FORMAT, Pack, PackItem, points_to_ints
from reenact.data.sets import DataSet, Item, Skipped, split_of
from reenact.errors import InputError
from reenact.face.align import face_crop
from reenact.files import atomic_path, check_can_write, temporary_file, write_temporary
from reenact.types import Face, Frame, Points

SUFFIXES = (".pack", ".safetensors")
MOST_MB = 60.0
QUALITIES = (95, 92, 90, 88, 85, 82, 78, 74, 70)
"""JPEG qualities, tried from the best; colors are kept at full resolution (4:4:4)."""

ROW = ("person", "set", "expression", "split", "name", "level", "frame")
"""What is kept of a face beside its crop and landmarks."""

_TWICE = "in several of the sources"
_STEADY = 0.03  # doubt below which a mesh found in the middle counts without a detector
_SAMPLE = 64  # crops that are encoded to guess the size of all

Progress = Callable[[int, int | None], None]


@dataclass
class PackReport:
    """What came into a packed file and what did not.

    Attributes:
        path: the file. size_mb: its size, MiB. quality: JPEG quality.
        counts: faces by set. people: persons by set. skipped: what was left out, and why.
    """

    path: Path
    size_mb: float
    quality: int
    counts: dict[str, int]
    people: dict[str, int]
    skipped: list[Skipped] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The report for people, one set a line; every skipped picture is named."""
        total = sum(self.counts.values())
        head = f"{self.path}: {total} faces, {self.size_mb:.1f} MiB, JPEG quality {self.quality}."
        left_out = Counter(skip.set for skip in self.skipped if skip.reason != _TWICE)
        rows = [
            f"  {name}: {count} faces of {self.people[name]} people, {left_out[name]} skipped"
            for name, count in self.counts.items()
        ]
        twice = sum(skip.reason == _TWICE for skip in self.skipped)
        again = [f"  {twice} faces were {_TWICE}; they count once"] if twice else []
        named = (skip for skip in self.skipped if skip.reason != _TWICE)
        names = [f"  skipped {skip.set} {skip.name}: {skip.reason}" for skip in named]
        return [head, *rows, *again, *names]


def write_pack(
    sets: Sequence[DataSet],
    output: str | Path,
    *,
    size: int = 256,
    limit_mb: float = MOST_MB,
    seed: int = 0,
    held_out: float = 0.2,
    progress: Progress | None = None,
    packs: Sequence[Pack] = (),
) -> PackReport:
    """Pack the faces of some sets. JPEG quality is the best that fits the limit.

    Args:
        sets: from `load_set`.
        packs: packed files whose faces are taken over, resized; the split is made anew. Faces
            that the sets or an earlier file have are left out, and counted in the report.
        output: file to write, whole or not at all.
        size: side of the crops, pixels.
        limit_mb: most MiB of the file.
        seed, held_out: of the split by person; see `reenact.data.sets.split`.
        progress: called with pictures done and pictures in all.

    Raises:
        InputError: a value out of range, no face in any picture, or too many faces for the limit.
        OutputError: the file cannot be written.
    """
    if not 0 <= held_out <= 1:
        raise InputError(f"`held_out` must be 0 to 1, got {held_out:g}.")
    skipped: list[Skipped] = []
    faces = _faces(sets, size, skipped, progress or _quiet)
    found = (_packed(item, crop, points) for item, crop, points in faces)
    sources = [found, *((resized(one[i], size) for i in range(len(one))) for one in packs)]
    items = (
        replace(item, split=split_of(item.person, seed, held_out))
        for item in _once(sources, skipped)
    )
    info = {"seed": seed, "held_out": held_out}
    return write_faces(items, output, size=size, limit_mb=limit_mb, info=info, skipped=skipped)


def write_faces(
    items: Iterable[PackItem],
    output: str | Path,
    *,
    size: int,
    limit_mb: float = MOST_MB,
    info: dict | None = None,
    skipped: list[Skipped] | None = None,
) -> PackReport:
    """Pack faces that are cropped already (rendered people, for one); see `write_pack`.

    Args:
        items: faces with crops of `size` pixels.
        info: further notes kept in the file.
        skipped: what was left out; read when `items` has ended.
    """
    target = check_can_write(output, SUFFIXES)
    if not 32 <= size <= 1024:
        raise InputError(f"`size` must be 32 to 1024 pixels, got {size}.")
    if not limit_mb > 0:
        raise InputError(f"`limit_mb` must be more than 0, got {limit_mb:g}.")
    skipped = [] if skipped is None else skipped
    with temporary_file() as spool:
        rows, points = [], []
        for item in items:
            write_temporary(spool, item.image.tobytes())
            rows.append({name: getattr(item, name) for name in ROW})
            points.append(points_to_ints(item.points, size))
        if not rows:
            raise InputError(f"No face found in {len(skipped)} pictures. Look at the folders.")
        write_temporary(spool, b"")
        crops = np.memmap(spool, np.uint8, "r", shape=(len(rows), size, size, 3))
        notes = {"size": size, "scale": CROP_SCALE, **(info or {})}
        notes["skipped"] = [vars(skip) for skip in skipped]
        texts = len(json.dumps(rows)) + len(json.dumps(notes))
        overhead = 1.1 * texts + sum(p.nbytes + 16 for p in points) + 4096
        notes["quality"], jpegs = _fit(crops, limit_mb * 2**20 - overhead, limit_mb)
    _save(target, rows, np.stack(points), jpegs, notes)
    return _report(target, rows, skipped, notes["quality"])


def find_in(frame: Frame, hint: Face | None = None, *, is_centered: bool = False) -> Face | None:
    """The face of a picture whose place is nearly known, else as any picture's largest face.

    Args:
        frame: (H, W, 3).
        hint: the same person's face in a frame shortly before.
        is_centered: whether one large face lies in the middle.
    """
    from reenact.face.detect import find_faces, make_face
    from reenact.face.landmarks import roll_of, settle

    height, width = frame.shape[:2]
    box, angle = None, 0.0
    if hint is not None:
        box, angle = np.array(hint.box), roll_of(hint.points)
    elif is_centered:
        box = np.array([0.25 * width, 0.25 * height, 0.75 * width, 0.75 * height])
    if box is not None:
        meshes = settle(frame, box, angle)
        if meshes and meshes[0].doubt < _STEADY:
            return make_face(meshes[0].points, 1 - meshes[0].doubt, (height, width))
    return max(find_faces(frame), key=lambda face: face.size_px, default=None)


def _faces(
    sets: Sequence[DataSet], size: int, skipped: list[Skipped], progress: Progress
) -> Iterator[tuple[Item, Frame, Points]]:
    """Every item with its crop and landmarks in it; the rest goes to `skipped`."""
    total, before = sum(len(one) for one in sets), 0
    for one in sets:
        hint, last, done = None, None, 0
        for item, frame in one.pictures():
            hint = hint if item.frame is not None and last == item.path else None
            face = find_in(frame, hint, is_centered=one.is_centered)
            hint, last, done = face, item.path, done + 1
            if face is None:
                one.skip(item, "no face found")
            else:
                crop = face_crop(face, scale=CROP_SCALE, size=size, upright=True)
                yield item, crop.cut(frame), crop.to_crop(face.points)
            progress(before + done, total)
        before += len(one)
        skipped.extend(one.skipped)


def _once(sources: Iterable[Iterable[PackItem]], skipped: list[Skipped]) -> Iterator[PackItem]:
    """The items of all sources, without those that an earlier source has; these are `skipped`."""
    known: set[tuple] = set()
    for source in sources:
        own = set()
        for item in source:
            key = (item.set, item.person, item.name, item.expression, item.frame)
            if key in known:
                skipped.append(Skipped(item.set, item.name, _TWICE))
            else:
                own.add(key)
                yield item
        known |= own


def resized(item: PackItem, size: int) -> PackItem:
    """A packed face with a crop of another size."""
    ratio = size / item.image.shape[0]
    if ratio == 1:
        return item
    way = cv2.INTER_AREA if ratio < 1 else cv2.INTER_CUBIC
    image = cv2.resize(item.image, (size, size), interpolation=way)
    points = item.points * ratio
    points[:, :2] += 0.5 * (ratio - 1)  # pixel centers
    return replace(item, image=image, points=points)


def _packed(item: Item, crop: Frame, points: Points) -> PackItem:
    return PackItem(
        image=crop,
        points=points,
        person=item.person,
        set=item.set,
        expression=item.expression,
        split="",  # `write_pack` says
        name=item.label,
        level=item.level,
        frame=-1 if item.frame is None else item.frame,
    )


def _fit(crops: NDArray[np.uint8], room: float, limit_mb: float) -> tuple[int, list[bytes]]:
    """The best quality with which all crops fit into `room` bytes, and the crops in it."""
    some = np.linspace(0, len(crops) - 1, min(_SAMPLE, len(crops))).astype(int)
    for quality in QUALITIES:
        guess = sum(len(_jpeg(crops[i], quality)) for i in some) * len(crops) / len(some)
        if guess > 1.03 * room:
            continue
        jpegs = [_jpeg(crop, quality) for crop in crops]
        if sum(map(len, jpegs)) <= room:
            return quality, jpegs
    raise InputError(
        f"`limit_mb` {limit_mb:g} must hold {len(crops)} faces of {crops.shape[1]} pixels, "
        "but they need more. Use a smaller `--size`, fewer pictures, or a higher limit."
    )


def _jpeg(crop: Frame, quality: int) -> bytes:
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1]
    options += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    return cv2.imencode(".jpg", cv2.cvtColor(crop, cv2.COLOR_RGB2BGR), options)[1].tobytes()


def _save(target: Path, rows: list[dict], points: NDArray, jpegs: list[bytes], info: dict) -> None:
    from safetensors.numpy import save

    offsets = np.concatenate([[0], np.cumsum([len(data) for data in jpegs])]).astype(np.int64)
    arrays = {
        "points": points,
        "offsets": offsets,
        "jpegs": np.frombuffer(b"".join(jpegs), np.uint8),
    }
    meta = {"format": FORMAT, "info": json.dumps(info), "rows": json.dumps(rows)}
    with atomic_path(target) as unfinished:
        unfinished.write_bytes(save(arrays, meta))  # `save_file` would hide a full disk


def _report(target: Path, rows: list[dict], skipped: list[Skipped], quality: int) -> PackReport:
    counts = Counter(row["set"] for row in rows)
    people = {name: len({r["person"] for r in rows if r["set"] == name}) for name in counts}
    size_mb = target.stat().st_size / 2**20
    return PackReport(target, size_mb, quality, dict(counts), people, skipped)


def _quiet(done: int, total: int | None) -> None:
    """No progress wanted."""
