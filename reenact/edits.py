"""Landmarks that a person moved, and the picture that follows from them.

An edit comes from a file (`edit_file.py`), from the editor (`editing.py`) or from a program. The
app, the API and the command line all go through `render_edit`, so one edit gives one picture.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reenact.base import Method
from reenact.edit_file import (
    EDIT_SUFFIXES,
    SCHEME_COUNTS,
    Edit,
    as_data,
    edit_data,
    load_edit,
    parse_edit,
    save_edit,
    to_pixels,
    write_edit,
)
from reenact.errors import EditError
from reenact.registry import DEFAULT
from reenact.types import Frame, Options, Points, Result

if TYPE_CHECKING:
    from reenact.pipeline import Reenactor

__all__ = [
    "EDIT_SUFFIXES",
    "SCHEME_COUNTS",
    "Edit",
    "as_data",
    "check_inside",
    "edit",
    "edit_data",
    "load_edit",
    "moved_mesh",
    "parse_edit",
    "render_edit",
    "save_edit",
    "scheme_points",
    "spread",
    "write_edit",
]

_REACH = 0.6
"""How far a moved point pulls its neighbors, in outer eye corner distances."""

_STILL_PX = 0.01
_OWN_PLACE_PX = 2.0
_SAME_FACE = 0.015  # mean distance, outer eye corner distances, of one face found twice
OTHER_FACE = "The edit was made on another face: its expression is put on this one."


def edit(
    source: Any,
    edits: Edit | str | Path,
    method: str | Method = DEFAULT,
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
    from reenact.people import by_name
    from reenact.pipeline import Reenactor
    from reenact.registry import create

    wanted = edits if isinstance(edits, Edit) else load_edit(edits)
    method = create(method) if isinstance(method, str) else method
    frame = load_picture(by_name(source, method), name="source")
    return render_edit(Reenactor(frame, method, options=options, face=face), wanted)


def render_edit(reenactor: Reenactor, wanted: Edit) -> Result:
    """An edit on a source that is encoded already.

    Raises:
        EditError: a point was moved out of the picture.
    """
    mesh = moved_mesh(reenactor.face.points, wanted, reenactor.source)
    result = reenactor.edit(mesh, wanted.head)
    if is_of_another_face(reenactor.face.points, wanted, reenactor.source.shape[:2]):
        result.notes.append(OTHER_FACE)
    return result


def moved_mesh(mesh: Points, wanted: Edit, frame: Frame) -> Points:
    """The source's mesh with the edited points where the edit says.

    Args:
        mesh: (478, 3) the source's own landmarks, pixels.
        wanted: the edit; other schemes than mediapipe478 pull the mesh points around theirs. One
            that was made on another face moves the points as it moved that face's.
        frame: (H, W, 3) the source picture.

    Returns:
        (478, 3) pixels; depth stays.

    Raises:
        EditError: a point was moved out of the picture.
    """
    size = frame.shape[:2]
    own = scheme_points(mesh, wanted.scheme)
    if is_of_another_face(mesh, wanted, size):
        there = own + _transferred(mesh, wanted)
    else:
        there = wanted.pixels(size)
    check_inside(there, own, size)
    shift = there - own
    shift[np.hypot(*shift.T) < _STILL_PX] = 0
    if wanted.scheme != "mediapipe478":
        shift = spread(own, shift, mesh[:, :2], reach=_REACH * _eye_distance(mesh))
    moved = mesh.astype(np.float32, copy=True)
    moved[:, :2] += shift
    return moved


def is_of_another_face(mesh: Points, wanted: Edit, size: tuple[int, int]) -> bool:
    """Whether the edit says which face it was made on, and it is not this one."""
    if wanted.source is None:
        return False
    away = to_pixels(wanted.source, size)[:, :2] - mesh[:, :2]
    return float(np.hypot(*away.T).mean()) > _SAME_FACE * _eye_distance(mesh)


def _transferred(mesh: Points, wanted: Edit) -> NDArray[np.float64]:
    """(K, 2) pixels: how the edit moves the points of a face that it was not made on."""
    from reenact.geometry.canonical import canonicalize, check_mesh
    from reenact.geometry.expression import ExpressionModel
    from reenact.geometry.shape_model import ShapeModel

    mean = ExpressionModel.load().mean
    size = wanted.size or (1000, 1000)
    before = to_pixels(wanted.source, size)
    theirs, placement = canonicalize(before, mean)
    own, here = canonicalize(check_mesh(mesh), mean)
    shift = wanted.pixels(size) - scheme_points(before, wanted.scheme)
    if wanted.scheme != "mediapipe478":
        shift = spread(
            scheme_points(before, wanted.scheme),
            shift,
            before[:, :2],
            reach=_REACH * _eye_distance(before),
        )
    after = before + np.column_stack([shift, np.zeros(len(shift))])
    move = placement.undo(after) - theirs
    moved = here.apply(ShapeModel.load().constrain(own, own + move))
    return scheme_points(moved, wanted.scheme) - scheme_points(here.apply(own), wanted.scheme)


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
