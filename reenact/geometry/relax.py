"""Moving a face mesh without folding it over."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reenact.geometry.regions import LEFT_EYE, LIPS_INNER, RIGHT_EYE
from reenact.geometry.topology import FACE_POINTS, face_triangles

_ROUNDS = 8
_SMALLEST = 0.08  # share of its area that a triangle keeps at least
_RETRACTIONS, _BACK = 16, 0.25
_FIXED = (*LIPS_INNER, *RIGHT_EYE, *LEFT_EYE)
"""Rims of the openings: they are where they shall be, the skin around them gives way."""


def unfold(source: NDArray, output: NDArray) -> NDArray[np.float32]:
    """The moved mesh, smoothed where it would fold over itself.

    Args:
        source: (478, 3) mesh at rest, pixels.
        output: (478, 3) the same mesh moved, in the same head pose.

    Returns:
        (478, 3) `output`, its points around folded triangles drawn towards the motion of their
        neighbors. Points away from folds, and the rims of eyes and mouth, are as they were.
    """
    triangles = face_triangles()
    area = _areas(source, triangles)
    # What is seen edge-on in the source says nothing about folding.
    is_seen = np.abs(area) > 0.1 * np.median(np.abs(area))
    move = (output - source)[:FACE_POINTS].astype(np.float32)
    rest = source[:FACE_POINTS].astype(np.float32)
    for _ in range(_ROUNDS):
        ratio = _areas(rest + move, triangles) / np.where(area == 0, 1.0, area)
        folded = triangles[is_seen & (ratio < _SMALLEST)]
        if not len(folded):
            break
        weight = np.zeros(FACE_POINTS, np.float32)
        weight[folded] = 1.0
        weight = np.maximum(weight, 0.5 * (_neighbors() @ weight > 0))
        weight[list(_FIXED)] = 0.0
        move += weight[:, None] * (_neighbors() @ move - move)
    result = output.astype(np.float32).copy()
    result[:FACE_POINTS] = rest + move
    return result


def retract(source: NDArray, output: NDArray) -> NDArray[np.float32]:
    """The moved mesh, taken back towards the source where it still lies folded over itself.

    Args:
        source: (478, 3) mesh at rest, pixels.
        output: (478, 3) the same mesh moved, in the same head pose.

    Returns:
        (478, 3) `output`; points of folded triangles, rims as well, and their neighbors go back as
        far as it takes. Points away from folds are as they were.
    """
    triangles = face_triangles()
    area = _areas(source, triangles)
    is_seen = np.abs(area) > 0.1 * np.median(np.abs(area))
    move = (output - source).astype(np.float32)
    for _ in range(_RETRACTIONS):
        ratio = _areas(source + move, triangles) / np.where(area == 0, 1.0, area)
        folded = triangles[is_seen & (ratio < 0)]
        if not len(folded):
            break
        weight = np.zeros(FACE_POINTS, np.float32)
        weight[folded] = 1.0
        weight = np.maximum(weight, 0.5 * (_neighbors() @ weight > 0))
        move[:FACE_POINTS] *= 1 - _BACK * weight[:, None]
    return (source + move).astype(np.float32)


def _areas(points: NDArray, triangles: NDArray) -> NDArray:
    """(N,) signed area of each triangle seen from the front, times two."""
    a, b, c = (points[triangles[:, i], :2] for i in range(3))
    one, two = b - a, c - a
    return one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]


@lru_cache(maxsize=1)
def _neighbors():
    """(468, 468) sparse: the mean over each point's neighbors."""
    from scipy.sparse import csr_matrix, diags

    triangles = face_triangles()
    pairs = np.concatenate([triangles[:, [i, j]] for i in range(3) for j in range(3) if i != j])
    pairs = np.unique(pairs, axis=0)
    ones = np.ones(len(pairs), np.float32)
    links = csr_matrix((ones, (pairs[:, 0], pairs[:, 1])), (FACE_POINTS, FACE_POINTS))
    count = np.asarray(links.sum(1)).ravel()
    return (diags(1.0 / count) @ links).astype(np.float32)
