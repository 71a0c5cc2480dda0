"""Landmark schemes, and points of one scheme as points of another.

| Scheme | Points | Where it is used |
|---|---|---|
| `mediapipe478` | 478 | here, everywhere |
| `ibug68` | 68 | dlib, 300-W, G2-GAN, LandmarkGAN, GC-GAN |
| `face106` | 106 | FReeNet (HyperLandmark's order: contour, brows, nose, eyes, lips, pupils) |

From 478 points to fewer is exact: fixed vertices, or fixed mixtures of two. From fewer to 478 is
a guess: a neutral mean face is laid on the points and bent smoothly until it goes through them,
so what the points do not show (cheeks, forehead, irises of ibug68) is that of the mean face.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reenact.errors import ShapeError, UnknownNameError
from reenact.face.scheme_tables import FACE106_OTHERS, IBUG68, mean_mesh
from reenact.geometry import regions
from reenact.types import Points


@dataclass(frozen=True)
class Scheme:
    """A way to place landmarks on a face.

    Attributes:
        name: of the scheme.
        count: number of points.
        parts: point indices by part; left and right are the person's own, so the `right_eye` is
            on the left of the picture.
    """

    name: str
    count: int
    parts: dict[str, tuple[int, ...]]


def _span(first: int, end: int) -> tuple[int, ...]:
    return tuple(range(first, end))


SCHEMES: dict[str, Scheme] = {
    "mediapipe478": Scheme(
        "mediapipe478",
        478,
        {
            "contour": regions.OVAL,
            "right_brow": regions.RIGHT_BROW,
            "left_brow": regions.LEFT_BROW,
            "nose": (*regions.NOSE_BRIDGE, regions.NOSE_TIP, 64, 98, 97, 2, 326, 327, 294),
            "right_eye": regions.RIGHT_EYE,
            "left_eye": regions.LEFT_EYE,
            "right_pupil": regions.RIGHT_IRIS[:1],
            "left_pupil": regions.LEFT_IRIS[:1],
            "mouth": (*regions.LIPS_OUTER, *regions.LIPS_INNER),
        },
    ),
    "ibug68": Scheme(
        "ibug68",
        68,
        {
            "contour": _span(0, 17),
            "right_brow": _span(17, 22),
            "left_brow": _span(22, 27),
            "nose": _span(27, 36),
            "right_eye": _span(36, 42),
            "left_eye": _span(42, 48),
            "mouth": _span(48, 68),
        },
    ),
    "face106": Scheme(
        "face106",
        106,
        {
            "contour": _span(0, 33),
            "right_brow": (*_span(33, 38), *_span(64, 68)),
            "left_brow": (*_span(38, 43), *_span(68, 72)),
            "nose": (*_span(43, 52), *_span(78, 84)),
            "right_eye": (*_span(52, 58), 72, 73),
            "left_eye": (*_span(58, 64), 75, 76),
            "right_pupil": (74, 104),
            "left_pupil": (77, 105),
            "mouth": _span(84, 104),
        },
    ),
}

# ibug68's points in face106: every second contour point, then one to one but for brow edges.
IBUG68_IN_FACE106 = (*range(0, 33, 2), *range(33, 52), *range(52, 64), *range(84, 104))


def scheme_of(name: str) -> Scheme:
    """The scheme of a name, or `UnknownNameError` with the closest one."""
    if name not in SCHEMES:
        raise UnknownNameError("landmark scheme", name, SCHEMES)
    return SCHEMES[name]


def check_points(points: NDArray, scheme: str) -> Points:
    """Points of a scheme as float32, or a clear error.

    Args:
        points: (K, 2) or (K, 3).
        scheme: its name.

    Raises:
        ShapeError: wrong count or columns, NaN or infinity.
    """
    count = scheme_of(scheme).count
    array = np.asarray(points, np.float32)
    if array.shape not in ((count, 2), (count, 3)):
        raise ShapeError(
            f"`points` of {scheme} must be ({count}, 2) or ({count}, 3), got {array.shape}."
        )
    if not np.isfinite(array).all():
        raise ShapeError("`points` must be finite numbers, got NaN or infinity.")
    return array


def convert(points: NDArray, source_scheme: str, target_scheme: str) -> Points:
    """Points of one scheme as points of another.

    Args:
        points: (K, 2) or (K, 3) pixels.
        source_scheme: scheme of `points`.
        target_scheme: scheme wanted.

    Returns:
        Points of the target scheme, with the columns of `points`; (478, 3) for `mediapipe478`
        from fewer points (z in pixels, by the head pose that the points show).

    Raises:
        ShapeError, UnknownNameError: see `check_points`.
    """
    array = check_points(points, source_scheme)
    scheme_of(target_scheme)
    if source_scheme == target_scheme:
        return array.copy()
    if source_scheme == "mediapipe478":
        return (_matrix(target_scheme) @ array).astype(np.float32)
    if (source_scheme, target_scheme) == ("face106", "ibug68"):
        return array[list(IBUG68_IN_FACE106)]
    mesh = _bent_mean(array, source_scheme)
    if target_scheme == "mediapipe478":
        return mesh
    others = (_matrix("face106") @ mesh)[:, : array.shape[1]].astype(np.float32)
    others[list(IBUG68_IN_FACE106)] = array
    return others


def spread_shift(shift: NDArray, scheme: str) -> NDArray[np.float32]:
    """How a whole mesh moves when some of its points do: smoothly, lips and lids on their own.

    Args:
        shift: (K, 2) of the scheme's points, pixels.
        scheme: of the points.

    Returns:
        (478, 2) pixels; the scheme's points of a mesh moved by it have moved by `shift`.
    """
    if shift.shape != (scheme_of(scheme).count, 2):
        raise ShapeError(f"`shift` must be ({scheme_of(scheme).count}, 2), got {shift.shape}.")
    if scheme == "mediapipe478":
        return np.array(shift, np.float32)
    return (_spreader(scheme) @ shift.astype(np.float64)).astype(np.float32)


def mirror_order(scheme: str) -> NDArray[np.intp]:
    """For each point of a mirrored picture, the index of the point it was: (K,).

    `mirrored = flipped[mirror_order(scheme)]`, where `flipped` has its x turned over. The order
    undoes itself.
    """
    return _mirror_order(scheme_of(scheme).name).copy()


def mirror(points: NDArray, width: int, scheme: str) -> Points:
    """The points in the horizontally mirrored picture.

    Args:
        points: (K, 2) or (K, 3) pixels.
        width: of the picture, pixels.
        scheme: of the points.
    """
    flipped = check_points(points, scheme).copy()
    flipped[:, 0] = width - 1 - flipped[:, 0]
    return flipped[_mirror_order(scheme)]


@lru_cache(maxsize=8)
def _mirror_order(scheme: str) -> NDArray[np.intp]:
    mean = mean_mesh() if scheme == "mediapipe478" else _matrix(scheme) @ mean_mesh()
    if scheme == "face106":
        mean[104:, 2] += 1  # the pupils are listed twice
    gap = np.abs(mean[:, None] * (-1, 1, 1) - mean[None]).sum(axis=-1)
    return gap.argmin(axis=1)


@lru_cache(maxsize=4)
def _matrix(scheme: str) -> NDArray[np.float64]:
    """(K, 478) weights that make a scheme's points of a mesh."""
    rows = np.zeros((len(IBUG68), 478))
    for row, (first, second, share) in zip(rows, IBUG68, strict=True):
        row[first] += share
        row[second] += 1 - share
    if scheme == "ibug68":
        return rows
    full = np.zeros((106, 478))
    full[list(IBUG68_IN_FACE106)] = rows
    full[1:32:2] = (full[0:31:2] + full[2:33:2]) / 2  # the contour between ibug68's points
    for index, (first, second, share) in FACE106_OTHERS.items():
        full[index] = 0
        full[index, first] += share
        full[index, second] += 1 - share
    return full


