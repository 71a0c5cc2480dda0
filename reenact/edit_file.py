"""The edits file: landmarks that a person moved, as data.

    {"version": 1, "scheme": "mediapipe478", "points": [[-0.12, 0.05], ...]}

Points are normalized to the source picture: -1 and 1 are the centers of its edge pixels, so the
file fits the picture at any size. Version 2 may say more, all of it optional:

    "head":   {"yaw": 8, "pitch": 0, "roll": -3}   degrees that the head turns by, after the points
    "source": [[x, y, z], ...]                     where the 478 points were before the edit
    "size":   [height, width]                      of the picture that it was made on

With `source` and `size` the file is an expression: on another face it moves that face's own points
as it moved those. z is in units of half the width.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reenact.errors import EditError, UnknownNameError
from reenact.files import atomic_path, check_can_write, require_file
from reenact.types import HeadPose, Points

VERSIONS = (1, 2)
EDIT_SUFFIXES = (".json",)
SCHEME_COUNTS = {"mediapipe478": 478, "ibug68": 68, "face106": 106}
"""Schemes that an edits file may use, and how many points each has."""

MAX_TURN = 60.0
MAX_FILE_BYTES = 2_000_000


@dataclass(frozen=True)
class Edit:
    """What an edits file says.

    Attributes:
        points: (K, 2) normalized points, where the head does not turn.
        scheme: which landmarks they are.
        head: degrees that the head turns by on top of that; None for not at all.
        source: (478, 3) normalized points before the edit, where they are known.
        size: (height, width) of the picture that the edit was made on, where it is known.
    """

    points: NDArray[np.float64]
    scheme: str
    head: HeadPose | None = None
    source: NDArray[np.float64] | None = None
    size: tuple[int, int] | None = None

    def pixels(self, size: tuple[int, int]) -> NDArray[np.float64]:
        """(K, 2) the points in pixels of a picture of this (height, width)."""
        return to_pixels(self.points, size)


def to_pixels(points: NDArray, size: tuple[int, int]) -> NDArray[np.float64]:
    """(K, 2) or (K, 3) normalized points in pixels of a picture of this (height, width)."""
    height, width = size
    end = np.array([width - 1, height - 1], np.float64)
    pixels = (points[:, :2] + 1) / 2 * end
    if points.shape[1] == 2:
        return pixels
    return np.column_stack([pixels, points[:, 2] * end[0] / 2])


def from_pixels(points: Points, size: tuple[int, int]) -> NDArray[np.float64]:
    """The other way, as it is written: six decimals."""
    height, width = size
    given = np.asarray(points, np.float64)
    normalized = given[:, :2] / (width - 1, height - 1) * 2 - 1
    if given.shape[1] == 3:
        normalized = np.column_stack([normalized, given[:, 2] * 2 / (width - 1)])
    return normalized.round(6)


def load_edit(path: str | Path) -> Edit:
    """Read an edits file.

    Raises:
        EditError: it is not what it must be, with one line that says why.
    """
    file = require_file(path, "edits", EditError)
    label = f"`edits` ('{file.name}')"
    if file.stat().st_size > MAX_FILE_BYTES:
        got = f"{file.stat().st_size / 1e6:.0f} MB"
        raise EditError(f"{label} must be a JSON file of at most 2 MB, got {got}. Save it again.")
    try:
        data = json.loads(file.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        where = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "its bytes"
        message = f"{label} must be a JSON file, got something else (see {where}). Save it again."
        raise EditError(message) from error
    return parse_edit(data, label)


def parse_edit(data: Any, label: str = "`edits`") -> Edit:
    """The edit in what `json.loads` gave.

    Raises:
        EditError: it is not what it must be.
    """
    if not isinstance(data, dict):
        raise EditError(f"{label} must be a JSON object with `points`, got {_kind(data)}.")
    version = data.get("version", 1)
    if isinstance(version, bool) or version not in VERSIONS:
        raise EditError(
            f"{label} must have version {' or '.join(map(str, VERSIONS))}, got {version!r:.40}. "
            "Save it again with this version of the program."
        )
    scheme = data.get("scheme")
    if not isinstance(scheme, str) or scheme not in SCHEME_COUNTS:
        raise EditError(f"{label}: {UnknownNameError('scheme', str(scheme), SCHEME_COUNTS)}")
    if "points" not in data:
        raise EditError(f"{label} must have `points`, got only {', '.join(sorted(data))}.")
    points = _points(data["points"], "points", SCHEME_COUNTS[scheme], 2, f"for {scheme}", label)
    if version == 1:
        return Edit(points, scheme)
    source, size = data.get("source"), _size(data.get("size"), label)
    if source is not None:
        source = _points(source, "source", 478, 3, "of the face before the edit", label)
    return Edit(points, scheme, _head(data.get("head"), label), source, size)


def save_edit(path: str | Path, points: Points, scheme: str, size: tuple[int, int]) -> None:
    """Write an edits file.

    Args:
        path: where; it ends in .json.
        points: (K, 2) or (K, 3) in pixels of the source picture.
        scheme: which landmarks they are, a key of `SCHEME_COUNTS`.
        size: (height, width) of the source picture.

    Raises:
        EditError: the points are not those of the scheme, or not finite.
        OutputError: the file cannot be written.
    """
    write_edit(path, parse_edit(edit_data(points, scheme, size)))


def write_edit(path: str | Path, edit: Edit) -> None:
    """Write an edit as a file.

    Raises:
        EditError, OutputError: see `save_edit`.
    """
    target = check_can_write(path, EDIT_SUFFIXES)
    data = as_data(edit)
    parse_edit(data)
    with atomic_path(target) as unfinished:
        unfinished.write_text(json.dumps(data), encoding="utf-8")


def edit_data(points: Points, scheme: str, size: tuple[int, int]) -> dict[str, Any]:
    """What `save_edit` writes."""
    normalized = from_pixels(np.asarray(points, np.float64)[:, :2], size)
    data = {"version": 1, "scheme": scheme, "points": normalized.tolist()}
    parse_edit(data)
    return data


def as_data(edit: Edit) -> dict[str, Any]:
    """An edit as `json.dumps` takes it; `parse_edit` gives the same edit back."""
    data: dict[str, Any] = {"version": 1, "scheme": edit.scheme, "points": edit.points.tolist()}
    more: dict[str, Any] = {}
    if edit.head is not None:
        more["head"] = {a: getattr(edit.head, a) for a in ("yaw", "pitch", "roll")}
    if edit.source is not None:
        more["source"] = edit.source.tolist()
    if edit.size is not None:
        more["size"] = list(edit.size)
    return data | {"version": 2} | more if more else data


def _points(
    given: Any, key: str, count: int, axes: int, what: str, label: str
) -> NDArray[np.float64]:
    noun = "point" if key == "points" else f"{key} point"
    if not isinstance(given, list):
        raise EditError(f"{label} must have a list of `{key}`, got {_kind(given)}.")
    if len(given) != count:
        raise EditError(f"{label} must have {count} {noun}s {what}, got {len(given)}.")
    form, words = ("[x, y]", "two") if axes == 2 else ("[x, y, z]", "three")
    for index, point in enumerate(given):
        if not isinstance(point, list) or len(point) != axes:
            got = f"{len(point)} numbers" if isinstance(point, list) else _kind(point)
            raise EditError(f"{label}: {noun} {index} must be {form}, got {got}.")
        for value in point:
            if isinstance(value, bool) or not isinstance(value, int | float):
                got = _kind(value)
                raise EditError(f"{label}: {noun} {index} must be {words} numbers, got {got}.")
            if not -1e6 < value < 1e6:  # also false for NaN, and for whole numbers too long
                got = "NaN" if value != value else "infinity or a number too large"
                raise EditError(f"{label}: {noun} {index} must be finite numbers, got {got}.")
    return np.array(given, np.float64)


def _head(given: Any, label: str) -> HeadPose | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        raise EditError(f"{label}: `head` must be yaw, pitch and roll, got {_kind(given)}.")
    angles = {}
    for axis in ("yaw", "pitch", "roll"):
        value = given.get(axis, 0)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not -MAX_TURN <= value <= MAX_TURN:
            got = value if is_number else _kind(value)
            limit = f"-{MAX_TURN:g} to {MAX_TURN:g} degrees"
            raise EditError(f"{label}: `head` {axis} must be {limit}, got {got}.")
        angles[axis] = float(value)
    return HeadPose(**angles) if any(angles.values()) else None


def _size(given: Any, label: str) -> tuple[int, int] | None:
    if given is None:
        return None
    numbers = given if isinstance(given, list) and len(given) == 2 else [None]
    for side in numbers:
        if isinstance(side, bool) or not isinstance(side, int) or not 2 <= side <= 100_000:
            raise EditError(
                f"{label}: `size` must be [height, width] in pixels, got {given!r:.40}."
            )
    return int(numbers[0]), int(numbers[1])


def _kind(value: Any) -> str:
    """What a JSON value is, in words."""
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false"}
    return names.get(type(value), "nothing" if value is None else "a number")
