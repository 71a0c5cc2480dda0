"""A canonical mesh does not depend on head pose, scale or place."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from reenact.errors import ShapeError
from reenact.geometry.canonical import canonicalize, check_mesh, eye_distance, place


@pytest.fixture
def mean() -> np.ndarray:
    mesh = np.random.default_rng(0).normal(0, 0.5, (478, 3))
    return mesh / eye_distance(mesh)


def test_canonicalize_undoes_any_rotation_scale_and_shift(mean):
    for seed in range(5):
        turn = Rotation.random(random_state=seed).as_matrix()
        found, _ = canonicalize(mean @ turn * (20 + seed) + [300, 20, -4], mean)
        np.testing.assert_allclose(found, mean, atol=1e-9)


def test_placement_takes_canonical_points_back(mean):
    points = np.random.default_rng(1).normal(100, 30, (478, 3))
    canonical, placement = canonicalize(points, mean)
    np.testing.assert_allclose(placement.apply(canonical), points, atol=1e-8)
    assert eye_distance(canonical) == pytest.approx(1)


def test_placement_is_a_rotation_and_never_a_mirror(mean):
    mirrored = mean * np.array([-1, 1, 1]) * 50
    rotation = place(mirrored, mean).rotation
    assert np.linalg.det(rotation) == pytest.approx(1)
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-9)


def test_what_is_no_mesh_is_refused(mean):
    with pytest.raises(ShapeError, match="478"):
        check_mesh(np.zeros((68, 2)))
    with pytest.raises(ShapeError, match="eye corners"):
        place(np.zeros((478, 3)), mean)
