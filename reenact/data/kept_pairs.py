"""Pairs that are made once and kept: making one takes longer than learning from it.

`Pairs` warps a photograph for each single pair. Training sees a pair more than once, so the first
some thousand are kept as JPEG, in memory and, if wanted, in a file that other runs use too.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.data.pairs import Pairs, lip_gap
from reenact.errors import InputError
from reenact.files import atomic_path

_QUALITY = 95
_PICTURES, _NUMBERS = ("source", "target"), ("person", "kind", "row")
_POINTS = ("source_points", "target_points")


class KeptPairs:
    """The first `count` pairs, again and again; `kept[k]` is `pairs[k % count]`.

    Args:
        pairs: see there.
        count: how many are kept.
        file: where they are kept between runs (.npz); None for memory alone. Made if missing,
            which takes some minutes.

    Raises:
        InputError: the file is damaged, or holds other pairs.
    """

    def __init__(self, pairs: Pairs, count: int, file: Path | None = None) -> None:
        self.pairs, self.count, self.file = pairs, count, file
        self._kept: dict[int, dict[str, Any]] = {}
        if file is not None:
            self._kept = _read(file, self._key()) if file.is_file() else self._made(file)

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, number: int) -> dict[str, NDArray]:
        number %= self.count
        if number not in self._kept:
            self._kept[number] = _packed(self.pairs[number])
        return _unpacked(self._kept[number])

    def points(self, number: int) -> NDArray[np.float32]:
        """(478, 3) the target's landmarks of a pair, without decoding its pictures."""
        if number not in self._kept:
            self._kept[number] = _packed(self.pairs[number])
        return self._kept[number]["target_points"]

    def _key(self) -> str:
        """What the pairs depend on."""
        return f"{self.count} {len(self.pairs)} {self.pairs.pack.size} {self.pairs.options}"

    def _made(self, file: Path) -> dict[int, dict[str, Any]]:
        kept = {number: _packed(self.pairs[number]) for number in range(self.count)}
        arrays: dict[str, Any] = {"key": np.array(self._key())}
        for name in (*_POINTS, *_NUMBERS):
            arrays[name] = np.stack([one[name] for one in kept.values()])
        for name in _PICTURES:
            parts = [one[name] for one in kept.values()]
            arrays[name] = np.concatenate(parts)
            arrays[f"{name}_ends"] = np.cumsum([len(part) for part in parts])
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)
        with atomic_path(file) as unfinished:
            unfinished.write_bytes(buffer.getbuffer())
        return kept


class OpenMouths:
    """Kept pairs, many of them with an open mouth to draw: the hardest part, and a rare one.

    Args:
        kept: pairs, all made already (kept in a file).
        share: of pairs that are drawn from those with an open mouth.
        seed: of the draws.
        gap: of the lips over the eye distance, from which a mouth is open; teeth show from 0.05.
    """

    def __init__(self, kept: KeptPairs, share: float, seed: int = 0, gap: float = 0.12) -> None:
        self.kept, self.share, self.seed = kept, share, seed
        gaps = [lip_gap(kept.points(number)) for number in range(len(kept))]
        self.open = [number for number, one in enumerate(gaps) if one > gap]

    def __len__(self) -> int:
        return len(self.kept)

    def __getitem__(self, number: int) -> dict[str, NDArray]:
        rng = np.random.default_rng([self.seed, 5, number])
        if self.open and rng.random() < self.share:
            number = self.open[rng.integers(len(self.open))]
        return self.kept[number]


def _read(file: Path, key: str) -> dict[int, dict[str, Any]]:
    try:
        with np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        ends = {name: np.concatenate([[0], arrays[f"{name}_ends"]]) for name in _PICTURES}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise InputError(f"{file} must be a whole file of kept pairs. Remove it.") from error
    if str(arrays["key"]) != key:
        raise InputError(f"{file} must hold the pairs of this pack and these options. Move it.")
    kept: dict[int, dict[str, Any]] = {}
    for number in range(len(arrays["row"])):
        one: dict[str, Any] = {name: arrays[name][number] for name in (*_POINTS, *_NUMBERS)}
        for name in _PICTURES:
            one[name] = arrays[name][ends[name][number] : ends[name][number + 1]]
        kept[number] = one
    return kept


def _packed(pair: dict[str, NDArray]) -> dict[str, Any]:
    out = {name: pair[name] for name in (*_POINTS, *_NUMBERS)}
    for name in _PICTURES:
        image = cv2.cvtColor(pair[name].transpose(1, 2, 0), cv2.COLOR_RGB2BGR)
        settings = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
        out[name] = cv2.imencode(".jpg", image, settings)[1].ravel()
    return out


def _unpacked(kept: dict[str, Any]) -> dict[str, NDArray]:
    out = dict(kept)
    for name in _PICTURES:
        image = cv2.cvtColor(cv2.imdecode(kept[name], cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        out[name] = np.ascontiguousarray(image.transpose(2, 0, 1))
    return out
