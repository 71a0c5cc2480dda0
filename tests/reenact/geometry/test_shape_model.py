"""Edited faces stay faces."""

from __future__ import annotations

import numpy as np
import pytest

from reenact.errors import UnknownNameError, WeightsError
from reenact.geometry.expression import ExpressionModel
from reenact.geometry.shape_model import ShapeModel, _read


@pytest.fixture(scope="module")
def mean() -> np.ndarray:
    return ExpressionModel.load().mean


@pytest.fixture(scope="module")
def model() -> ShapeModel:
    return ShapeModel.load()


def bump(mean: np.ndarray, at: int, shift, reach: float = 0.3) -> np.ndarray:
    """A smooth local movement around a point."""
    away = np.linalg.norm(mean[:, :2] - mean[at, :2], axis=1)
    return np.exp(-((away / reach * 2) ** 2))[:, None] * np.append(shift, 0.0)


def test_modes_are_orthonormal_and_the_mean_is_a_face(model, mean):
    np.testing.assert_allclose(model.modes @ model.modes.T, np.eye(len(model.modes)), atol=5e-3)
    assert (np.diff(model.spread) <= 1e-6).all()
    assert np.abs(model.center.reshape(-1, 2) - mean[:, :2]).max() < 0.15


def test_the_unedited_face_stays_exactly(model, mean):
    for own in (mean, mean * (1.5, 0.6, 1)):  # also one that no face looks like
        np.testing.assert_allclose(model.constrain(own, own), own, atol=1e-9)


def test_small_edits_pass_and_large_ones_stop(model, mean):
    for at, direction in ((61, (-1, -0.5)), (105, (0, -1)), (152, (0, 1))):
        small = bump(mean, at, 0.02 * np.array(direction))
        large = bump(mean, at, 0.8 * np.array(direction))
        kept = model.constrain(mean, mean + small) - mean
        assert np.linalg.norm(kept[at]) > 0.9 * np.linalg.norm(small[at])
        stopped = model.constrain(mean, mean + large) - mean
        assert np.linalg.norm(stopped[at]) < 0.5 * np.linalg.norm(large[at])


def test_points_that_did_not_move_never_move(model, mean):
    move = bump(mean, 61, np.array([-0.5, 0.2]), reach=0.2)
    move[np.linalg.norm(move, axis=1) < 1e-4] = 0
    still = ~move.any(1)
    assert still.sum() > 200
    kept = model.constrain(mean, mean + move)
    np.testing.assert_allclose(kept[still], mean[still], atol=1e-9)


def test_what_was_kept_is_kept_again(model, mean):
    """Going over the limits once must not creep when it is done again."""
    kept = model.constrain(mean, mean + bump(mean, 14, np.array([0, 0.5])))
    again = model.constrain(mean, kept)
    assert np.abs(again - kept).max() < 0.02


def test_shapes_do_what_they_are_called(model, mean):
    opened = model.shape({"jawOpen": 1.0})
    assert opened[14, 1] - opened[13, 1] > 0.15
    smile = model.shape({"mouthSmile": 1.0})
    assert smile[61, 0] < -0.02 and smile[291, 0] > 0.02 and smile[61, 1] < 0
    left = model.shape({"mouthSmileLeft": 1.0})
    assert np.hypot(*left[291, :2]) > 2.5 * np.hypot(*left[61, :2])
    np.testing.assert_allclose(model.mirrored(smile), smile, atol=0.003)


def test_an_unknown_shape_names_the_closest(model):
    with pytest.raises(UnknownNameError, match="Did you mean 'mouthSmile"):
        model.shape({"mouthSmille": 1.0})


def test_other_weights_are_refused(tmp_path):
    file = tmp_path / "x.safetensors"
    file.write_bytes(b"nothing")
    with pytest.raises(WeightsError, match="must be weights of the face shape model"):
        _read(file)
