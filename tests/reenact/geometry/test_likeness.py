"""Drivings of the source's own shape: what a converter says gives way to what is seen."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from reenact.geometry.expression import ExpressionModel
from reenact.geometry.likeness import nearer_to_driving


@pytest.fixture(scope="module")
def model():
    return ExpressionModel.load()


def lay(mesh, size=120.0, turn=(0, 0, 0)):
    return mesh @ Rotation.from_euler("yxz", turn, degrees=True).as_matrix() * size + [300, 250, 0]


@pytest.fixture(scope="module")
def faces(model):
    """Two shapes at rest and smiling."""
    mean = model.mean
    low = 1 / (1 + np.exp(-12 * (mean[:, 1:2] - 0.3)))
    broad = mean * (1 + low * [0.15, 0, 0])
    lift = np.zeros((478, 3))
    for corner, side in ((61, -1), (291, 1)):
        near = np.exp(-np.square(mean - mean[corner]).sum(1, keepdims=True) / 0.02)
        lift += near * [0.06 * side, -0.06, 0]
    return {"own": mean, "own smile": mean + lift, "other": broad, "other smile": broad + lift}


def error(found, truth):
    return np.linalg.norm((found - truth)[:, :2], axis=1).max()


def test_ones_own_smile_is_laid_on_in_any_pose_and_size(model, faces):
    source, truth = lay(faces["own"]), lay(faces["own smile"])
    driving = lay(faces["own smile"], 80, (6, -4, 9))
    found = nearer_to_driving(model, source, driving, source)
    assert error(source, truth) > 9
    assert error(found, truth) < 2
    half = nearer_to_driving(model, source, driving, source, strength=0.5)
    assert error(half, (source + truth) / 2) < 2


def test_another_shape_leaves_the_converters_answer(model, faces):
    source, driving = lay(faces["own"]), lay(faces["other smile"])
    np.testing.assert_array_equal(nearer_to_driving(model, source, driving, source), source)


def test_small_differences_are_noise_and_the_converters_answer_stays(model, faces):
    source, driving = lay(faces["own"]), lay(faces["own smile"])
    converted = driving + np.random.default_rng(0).normal(0, 0.3, driving.shape)
    found = nearer_to_driving(model, source, driving, converted)
    assert np.linalg.norm(found - converted, axis=1).mean() < 0.1


def test_motion_since_a_first_frame_is_added_to_the_sources_own(model, faces):
    source = lay(faces["own smile"])
    driving, start = lay(faces["own"], 90, (4, 0, 0)), lay(faces["own smile"], 90, (4, 0, 0))
    found = nearer_to_driving(model, source, driving, source, start)
    assert error(found, lay(faces["own"])) < 2
    still = nearer_to_driving(model, source, start, source, start)
    assert error(still, source) < 1e-3


def test_it_fades_with_the_difference_of_the_shapes(model, faces):
    source, change = lay(faces["own"]), []
    for share in (0.0, 0.16, 0.2, 0.25, 1.0):
        shape = faces["own smile"] + share * (faces["other"] - faces["own"])
        found = nearer_to_driving(model, source, lay(shape), source)
        change.append(np.linalg.norm(found[61] - source[61]))
    assert change[0] > change[-1] == 0
    assert all(a >= b - 1.0 for a, b in zip(change, change[1:], strict=False))
