"""Landmarks that a person moved: the edits file, and the picture that follows from it.

    {"version": 1, "scheme": "mediapipe478", "points": [[-0.12, 0.05], ...]}

Points are normalized to the source picture: -1 and 1 are the centers of its edge pixels, so the
file fits the picture at any size.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reenact.base import Method
from reenact.errors import EditError, UnknownNameError
from reenact.files import atomic_path, check_can_write, require_file
from reenact.types import Frame, Options, Points, Result

VERSION = 1
EDIT_SUFFIXES = (".json",)
SCHEME_COUNTS = {"mediapipe478": 478, "ibug68": 68, "face106": 106}
"""Schemes that an edits file may use, and how many points each has."""

_REACH = 0.6
"""How far a moved point pulls its neighbors, in outer eye corner distances."""

_STILL_PX = 0.01
_OWN_PLACE_PX = 2.0


@dataclass(frozen=True)
class Edit:
    """What an edits file says.

    Attributes:
        points: (K, 2) normalized points.
        scheme: which landmarks they are.
    """

    points: NDArray[np.float64]
    scheme: str

    def pixels(self, size: tuple[int, int]) -> NDArray[np.float64]:
        """(K, 2) the points in pixels of a picture of this (height, width)."""
        height, width = size
        return (self.points + 1) / 2 * (width - 1, height - 1)


def load_edit(path: str | Path) -> Edit:
    """Read an edits file.

    Raises:
        EditError: it is not what it must be, with one line that says why.
    """
    file = require_file(path, "edits", EditError)
    label = f"`edits` ('{file.name}')"
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
    version = data.get("version", VERSION)
    if version != VERSION or isinstance(version, bool):
        raise EditError(
            f"{label} must have version {VERSION}, got {version!r:.40}. "
            "Save it again with this version of the program."
        )
    scheme = data.get("scheme")
    if not isinstance(scheme, str) or scheme not in SCHEME_COUNTS:
        raise EditError(f"{label}: {UnknownNameError('scheme', str(scheme), SCHEME_COUNTS)}")
    if "points" not in data:
        raise EditError(f"{label} must have `points`, got only {', '.join(sorted(data))}.")
    return Edit(_parse_points(data["points"], SCHEME_COUNTS[scheme], scheme, label), scheme)


def _parse_points(given: Any, count: int, scheme: str, label: str) -> NDArray[np.float64]:
    if not isinstance(given, list):
        raise EditError(f"{label} must have a list of `points`, got {_kind(given)}.")
    if len(given) != count:
        raise EditError(f"{label} must have {count} points for {scheme}, got {len(given)}.")
    for index, point in enumerate(given):
        if not isinstance(point, list) or len(point) != 2:
            got = f"{len(point)} numbers" if isinstance(point, list) else _kind(point)
            raise EditError(f"{label}: point {index} must be [x, y], got {got}.")
        for value in point:
            if isinstance(value, bool) or not isinstance(value, int | float):
                got = _kind(value)
                raise EditError(f"{label}: point {index} must be two numbers, got {got}.")
            if not -1e6 < value < 1e6:  # also false for NaN, and for whole numbers too long
                got = "NaN" if value != value else "infinity or a number too large"
                raise EditError(f"{label}: point {index} must be finite numbers, got {got}.")
    return np.array(given, np.float64)


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
    target = check_can_write(path, EDIT_SUFFIXES)
    data = edit_data(points, scheme, size)
    with atomic_path(target) as unfinished:
        unfinished.write_text(json.dumps(data), encoding="utf-8")


def edit_data(points: Points, scheme: str, size: tuple[int, int]) -> dict[str, Any]:
    """What `save_edit` writes."""
    height, width = size
    normalized = np.asarray(points, np.float64)[:, :2] / (width - 1, height - 1) * 2 - 1
    data = {"version": VERSION, "scheme": scheme, "points": normalized.round(6).tolist()}
    parse_edit(data)
    return data


def edit(
    source: Any,
    edits: Edit | str | Path,
    method: str | Method = "warp",
    *,
    options: Options | None = None,
    face: int | None = None,
) -> Result:
    """The source picture with its landmarks where a person put them.

    Args:
        source: picture: path, PIL image or (H, W, 3) uint8 array.
        edits: an edits file, or what `load_edit` gave.
        method: a name, or a method made by `create`.
        face: which face of the source, from left to right; None for the largest.

    Raises:
        ReenactError: with one line that says what must be true.
    """
    from reenact.images import load_picture
    from reenact.pipeline import Reenactor

    wanted = edits if isinstance(edits, Edit) else load_edit(edits)
    frame = load_picture(source, name="source")
    reenactor = Reenactor(frame, method, options=options, face=face)
    return reenactor.edit(moved_mesh(reenactor.face.points, wanted, frame))


def moved_mesh(mesh: Points, wanted: Edit, frame: Frame) -> Points:
    """The source's mesh with the edited points where the edit says.

    Args:
        mesh: (478, 3) the source's own landmarks, pixels.
        wanted: the edit; other schemes than mediapipe478 pull the mesh points around theirs.
        frame: (H, W, 3) the source picture.

    Returns:
        (478, 3) pixels; depth stays.

    Raises:
        EditError: a point was moved out of the picture.
    """
    own = scheme_points(mesh, wanted.scheme)
    there = wanted.pixels(frame.shape[:2])
    check_inside(there, own, frame.shape[:2])
    shift = there - own
    shift[np.hypot(*shift.T) < _STILL_PX] = 0
    if wanted.scheme != "mediapipe478":
        shift = spread(own, shift, mesh[:, :2], reach=_REACH * _eye_distance(mesh))
    moved = mesh.astype(np.float32, copy=True)
    moved[:, :2] += shift
    return moved


def scheme_points(mesh: Points, scheme: str) -> NDArray[np.float64]:
    """(K, 2) the points of a scheme on a mediapipe478 mesh."""
    if scheme == "mediapipe478":
        return mesh[:, :2].astype(np.float64)
    from reenact.face import schemes

    return np.asarray(schemes.convert(mesh, "mediapipe478", scheme), np.float64)[:, :2]


def check_inside(there: NDArray, own: NDArray, size: tuple[int, int]) -> None:
    """Refuse points outside of the picture, but for those that lie there from the beginning.

    Args:
        there, own: (K, 2) edited and original points, pixels.
        size: (height, width) of the picture.

    Raises:
        EditError: naming the first such point.
    """
    end = np.array(size[::-1]) - 1
    is_outside = ((there < -0.5) | (there > end + 0.5)).any(axis=1)
    is_moved = np.hypot(*(there - own).T) > _OWN_PLACE_PX
    for index in np.flatnonzero(is_outside & is_moved):
        x, y = there[index] / end * 2 - 1
        raise EditError(
            f"`edits`: point {index} must lie in the picture (-1 to 1), got ({x:.3g}, {y:.3g}). "
            "Move it back."
        )


def spread(known: NDArray, shift: NDArray, points: NDArray, *, reach: float) -> NDArray[np.float64]:
    """Shifts of points between those whose shift is known: smooth, exact there, nothing far away.

    Radial basis functions of Wendland's C2 kind, which end at `reach`.

    Args:
        known: (K, 2) points whose shift is known.
        shift: (K, 2) their shift.
        points: (N, 2) points to shift.
        reach: how far a point pulls its neighbors, in the unit of the points.

    Returns:
        (N, 2) shifts.
    """
    gap = np.linalg.norm(known[:, None] - known[None], axis=-1)
    # Two known points on one another (a scheme may name one twice) would have no solution.
    matrix = _wendland(gap / reach) + 1e-9 * np.eye(len(known))
    weights = np.linalg.solve(matrix, shift)
    away = np.linalg.norm(points[:, None] - known[None], axis=-1)
    return _wendland(away / reach) @ weights


def _wendland(ratio: NDArray) -> NDArray:
    return np.maximum(1 - ratio, 0) ** 4 * (4 * ratio + 1)


def _eye_distance(mesh: Points) -> float:
    from reenact.geometry.canonical import eye_distance

    return eye_distance(mesh)


def _kind(value: Any) -> str:
    """What a JSON value is, in words."""
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false"}
    return names.get(type(value), "nothing" if value is None else "a number")
