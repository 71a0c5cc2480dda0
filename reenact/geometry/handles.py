"""Points that a hand can take hold of, and how their neighbors follow.

Distances are measured along the skin, where eyes and mouth are holes: who pulls the lower lip down
opens the mouth and does not pull the upper lip along.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reenact.errors import EditError
from reenact.geometry import regions
from reenact.geometry.canonical import eye_distance
from reenact.geometry.topology import FACE_POINTS, face_triangles

GROUPS: dict[str, tuple[int, ...]] = {
    "mouth": (*regions.LIPS_OUTER, *regions.LIPS_INNER),
    "upper lip": (0, 37, 39, 40, 185, 267, 269, 270, 409, 13, 82, 81, 80, 312, 311, 310),
    "lower lip": (17, 84, 181, 91, 146, 314, 405, 321, 375, 14, 87, 178, 88, 317, 402, 318),
    "right eye": (*regions.RIGHT_EYE, *regions.RIGHT_IRIS),
    "left eye": (*regions.LEFT_EYE, *regions.LEFT_IRIS),
    "right brow": regions.RIGHT_BROW,
    "left brow": regions.LEFT_BROW,
    "nose": (1, 2, 4, 5, 6, 45, 48, 64, 97, 98, 168, 195, 197, 275, 278, 294, 326, 327),
    "contour": regions.OVAL,
    "chin": (136, 148, 149, 150, 152, 176, 365, 377, 378, 379, 400),
    "irises": regions.IRISES,
}
"""Named groups of points; right and left are the person's own."""

HANDLES: tuple[int, ...] = tuple(
    sorted(
        {
            *regions.OVAL,
            *regions.LIPS_OUTER,
            *regions.LIPS_INNER,
            *(*regions.RIGHT_EYE, *regions.LEFT_EYE, *regions.RIGHT_BROW, *regions.LEFT_BROW),
            *GROUPS["nose"],
            *(468, 473),
            *(50, 280, 205, 425, 101, 330, 151, 9, 69, 299, 104, 333, 207, 427),
        }
    )
)
"""Points that are drawn and can be dragged one by one: contours, and a few on cheeks and brow."""

MAX_RADIUS = 1.0


def follow(mesh: NDArray, held: Sequence[int], radius: float) -> NDArray[np.float64]:
    """How much each point goes along with those that are held.

    Args:
        mesh: (478, 3) the face, any unit.
        held: indices of the points that are held; they follow wholly.
        radius: where the skin stops to follow, outer eye corner distances.

    Returns:
        (478,) 1 at the held points, falling smoothly to 0 at the radius. An iris follows where its
        own center is held, or where its whole eye is.

    Raises:
        EditError: no such point, or a radius out of range.
    """
    held = check_held(held)
    if not 0 <= radius <= MAX_RADIUS:
        raise EditError(f"`radius` must be 0 to {MAX_RADIUS:g} eye distances, got {radius:g}.")
    weight = np.zeros(len(mesh))
    skin = [index for index in held if index < FACE_POINTS]
    if skin and radius > 0:
        away = _along_skin(mesh, skin, radius * eye_distance(mesh)) / eye_distance(mesh)
        weight[:FACE_POINTS] = _wendland(away / radius)
    weight[held] = 1.0
    _irises_whole(weight, set(held))
    return weight


def move(
    mesh: NDArray,
    held: Sequence[int],
    shift: NDArray,
    radius: float,
    mirror: NDArray | None = None,
) -> NDArray[np.float64]:
    """How far each point of a canonical mesh moves when some of its points are dragged.

    Args:
        mesh: (478, 3) canonical mesh.
        held: indices of the points that are dragged.
        shift: (2,) or (3,) how far, eye distances.
        radius: see `follow`.
        mirror: (478,) mirror images of the points; given, the other side does the same. Points on
            the middle line then stay on it, and both eyes look the same way.

    Returns:
        (478, 3) movement.
    """
    shift = np.append(np.asarray(shift, np.float64), 0.0)[:3]
    weight = follow(mesh, held, radius)
    if mirror is None:
        return weight[:, None] * shift
    other = weight[mirror]
    flipped = shift * (-1, 1, 1)
    both = np.maximum(weight, other)
    total = np.maximum(weight + other, 1e-9)
    mix = (weight[:, None] * shift + other[:, None] * flipped) / total[:, None]
    moved = both[:, None] * mix
    irises = list(regions.IRISES)
    if set(held) <= set(irises):
        moved[irises] = shift
    return moved


def check_held(held: Sequence[int]) -> list[int]:
    """The indices as a list, or a clear error."""
    chosen = [int(index) for index in held]
    if not chosen:
        raise EditError("Nothing is selected. Select a point or a group first.")
    wrong = [index for index in chosen if not 0 <= index < regions.POINT_COUNT]
    if wrong:
        last = regions.POINT_COUNT - 1
        raise EditError(f"Points must be 0 to {last}, got {wrong[0]}. Reload the page.")
    return chosen


def _irises_whole(weight: NDArray, held: set[int]) -> None:
    """Irises move as a whole or not at all, in place."""
    for eye, iris in (
        (regions.RIGHT_EYE, regions.RIGHT_IRIS),
        (regions.LEFT_EYE, regions.LEFT_IRIS),
    ):
        share = 1.0 if held & set(iris) else float(weight[list(eye)].min())
        weight[list(iris)] = share


def _along_skin(mesh: NDArray, start: list[int], limit: float) -> NDArray[np.float64]:
    """(468,) shortest way along the edges from any of the points; infinite beyond the limit."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    first, second = _edges().T
    length = np.linalg.norm(mesh[first] - mesh[second], axis=1) + 1e-9
    graph = csr_matrix((length, (first, second)), (FACE_POINTS, FACE_POINTS))
    return dijkstra(graph, directed=False, indices=start, limit=limit, min_only=True)


@lru_cache(maxsize=1)
def _edges() -> NDArray[np.int64]:
    """(E, 2) each edge of the skin once; the diagonals of the triangles' neighbors as well."""
    triangles = face_triangles().astype(np.int64)
    pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    return np.unique(np.sort(pairs, axis=1), axis=0)


def _wendland(ratio: NDArray) -> NDArray[np.float64]:
    near = np.minimum(np.nan_to_num(ratio, posinf=1.0), 1.0)
    return (1 - near) ** 4 * (4 * near + 1)
