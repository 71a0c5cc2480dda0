"""Whose mouth is seen."""

import numpy as np
import pytest

from reenact.methods.warp.mouth import lip_shade, own_share
from reenact.methods.warp.opening import Opening


def _mouth(gap: float) -> Opening:
    x = np.linspace(0, 1, 11)
    bow = 4 * x * (1 - x) * gap / 2
    lower = np.stack([x, bow], 1)
    upper = np.stack([x, -bow], 1)[1:-1][::-1]
    return Opening((np.concatenate([lower, upper]) * 100).astype(np.float32))


@pytest.mark.parametrize("gap", [0.0, 0.02, 0.1, 0.5])
def test_a_mouth_that_stays_as_it_is_keeps_its_own_inside(gap):
    assert own_share(_mouth(gap), _mouth(gap)) == 1


@pytest.mark.parametrize("gap", [0.0, 0.03, 0.09])
def test_a_mouth_that_hardly_shows_its_teeth_takes_the_driving_ones_when_it_opens(gap):
    assert own_share(_mouth(gap), _mouth(gap * 1.4 + 0.05)) == 0


def test_an_open_mouth_is_stretched_a_little_and_not_too_far():
    assert own_share(_mouth(0.3), _mouth(0.36)) == 1
    assert 0 < own_share(_mouth(0.3), _mouth(0.48)) < 1
    assert own_share(_mouth(0.3), _mouth(0.66)) == 0


def test_the_shade_is_darkest_at_the_lips_and_corners():
    x = np.array([0.5, 0.5, 0.5, 0.01])
    across = np.array([0.5, 0.0, 1.0, 0.5])
    middle, upper, lower, corner = lip_shade(x, across, np.full(4, 0.4))
    assert middle > 0.95
    assert upper < lower < middle
    assert corner < middle
