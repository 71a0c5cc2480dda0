"""Equations 9 to 12: modes, least squares, transfer between people, named directions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reenact.errors import ShapeError, UnknownNameError
from reenact.geometry.expression import ExpressionModel
from reenact.methods.g2gan.fit_rest import Known, rest_of
from reenact.methods.g2gan.shape import (
    any_shapes,
    arrays_of,
    between,
    learn,
    model_of,
    neutral_of,
)


@pytest.fixture(scope="module")
def made():
    """A model of people who differ in two ways, and the second of them as a `smile`."""
    rng = np.random.default_rng(0)
    base, width, smile = rng.normal(size=(3, 478, 3))
    numbers = rng.normal(size=(40, 2))
    shapes = base + numbers[:, :1, None] * width + numbers[:, 1:, None] * smile
    return learn(shapes, {"smile": smile}, 2), base, width, smile


def test_modes_are_orthonormal_and_hold_what_the_shapes_differ_in(made):
    model, base, width, smile = made
    np.testing.assert_allclose(model.modes @ model.modes.T, np.eye(2), atol=1e-5)
    move = 0.3 * width - 2 * smile
    found = model.shape(model.parameters(base + move, base), base)
    np.testing.assert_allclose(found, base + move, atol=1e-4)
    assert (np.diff(model.spread) <= 0).all()


def test_parameters_are_the_least_squares_solution(made):
    model, base, *_ = made
    shape = base + np.random.default_rng(1).normal(size=(478, 3))
    wanted = np.linalg.lstsq(model.modes.T.astype(float), (shape - base).ravel(), rcond=None)[0]
    np.testing.assert_allclose(model.parameters(shape, base), wanted, atol=1e-4)


def test_transfer_keeps_the_persons_own_neutral_shape(made):
    model, base, width, smile = made
    first, second = base + 0.5 * width, base - 0.8 * width
    moved = model.transfer(first, second + smile, second)
    np.testing.assert_allclose(moved, first + smile, atol=1e-4)
    np.testing.assert_allclose(model.transfer(first, second, second), first, atol=1e-6)


def test_intensity_scales_and_interpolation_goes_on_beyond_both_ends(made):
    model, base, _, smile = made
    for intensity in (0.0, 0.5, 1.5):
        shape = model.shape(model.direction("smile", intensity), base)
        np.testing.assert_allclose(shape, base + intensity * smile, atol=1e-4)
    rest, end = np.zeros(2), model.direction("smile")
    np.testing.assert_allclose(between(rest, end, 1.5), 1.5 * end)
    np.testing.assert_allclose(between(end, rest, 1.0), rest)


def test_mistakes_are_said(made):
    model, base, *_ = made
    with pytest.raises(UnknownNameError, match="Did you mean 'smile'"):
        model.direction("smlie")
    with pytest.raises(ShapeError, match="parameters"):
        model.move(np.zeros(3))
    with pytest.raises(ShapeError, match="more than"):
        learn(base[None], {}, 2)


def test_a_model_survives_as_arrays(made):
    again = model_of(arrays_of(made[0]))
    np.testing.assert_array_equal(again.modes, made[0].modes)
    assert set(again.directions) == {"smile"}


def test_a_neutral_shape_has_a_closed_mouth_and_the_same_eyes(portrait_face):
    """The astronaut shows her teeth."""
    points = neutral_of(ExpressionModel.load(), portrait_face.points)
    gap = [mesh[14, 1] - mesh[13, 1] for mesh in (portrait_face.points, points)]
    assert gap[1] < 0.3 * gap[0]
    corners = np.abs(points - portrait_face.points)[[33, 263], :2]
    assert corners.max() < 1.0


def test_what_guesses_leave_over_is_learned_and_added(portrait_face):
    """People whose jaw is always guessed too low by a share of their own width."""
    expression = ExpressionModel.load()
    model = any_shapes(expression)
    jaw, other = (one.reshape(478, 3) for one in model.modes[:2].astype(np.float64))
    rng = np.random.default_rng(0)
    known = []
    for size, more in rng.normal(size=(60, 2)):
        shape = expression.mean + 3 * size * jaw + 3 * more * other
        known.append(Known(shape, shape, shape - 0.5 * size * jaw, 1.0))
    learned = replace(model, rest=rest_of(model, known))
    gaps = [learned.left_over(one.shape) - (one.neutral - one.guess) for one in known]
    plain = [one.neutral - one.guess for one in known]
    assert np.abs(gaps).mean() < 0.7 * np.abs(plain).mean()  # a ridge is careful
    before = neutral_of(expression, portrait_face.points, model)
    after = neutral_of(expression, portrait_face.points, learned)
    np.testing.assert_array_equal(before, neutral_of(expression, portrait_face.points))
    assert np.abs(after - before).max() > 0.01
    np.testing.assert_array_equal(model_of(arrays_of(learned)).rest, learned.rest)
    assert model_of(arrays_of(model)).rest is None
