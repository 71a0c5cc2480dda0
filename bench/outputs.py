"""Rendered outputs that are kept on disk, so that a picture is never made twice.

<cache>/outputs/<method>-<fingerprint>/<ab>/<pair>.png

Only the rectangle that differs from the source is kept, without loss, with its place and the
seconds that it took. Files are written whole or not at all.
"""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin

from reenact.errors import InputError, OutputError
from reenact.files import atomic_path
from reenact.types import Frame

VARIABLE = "REENACT_BENCH_CACHE"
_OUTPUTS, _ROWS = "outputs", "rows"
_PROJECT = Path(__file__).resolve().parents[1]


def cache_folder(given: Path | None = None) -> Path:
    """Where outputs are kept: as given, else $REENACT_BENCH_CACHE, else the user's cache folder.

    Raises:
        InputError: it lies in the project.
    """
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = given or Path(os.environ.get(VARIABLE) or home / "reenact" / "bench")
    folder = folder.expanduser().resolve()
    if folder == _PROJECT or _PROJECT in folder.parents:
        raise InputError(
            f"`cache` must lie outside of the project, got '{folder}'. Choose another."
        )
    return folder


def rows_folder(cache: Path) -> Path:
    """Where rows of unfinished runs wait."""
    return cache / _ROWS


def cache_bytes(cache: Path) -> int:
    """Size of all that is kept."""
    folders = (cache / _OUTPUTS, cache / _ROWS)
    return sum(p.stat().st_size for f in folders for p in f.rglob("*") if p.is_file())


def clear_cache(cache: Path) -> int:
    """Delete all that is kept; how many bytes it was."""
    size = cache_bytes(cache)
    for name in (_OUTPUTS, _ROWS):
        shutil.rmtree(cache / name, ignore_errors=True)
    return size


class Outputs:
    """The kept outputs of one method.

    Args:
        cache: see `cache_folder`.
        method: its name.
        fingerprint: see `bench.fingerprints.method_fingerprint`.
    """

    def __init__(self, cache: Path, method: str, fingerprint: str) -> None:
        self.folder = cache / _OUTPUTS / f"{method}-{fingerprint[:12]}"

    def load(self, key: str, source: Frame) -> tuple[Frame, float] | None:
        """A kept output and the seconds it took; None where it is not there, or damaged.

        Args:
            key: of the pair.
            source: its source picture.
        """
        path = self._path(key)
        try:
            with Image.open(io.BytesIO(path.read_bytes())) as image:
                part = np.asarray(image.convert("RGB"))
                text = image.text
            x, y, height, width = (int(text[name]) for name in ("x", "y", "height", "width"))
            seconds = float(text["seconds"])
        except (OSError, ValueError, KeyError, SyntaxError):
            return None
        if part.shape[:2] == (height, width):
            return part.copy(), seconds
        if source.shape[:2] != (height, width):
            return None
        whole = source.copy()
        whole[y : y + part.shape[0], x : x + part.shape[1]] = part
        return whole, seconds

    def save(self, key: str, output: Frame, source: Frame, seconds: float) -> None:
        """Keep an output.

        Raises:
            OutputError: the folder cannot be written.
        """
        x, y, part = changed(output, source)
        notes = PngImagePlugin.PngInfo()
        size = dict(zip(("height", "width"), output.shape[:2], strict=True))
        for name, value in {"x": x, "y": y, **size, "seconds": f"{seconds:.6f}"}.items():
            notes.add_text(name, str(value))
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"The cache '{self.folder}' cannot be written: {error.strerror}. Use `--cache`."
            ) from error
        with atomic_path(path) as unfinished:
            Image.fromarray(part).save(unfinished, "png", compress_level=1, pnginfo=notes)

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.png"


def changed(output: Frame, source: Frame) -> tuple[int, int, Frame]:
    """The part of an output that is not the source: x, y, pixels; one pixel where it is equal.

    Example:
        >>> picture = np.zeros((4, 4, 3), np.uint8); other = picture.copy(); other[1:3, 2] = 9
        >>> x, y, part = changed(other, picture); x, y, part.shape
        (2, 1, (2, 1, 3))
    """
    if output.shape != source.shape:
        return 0, 0, output
    differs = (output != source).any(axis=2)
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if len(rows) == 0:
        return 0, 0, np.ascontiguousarray(output[:1, :1])
    part = output[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return int(columns[0]), int(rows[0]), np.ascontiguousarray(part)