def _bent_mean(points: Points, scheme: str) -> Points:
    """(478, 3) the mean face through the points of a scheme."""
    there = points[:, :2].astype(np.float64)
    mean = mean_mesh()
    here = _matrix(scheme) @ mean
    laid = _laid(mean, here - here.mean(axis=0), there - there.mean(axis=0))
    laid += (*(there.mean(axis=0) - (_matrix(scheme) @ laid).mean(axis=0)[:2]), 0.0)
    gaps = there - (_matrix(scheme) @ laid)[:, :2]
    laid[:, :2] += _spreader(scheme) @ gaps
    return laid.astype(np.float32)


def _laid(mean: NDArray, here: NDArray, there: NDArray) -> NDArray[np.float64]:
    """The mean face turned and scaled so that centered points come to their pictures."""
    size = max(float(np.sqrt((there**2).sum() / (here[:, :2] ** 2).sum())), 1e-9)
    # A little of the frontal view steadies the depth, which flat points hardly show.
    ridge = 0.05 * len(here) * (here**2).mean()
    front = size * np.eye(3)[:2]
    view = np.linalg.solve(here.T @ here + ridge * np.eye(3), here.T @ there + ridge * front.T).T
    u, scales, vt = np.linalg.svd(view, full_matrices=False)
    turn = u @ vt
    turn = np.vstack([turn, np.cross(turn[0], turn[1])])
    return mean @ turn.T * max(float(scales.mean()), 1e-9)


@lru_cache(maxsize=2)
def _spreader(scheme: str) -> NDArray[np.float64]:
    """(478, K) how far each vertex follows a gap at each point: a biharmonic spline with drift."""
    places = mean_mesh()
    # Lips and lids that touch on the mean face are kept apart, as they move against each other.
    apart = np.zeros((len(places), 1))
    for part in (regions.LIPS_OUTER, regions.LIPS_INNER, regions.RIGHT_EYE, regions.LEFT_EYE):
        half = len(part) // 2
        apart[list(part[1:half])] = 0.15
        apart[list(part[half + 1 :])] = -0.15
    places = np.hstack([places, apart])
    matrix = _matrix(scheme)
    kernel = np.linalg.norm(places[:, None] - (matrix @ places)[None], axis=-1)
    drift = np.hstack([np.ones((len(places), 1)), places[:, :2]])
    count = len(matrix)
    system = np.zeros((count + 3, count + 3))
    system[:count, :count] = matrix @ kernel - 1e-4 * np.eye(count)  # -r is positive, so minus
    system[:count, count:] = matrix @ drift
    system[count:, :count] = system[:count, count:].T
    solved = np.linalg.lstsq(system, np.eye(count + 3)[:, :count], rcond=1e-10)[0]
    return np.hstack([kernel, drift]) @ solved
