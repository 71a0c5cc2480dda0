"""A moved mesh does not fold over."""

import numpy as np

from reenact.geometry.expression import ExpressionModel
from reenact.geometry.regions import LIPS_INNER
from reenact.geometry.relax import _areas, unfold
from reenact.geometry.topology import face_triangles


def _face() -> np.ndarray:
    return (ExpressionModel.load().mean * 200 + 300).astype(np.float32)


def _folds(source: np.ndarray, output: np.ndarray) -> int:
    triangles = face_triangles()
    area = _areas(source, triangles)
    seen = np.abs(area) > 0.1 * np.median(np.abs(area))
    return int((_areas(output, triangles)[seen] / area[seen] < 0).sum())


def test_a_smooth_motion_is_left_alone():
    face = _face()
    moved = face + np.array([3, -2, 0], np.float32)
    assert np.allclose(unfold(face, moved), moved, atol=1e-4)


def test_a_point_pushed_over_its_neighbors_comes_back():
    face = _face()
    moved = face.copy()
    moved[105, 1] -= 40  # a brow point, far above the next row
    assert _folds(face, moved) > 0
    after = unfold(face, moved)
    assert _folds(face, after) == 0
    far = np.linalg.norm(face[:, :2] - face[105, :2], axis=1) > 90
    assert np.allclose(after[far], moved[far], atol=1e-4)


def test_the_rims_stay_where_they_were_put():
    face = _face()
    moved = face.copy()
    moved[list(LIPS_INNER), 1] += 25
    after = unfold(face, moved)
    assert np.allclose(after[list(LIPS_INNER)], moved[list(LIPS_INNER)])
