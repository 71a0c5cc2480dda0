"""The triangles of the face mesh."""

from collections import Counter
from itertools import combinations

import numpy as np

from reenact.geometry.regions import LEFT_EYE, LIPS_INNER, OVAL, RIGHT_EYE
from reenact.geometry.topology import (
    FACE_POINTS,
    eye_triangles,
    face_triangles,
    mouth_triangles,
)


def _border(triangles: np.ndarray) -> set[int]:
    uses = Counter(tuple(sorted(edge)) for t in triangles.tolist() for edge in combinations(t, 2))
    assert max(uses.values()) == 2
    return {point for edge, count in uses.items() if count == 1 for point in edge}


def test_skin_has_holes_at_the_eyes_and_the_mouth_only():
    triangles = face_triangles()
    assert triangles.shape == (852, 3)
    assert set(triangles.ravel()) == set(range(FACE_POINTS))
    assert _border(triangles) == {*OVAL, *LIPS_INNER, *RIGHT_EYE, *LEFT_EYE}


def test_strips_close_the_holes():
    closed = [
        face_triangles(),
        mouth_triangles(),
        eye_triangles(RIGHT_EYE),
        eye_triangles(LEFT_EYE),
    ]
    assert _border(np.concatenate(closed)) == set(OVAL)
