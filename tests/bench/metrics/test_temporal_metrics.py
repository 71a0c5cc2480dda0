"""Jitter and Lipschitz ratios of motions worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bench.metrics.temporal import lipschitz_ratios, temporal_jitter
from reenact.errors import InputError, ShapeError


@pytest.fixture
def motion():
    """(20, 5, 2) a smooth motion."""
    time = np.linspace(0, 3, 20)[:, None, None]
    return np.sin(time + np.arange(10).reshape(1, 5, 2))


def test_what_moves_as_it_is_driven_does_not_tremble(motion):
    np.testing.assert_allclose(temporal_jitter(motion + 7, motion), 0, atol=1e-12)


def test_a_still_picture_does_not_tremble(motion):
    assert (temporal_jitter(np.zeros_like(motion), motion) == 0).all()


def test_one_shaken_frame_worked_out_by_hand():
    shaken = np.zeros((5, 2, 2))
    shaken[2, 0] = (3, 4)  # one of two points leaves by 5 for one frame
    # second differences of that point: 5, 10, 5; halved by the point that stays
    np.testing.assert_allclose(temporal_jitter(shaken, np.zeros_like(shaken)), [2.5, 5, 2.5])


def test_more_trembling_is_worse(motion):
    noise = np.random.default_rng(0).normal(0, 1, motion.shape)
    weak, strong = (temporal_jitter(motion + s * noise, motion).mean() for s in (0.01, 0.1))
    assert 0 < weak < strong


def test_lipschitz_ratio_worked_out_by_hand():
    images = np.zeros((4, 2, 2))
    images[1:] = 3  # moves by 6 in all
    conditions = np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 4.0], [3.0, 5.0]])
    found = lipschitz_ratios(images, conditions)
    assert found[0] == pytest.approx(6 / 5)
    assert np.isnan(found[1])  # nothing was asked for
    assert found[2] == 0  # nothing was done


def test_a_picture_that_jumps_has_a_larger_ratio_than_one_that_slides():
    steps = np.linspace(0, 1, 11)[:, None]
    slides, jumps = 8 * steps, 8.0 * (steps > 0.5)
    assert lipschitz_ratios(slides, steps).max() == pytest.approx(8)
    assert lipschitz_ratios(jumps, steps).max() == pytest.approx(80)


def test_bad_motions_are_refused(motion):
    with pytest.raises(InputError, match="3 frames or more, got 2"):
        temporal_jitter(motion[:2], motion[:2])
    with pytest.raises(ShapeError, match="must both be"):
        temporal_jitter(motion, motion[:, :3])
    with pytest.raises(InputError, match="finite"):
        temporal_jitter(motion * np.nan, motion)
    with pytest.raises(ShapeError, match="equally many, 2 or more, got 20 and 19"):
        lipschitz_ratios(motion, motion[1:].reshape(19, -1))
    with pytest.raises(InputError, match="finite"):
        lipschitz_ratios(motion, np.full((20, 1), np.inf))
