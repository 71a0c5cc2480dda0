"""How well the invisible watermark is found, and how often where there is none.

    python -m bench watermark --data ../shared/data/sfhq --data ../shared/data/omi

Outputs of a method are marked, treated as pictures on the internet are, and looked at by the same
detector that `verify` uses, at its full thoroughness; the same outputs without the mark, treated
alike, give the false alarms. Intervals are 95 % (Wilson).
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from reenact.errors import InputError, ReenactError
from reenact.types import Frame

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
SEED = 0

Attack = Callable[[Frame, np.random.RandomState], Frame]
Progress = Callable[[int, int | None], None]


@dataclass
class Row:
    """One treatment.

    Attributes:
        wanted: whether it was asked for; false alarms are counted for these only.
        found, alarms: marked and unmarked pictures in which the detector sees a mark.
        read: marked pictures of which both bytes are read rightly.
        pictures: how many of each.
        scores: of the marked pictures; -inf where nothing was found.
    """

    name: str
    wanted: bool
    found: int = 0
    read: int = 0
    alarms: int = 0
    pictures: int = 0
    scores: list[float] = field(default_factory=list)

    def summary(self) -> dict:
        """For records: rates with intervals."""
        counted = ("found", "read", "alarms") if self.wanted else ("found", "read")
        shares = {name: share(getattr(self, name), self.pictures) for name in counted}
        score = {"median": float(np.median(self.scores)), "least": min(self.scores)}
        return {"name": self.name, "pictures": self.pictures, **shares, "score": score}


@dataclass
class Report:
    """All rows, and what the mark costs.

    Attributes:
        psnr_db: of each marked picture against the unmarked one.
        embed_ms: time to mark each picture.
        skipped: pictures in which the method found no face.
    """

    rows: list[Row]
    psnr_db: list[float] = field(default_factory=list)
    embed_ms: list[float] = field(default_factory=list)
    skipped: int = 0

    def summary(self) -> dict:
        """For programs."""
        return {
            "rows": [row.summary() for row in self.rows],
            "psnr_db": {"mean": float(np.mean(self.psnr_db)), "least": min(self.psnr_db)},
            "embed_ms_median": float(np.median(self.embed_ms)),
            "skipped": self.skipped,
        }


def measure(
    folders: Sequence[Path],
    *,
    count: int = 500,
    method: str = "warp",
    progress: Progress = lambda done, total: None,
) -> Report:
    """Mark outputs, treat them, and look for the mark.

    Args:
        folders: pictures of faces; they take turns.
        count: how many outputs.
        method: whose outputs; `copy` marks the pictures themselves.

    Raises:
        InputError: there are not enough pictures.
    """
    from reenact.media.watermark import embed

    report = Report([Row(name, wanted) for name, (_, wanted) in ATTACKS.items()])
    numbers = np.random.RandomState(SEED)
    for done, output in enumerate(_outputs(_pictures(folders), method, count, report)):
        payload = (int(numbers.randint(256)), int(numbers.randint(256)))
        start = time.perf_counter()
        marked = embed(output, payload)
        report.embed_ms.append(1000 * (time.perf_counter() - start))
        report.psnr_db.append(psnr(marked, output))
        for row in report.rows:
            _look(row, marked, output, payload, seed=done)
        progress(done + 1, count)
    return report


def _look(row: Row, marked: Frame, plain: Frame, payload: tuple[int, int], seed: int) -> None:
    from reenact.media.watermark import detect

    treat = ATTACKS[row.name][0]
    found = detect([treat(marked, np.random.RandomState(seed))])
    row.pictures += 1
    row.scores.append(found.score if found else -np.inf)
    row.found += found is not None
    row.read += found is not None and found.payload == payload
    if row.wanted:  # a second for each picture, as every size is tried
        row.alarms += detect([treat(plain, np.random.RandomState(seed))]) is not None


def _pictures(folders: Sequence[Path]) -> list[Path]:
    """The files of all folders, one of each in turn."""
    lists = []
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"`data` must be a folder with pictures, got '{folder}'.")
        files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)
        np.random.RandomState(SEED).shuffle(files)
        lists.append(files)
    longest = max(map(len, lists), default=0)
    return [files[i] for i in range(longest) for files in lists if i < len(files)]


def _outputs(files: list[Path], method: str, count: int, report: Report) -> Iterator[Frame]:
    """The first `count` outputs: each picture driven by the next but one."""
    from reenact.images import load_picture
    from reenact.pipeline import reenact
    from reenact.registry import create

    made = None if method == "copy" else create(method)
    given = 0
    for number, file in enumerate(files):
        if given == count:
            return
        try:
            if made is None:
                frame = load_picture(file)
            else:
                frame = reenact(file, files[(number + 2) % len(files)], made).image
        except ReenactError:  # no face in one of the two; it is counted
            report.skipped += 1
            continue
        given += 1
        yield frame
    if given < count:
        raise InputError(
            f"`data` must have {count} pictures with faces, got {given}. Lower --count."
        )


def psnr(one: Frame, other: Frame) -> float:
    """Peak signal-to-noise ratio in dB; more is better."""
    error = np.mean((one.astype(np.float64) - other) ** 2)
    return float(10 * np.log10(255**2 / max(error, 1e-12)))


def share(hits: int, of: int) -> dict[str, float]:
    """A rate and its 95 % interval by Wilson (JASA 22, 1927), in percent.

    Example:
        >>> share(0, 500)
        {'rate': 0.0, 'low': 0.0, 'high': 0.76}
    """
    z, p = 1.96, hits / of
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    reach = z * np.sqrt(p * (1 - p) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    low, high = max(0.0, middle - reach), min(1.0, middle + reach)
    return {
        name: round(100 * float(v), 2) for name, v in (("rate", p), ("low", low), ("high", high))
    }


def _saved(kind: str, **settings: int) -> Attack:
    def treat(frame: Frame, numbers: np.random.RandomState) -> Frame:
        buffer = io.BytesIO()
        Image.fromarray(frame).save(buffer, kind, **settings)
        return np.asarray(Image.open(buffer).convert("RGB"))

    return treat


def _resized(scale: float) -> Attack:
    def treat(frame: Frame, numbers: np.random.RandomState) -> Frame:
        size = (round(frame.shape[1] * scale), round(frame.shape[0] * scale))
        return np.asarray(Image.fromarray(frame).resize(size, Image.Resampling.LANCZOS))

    return treat


def _cropped(kept: float) -> Attack:
    """A window at a random place with this share of width and height."""

    def treat(frame: Frame, numbers: np.random.RandomState) -> Frame:
        height, width = (round(side * kept) for side in frame.shape[:2])
        y = numbers.randint(frame.shape[0] - height + 1)
        x = numbers.randint(frame.shape[1] - width + 1)
        return np.ascontiguousarray(frame[y : y + height, x : x + width])

    return treat


def _both(first: Attack, second: Attack) -> Attack:
    return lambda frame, numbers: second(first(frame, numbers), numbers)


_JPEG_75 = _saved("JPEG", quality=75)
ATTACKS: dict[str, tuple[Attack, bool]] = {
    "PNG": (_saved("PNG", compress_level=1), True),
    "JPEG 90": (_saved("JPEG", quality=90), True),
    "JPEG 75": (_JPEG_75, True),
    "JPEG 60": (_saved("JPEG", quality=60), True),
    "half size": (_resized(0.5), True),
    "10 % cut off width and height": (_cropped(0.9), True),
    "a tenth of the area is left": (_cropped(0.1**0.5), False),
    "0.73 size, JPEG 75": (_both(_resized(0.73), _JPEG_75), False),
    "half size, JPEG 75": (_both(_resized(0.5), _JPEG_75), False),
    "WebP 75": (_saved("WEBP", quality=75), False),
}
"""Treatments by name; False: more than what was asked for."""


def lines(report: Report) -> list[str]:
    """The report as a table for the terminal."""
    made = report.summary()
    psnr_db = made["psnr_db"]
    table = [f"{'':<30}{'found %':>22}{'read %':>9}{'false alarms %':>24}{'peak, least':>16}"]
    for row in made["rows"]:
        alarms = _shown(row["alarms"]) if "alarms" in row else "-"
        peak = f"{row['score']['median']:.1f}, {row['score']['least']:.1f}"
        read = f"{row['read']['rate']:.1f}"
        table.append(f"{row['name']:<30}{_shown(row['found']):>22}{read:>9}{alarms:>24}{peak:>16}")
    return [
        *table,
        f"{made['rows'][0]['pictures']} pictures in each row, {made['skipped']} without a face left"
        f" out. PSNR {psnr_db['mean']:.1f} dB on average, {psnr_db['least']:.1f} at least; "
        f"marking takes {made['embed_ms_median']:.1f} ms.",
    ]


def _shown(rate: dict[str, float]) -> str:
    return f"{rate['rate']:.1f} [{rate['low']:.1f}, {rate['high']:.1f}]"
