"""Sample pictures of records: rows of source, driving, output and truth, of synthetic people only.

`samples/<protocol>@<version>/<method>-<hash>.jpg` belongs to the record of that hash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from leaderboard.store import Entry

if TYPE_CHECKING:
    from PIL import Image

    from bench.study.stimuli import Painter

FOLDER = Path(__file__).parent / "samples"
PAIRS = 3
SIDE_PX = 176
SYNTHETIC_TASKS = ("synthetic_people",)
"""Tasks whose people are rendered: only their pictures may be shown or kept here."""


def is_synthetic(protocol: str) -> bool:
    """Whether a protocol (`name@version`) shows people who do not exist."""
    from bench.protocol import find_protocol
    from reenact.errors import UnknownNameError

    try:
        return find_protocol(protocol).task in SYNTHETIC_TASKS
    except UnknownNameError:
        return False


def sample_path(entry: Entry, folder: Path = FOLDER) -> Path:
    """Where a record's sample pictures lie, if there are any."""
    return folder / entry.protocol / f"{entry.method}-{entry.path.stem}.jpg"


def find_sample(entry: Entry, folder: Path = FOLDER) -> Path | None:
    """A record's sample pictures; None where there are none, or where people are real."""
    path = sample_path(entry, folder)
    return path if is_synthetic(entry.protocol) and path.is_file() else None


def make_samples(
    entries: Iterable[Entry],
    data: Path | None = None,
    folder: Path = FOLDER,
    progress: Callable[[int, int | None], None] = lambda done, total: None,
) -> list[Path]:
    """Make the sample pictures of those records that have none, and remove those of no record.

    Args:
        entries: all records that are kept.
        data: the folder of the synthetic people; None for those that are with the project.
    """
    from bench.protocol import find_protocol
    from bench.study.stimuli import Painter, draw_pairs
    from bench.tasks import data_folder

    wanted = [entry for entry in entries if is_synthetic(entry.protocol)]
    made = []
    for protocol in dict.fromkeys(entry.protocol for entry in wanted):
        here = [entry for entry in wanted if entry.protocol == protocol]
        _remove_others(folder / protocol, {sample_path(entry, folder) for entry in here})
        here = [entry for entry in here if not sample_path(entry, folder).is_file()]
        if not here:
            continue
        chosen = find_protocol(protocol)
        drawn = draw_pairs(chosen, data_folder(chosen, data), PAIRS, 0, progress)
        painter = Painter(drawn, list(dict.fromkeys(e.method for e in here)), SIDE_PX)
        for entry in here:
            path = sample_path(entry, folder)
            path.parent.mkdir(parents=True, exist_ok=True)
            _strip(painter, [pair.name for pair in drawn], entry.method).save(path, quality=88)
            made.append(path)
    return made


def _strip(painter: Painter, pairs: list[str], method: str) -> Image.Image:
    """(rows: pairs; columns: source, driving, output, truth)."""
    from PIL import Image

    from bench.study.design import TRUTH, Shown
    from reenact.errors import InputError

    columns = ("source", "driving", method, TRUTH)
    image = Image.new("RGB", (SIDE_PX * len(columns), SIDE_PX * len(pairs)), (128, 128, 128))
    for y, pair in enumerate(pairs):
        for x, what in enumerate(columns):
            try:
                frame = painter(Shown(pair, what))
            except InputError:  # the method failed: its place stays gray
                continue
            image.paste(Image.fromarray(frame), (SIDE_PX * x, SIDE_PX * y))
    return image


def _remove_others(folder: Path, kept: set[Path]) -> None:
    for path in folder.glob("*.jpg") if folder.is_dir() else ():
        if path not in kept:
            path.unlink()
