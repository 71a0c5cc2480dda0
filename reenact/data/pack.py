"""A data set in one file of at most 60 MiB: aligned face crops as JPEG, landmarks, who and what.

    pack = Pack.open("faces.pack")
    item = pack[0]                  # .image .points .person .set .expression .split

The file is laid out as safetensors, and is mapped into memory: nothing is read before it is
asked for, and processes share it. Reading needs NumPy and OpenCV only. Written by `packing.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.errors import InputError
from reenact.types import Frame, Points

FORMAT = "reenact-pack-1"
POINT_COUNT = 478
CROP_SCALE = 1.6
"""Side of the crops over the longer side of the face's box, as in `reenact.base.CropSpec`."""

_STEPS = 16384  # landmarks are kept as int16 in steps of size / 16384 pixels: 1/64 px at 256
_KINDS = {"U8": np.uint8, "I16": np.int16, "I64": np.int64}


@dataclass(frozen=True)
class PackItem:
    """One face.

    Attributes:
        image: (S, S, 3) uint8 upright crop.
        points: (478, 3) landmarks, pixels of the crop.
        person: who, unique over all sets.
        set: data set that it comes from.
        expression: the publisher's label, empty where there is none.
        split: `train` or `held_out`; one person is in one split only.
        name: the file that it was, for reports.
        level: 0 to 1, how far the expression has gone; None where that is not known.
        frame: number of the frame in its clip or sequence; -1 for single pictures.
    """

    image: Frame
    points: Points
    person: str
    set: str
    expression: str
    split: str
    name: str = ""
    level: float | None = None
    frame: int = -1


@dataclass
class Pack:
    """Faces in one file; `pack[i]` decodes one. May be used from forked and spawned workers.

    Attributes:
        path: the file.
        size: side of the crops, pixels.
        rows: for each face its texts and numbers, without the picture.
        info: what the builder wrote: sets, skipped pictures, JPEG quality, seed.
    """

    path: Path
    size: int
    rows: list[dict]
    info: dict
    _points: NDArray[np.int16] = field(repr=False)
    _offsets: NDArray[np.int64] = field(repr=False)
    _jpegs: NDArray[np.uint8] = field(repr=False)

    @classmethod
    def open(cls, path: str | Path) -> Pack:
        """Map a packed file.

        Raises:
            InputError: no such file, cut off, or not a pack; says how to make one.
        """
        file = Path(path)
        try:
            arrays, meta = _map(file)
            info, rows = json.loads(meta["info"]), json.loads(meta["rows"])
            points, offsets, jpegs = (arrays[key] for key in ("points", "offsets", "jpegs"))
            is_whole = meta["format"] == FORMAT and len(rows) == len(points) == len(offsets) - 1
            is_whole = is_whole and int(offsets[-1]) == len(jpegs)
        except FileNotFoundError as error:
            raise InputError(
                f"`pack` must be a file, but {file} does not exist. {_HINT}"
            ) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(f"{file} must be a whole packed data file. {_HINT}") from error
        if not is_whole:
            raise InputError(f"{file} must be a whole packed data file. {_HINT}")
        return cls(file, int(info["size"]), rows, info, points, offsets, jpegs)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> PackItem:
        row = self.rows[index]
        return PackItem(image=self.image(index), points=self.points(index), **row)

    def __reduce__(self):
        return Pack.open, (self.path,)  # workers map the file anew instead of copying it

    def image(self, index: int) -> Frame:
        """(S, S, 3) uint8 the crop of one face."""
        index = range(len(self))[index]
        data = self._jpegs[self._offsets[index] : self._offsets[index + 1]]
        image = cv2.imdecode(np.asarray(data), cv2.IMREAD_COLOR)
        if image is None or image.shape[0] != self.size:
            raise InputError(f"{self.path} is damaged at face {index}. {_HINT}")
        return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)

    def points(self, index: int) -> Points:
        """(478, 3) landmarks of one face, pixels of its crop."""
        return self._points[index].astype(np.float32) * (self.size / _STEPS)

    def all_points(self, indices: Sequence[int] | None = None) -> NDArray[np.float32]:
        """(N, 478, 3) landmarks of all faces, or of some."""
        rows = self._points if indices is None else self._points[list(indices)]
        return rows.astype(np.float32) * (self.size / _STEPS)

    def indices(self, split: str | None = None, sets: Iterable[str] | None = None) -> list[int]:
        """Rows of a split and of some sets; all where not given."""
        wanted = None if sets is None else set(sets)
        return [
            i
            for i, row in enumerate(self.rows)
            if split in (None, row["split"]) and (wanted is None or row["set"] in wanted)
        ]

    def by_person(self, split: str | None = None) -> dict[str, list[int]]:
        """Person to rows, in the order of the file."""
        people: dict[str, list[int]] = {}
        for index in self.indices(split):
            people.setdefault(self.rows[index]["person"], []).append(index)
        return people


def points_to_ints(points: NDArray, size: int) -> NDArray[np.int16]:
    """(..., 478, 3) pixels of a crop as they are kept in the file."""
    return np.clip(np.round(points * (_STEPS / size)), -32768, 32767).astype(np.int16)


def _map(file: Path) -> tuple[dict[str, NDArray], dict[str, str]]:
    """Arrays of a safetensors file, mapped, and its texts."""
    whole = file.stat().st_size
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if not 2 <= length <= whole - 8:
            raise ValueError("no header")
        header = json.loads(stream.read(length))
    meta = header.pop("__metadata__")
    arrays = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        dtype, shape = np.dtype(_KINDS[entry["dtype"]]), tuple(entry["shape"])
        if 8 + length + end > whole or end - begin != dtype.itemsize * int(np.prod(shape)):
            raise ValueError("cut off")
        arrays[name] = np.memmap(file, dtype, "r", 8 + length + begin, shape)
    return arrays, meta


_HINT = "Make one with `python -m reenact pack --data NAME=FOLDER -o FILE`."
