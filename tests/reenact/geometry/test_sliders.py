"""Each slider does what it is called, on any face, and nothing at 0."""

from __future__ import annotations

import numpy as np
import pytest

from reenact.errors import EditError, UnknownNameError
from reenact.geometry import regions
from reenact.geometry.expression import ExpressionModel
from reenact.geometry.presets import PRESETS, preset
from reenact.geometry.shape_model import ShapeModel
from reenact.geometry.sliders import HEAD, SLIDERS, apply_sliders, check_sliders, head_turn


@pytest.fixture(scope="module")
def mean() -> np.ndarray:
    return ExpressionModel.load().mean


def slid(mean: np.ndarray, **values: float) -> np.ndarray:
    return apply_sliders(mean, values, ExpressionModel.load().openings, ShapeModel.load())


def width(mesh: np.ndarray, left: int, right: int) -> float:
    return float(mesh[right, 0] - mesh[left, 0])


MEASURES = {
    "mouth_open": lambda mesh: mesh[14, 1] - mesh[13, 1],
    "smile": lambda mesh: mesh[13, 1] - (mesh[61, 1] + mesh[291, 1]) / 2,
    "mouth_width": lambda mesh: width(mesh, 61, 291),
    "right_eye": lambda mesh: mesh[145, 1] - mesh[159, 1],
    "left_eye": lambda mesh: mesh[374, 1] - mesh[386, 1],
    "gaze_x": lambda mesh: mesh[468, 0] + mesh[473, 0],
    "gaze_y": lambda mesh: -mesh[468, 1] - mesh[473, 1],
    "eye_rotation": lambda mesh: mesh[133, 1] - mesh[33, 1] + mesh[362, 1] - mesh[263, 1],
    "brows_up": lambda mesh: -mesh[105, 1] - mesh[334, 1],
    "brows_in": lambda mesh: -width(mesh, 55, 285),
    "face_width": lambda mesh: width(mesh, 132, 361),
}


@pytest.mark.parametrize("name", MEASURES)
def test_a_slider_changes_what_it_is_called_by(name, mean):
    low, middle, high = (MEASURES[name](slid(mean, **{name: v})) for v in (-1, 0, 1))
    assert middle == pytest.approx(MEASURES[name](mean))
    assert high > middle + 1e-3
    # The mean face's mouth is shut already.
    assert low < middle - 1e-3 or name == "mouth_open"


def test_every_slider_is_measured_here():
    assert set(MEASURES) | set(HEAD) == set(SLIDERS)


@pytest.mark.parametrize("name", SLIDERS)
def test_ears_and_temples_stay(name, mean):
    if name == "face_width":
        return
    moved = np.abs(slid(mean, **{name: 1.0}) - mean)
    assert moved[[127, 356, 162, 389, 10, 234, 454]].max() < 1e-9


def test_eyes_at_their_ends_are_shut(mean):
    moved = slid(mean, right_eye=-1.0)
    gaps = ExpressionModel.load().openings.eyes[0].lids.gaps(moved)
    np.testing.assert_allclose(gaps, 0, atol=1e-6)
    assert np.abs(moved - mean)[list(regions.LEFT_EYE)].max() < 1e-9


def test_eyes_that_are_shut_stay_shut(mean):
    shut = slid(mean, right_eye=-1.0)
    opened = slid(shut, right_eye=1.0)
    np.testing.assert_allclose(opened, shut, atol=1e-9)


def test_an_open_mouth_closes(mean):
    opened = slid(mean, mouth_open=0.6)
    closed = slid(opened, mouth_open=-1.0)
    assert closed[14, 1] - closed[13, 1] < 0.01


def test_head_sliders_turn_and_do_not_bend(mean):
    np.testing.assert_allclose(slid(mean, yaw=1.0, pitch=-1.0, roll=0.5), mean)
    turn = head_turn({"yaw": 1.0, "roll": -0.5})
    assert turn.yaw > 5 and turn.pitch == 0 and turn.roll < -3


def test_refuses_what_is_no_slider():
    with pytest.raises(UnknownNameError, match="Did you mean 'smile'"):
        check_sliders({"smille": 0.5})
    for value in (1.2, float("nan"), True, "0.5", None):
        with pytest.raises(EditError, match="'smile' must be -1 to 1"):
            check_sliders({"smile": value})
    assert check_sliders({"smile": 0, "yaw": -1}) == {"yaw": -1.0}


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_made_of_sliders_and_shapes_that_exist(name, mean):
    chosen = preset(name)
    assert chosen.title
    moved = slid(mean + ShapeModel.load().shape(chosen.shapes), **chosen.sliders) - mean
    assert np.isfinite(moved).all()
    assert np.abs(moved).max() > 0.02


def test_an_unknown_preset_names_the_closest():
    with pytest.raises(UnknownNameError, match="Did you mean 'surprise'"):
        preset("surprize")
