"""What every data set gives: items, their pictures one by one, and splits by person."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from reenact.errors import InputError, ReenactError
from reenact.types import Frame, Points

TRAIN, HELD_OUT = "train", "held_out"
PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp", ".ppm")
CLIPS = (".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v")


@dataclass(frozen=True)
class Item:
    """One picture, or one frame of a clip.

    Attributes:
        set: name of the data set.
        person: who, unique over all sets: `london/001`.
        path: the picture or the clip.
        expression: the publisher's label in small letters (`neutral`, `smile`, `anger`), empty
            where there is none.
        frame: number of the frame in a clip or a sequence, from 0; None for single pictures.
        level: 0 to 1, how far the expression has gone, where the set says so.
        pose: the publisher's word for the head or camera angle, empty for frontal.
        points: landmarks that the publisher gives, pixels of the picture.
    """

    set: str
    person: str
    path: Path
    expression: str = ""
    frame: int | None = None
    level: float | None = None
    pose: str = ""
    points: Points | None = field(default=None, compare=False)

    @property
    def label(self) -> str:
        """What to call it in messages."""
        is_clip = self.path.suffix.lower() in CLIPS
        return f"{self.path.name}#{self.frame}" if is_clip else self.path.name


@dataclass(frozen=True)
class Skipped:
    """A picture that was left out, and why."""

    set: str
    name: str
    reason: str


@dataclass
class DataSet:
    """A data set on this computer.

    Attributes:
        name: of the set.
        folder: where it lies.
        items: all its pictures, sorted.
        skipped: what could not be read so far; grows while `pictures` runs.
        is_centered: whether each picture shows one large face in its middle.
    """

    name: str
    folder: Path
    items: list[Item]
    is_centered: bool = True
    skipped: list[Skipped] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def people(self) -> list[str]:
        """All persons, sorted."""
        return sorted({item.person for item in self.items})

    def pictures(self, items: Iterable[Item] | None = None) -> Iterator[tuple[Item, Frame]]:
        """Each item with its picture; those that cannot be read go to `skipped`."""
        clip: list[Item] = []
        for item in self.items if items is None else items:
            if clip and clip[0].path != item.path:
                yield from self._clip_frames(clip)
                clip = []
            if item.path.suffix.lower() in CLIPS:
                clip.append(item)
            else:
                yield from self._picture(item)
        if clip:
            yield from self._clip_frames(clip)

    def _picture(self, item: Item) -> Iterator[tuple[Item, Frame]]:
        from reenact.images import load_picture

        try:
            frame = load_picture(item.path, name="picture")
        except ReenactError as error:
            self.skip(item, str(error))
            return
        yield item, frame

    def _clip_frames(self, items: list[Item]) -> Iterator[tuple[Item, Frame]]:
        """The wanted frames of one clip, read once from its start."""
        from reenact.video import ClipReader

        wanted = {item.frame: item for item in items}
        try:
            with ClipReader(items[0].path) as clip:
                for index, _, frame in clip:
                    if index in wanted:
                        yield wanted.pop(index), frame
                    if not wanted:
                        return
            reason = "the clip ends before this frame"
        except ReenactError as error:
            reason = str(error)
        for item in wanted.values():
            self.skip(item, reason)

    def skip(self, item: Item, reason: str) -> None:
        """Note that an item is left out."""
        self.skipped.append(Skipped(self.name, item.label, reason))


@dataclass(frozen=True)
class SetSpec:
    """How one data set is read.

    Attributes:
        name: what people type.
        title: its full name and terms.
        where: address to get it from.
        layout: one line: folders and file names as the publisher ships them.
        read: the folder to items; raises `InputError` where a part is missing.
        is_centered: see `DataSet`.
    """

    name: str
    title: str
    where: str
    layout: str
    read: Callable[[Path], list[Item]]
    is_centered: bool = True

    def missing(self, folder: Path, what: str) -> InputError:
        """The error for a folder that is not (all of) this set."""
        return InputError(
            f"`{self.name}` must be a folder with {self.layout}, but {folder} {what}. "
            f"Get {self.title} from {self.where}."
        )


def split(
    items: Iterable[Item], seed: int = 0, held_out: float = 0.2
) -> tuple[list[Item], list[Item]]:
    """Items to train on and items held out, by person.

    A person's side depends on the name and the seed alone, so it stays when pictures or people
    are added. The share is met on average: few people may all fall on one side.

    Args:
        items: of one or several sets.
        seed: another seed gives another split.
        held_out: share of people that are held out, 0 to 1.

    Returns:
        (train, held out), in the given order.

    Raises:
        InputError: `held_out` is no share.
    """
    if not 0 <= held_out <= 1:
        raise InputError(f"`held_out` must be 0 to 1, got {held_out}.")
    sides: tuple[list[Item], list[Item]] = ([], [])
    for item in items:
        sides[split_of(item.person, seed, held_out) == HELD_OUT].append(item)
    return sides


def split_of(person: str, seed: int = 0, held_out: float = 0.2) -> str:
    """`train` or `held_out`: the side of one person."""
    digest = hashlib.sha256(f"{seed}:{person}".encode()).digest()
    share = int.from_bytes(digest[:8], "big") / 2**64
    return HELD_OUT if share < held_out else TRAIN


def pictures_in(folder: Path, *, deep: bool = False) -> list[Path]:
    """Pictures of a folder, sorted; with `deep` of all folders below it too."""
    return files_in(folder, PICTURES, deep=deep)


def files_in(folder: Path, suffixes: tuple[str, ...], *, deep: bool = False) -> list[Path]:
    """Files with one of the endings, sorted; none where there is no folder."""
    if not folder.is_dir():
        return []
    found = folder.rglob("*") if deep else folder.iterdir()
    kept = (p for p in found if p.suffix.lower() in suffixes and not p.name.startswith("."))
    return sorted(p for p in kept if p.is_file())


def few(names: list[str]) -> str:
    """The first names of a list, for messages."""
    return ", ".join(names[:3]) + (" ..." if len(names) > 3 else "")
