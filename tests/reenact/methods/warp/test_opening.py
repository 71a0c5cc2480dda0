"""Coordinates of mouths and eyes."""

import numpy as np
import pytest

from reenact.methods.warp.opening import Opening


def _lens(width=40.0, gap=10.0, angle=0.0, start=(30.0, 50.0)) -> Opening:
    """A lens: corners `width` apart, `gap` high in the middle, rotated clockwise by degrees."""
    x = np.linspace(0, 1, 9)
    bow = 4 * x * (1 - x) * gap / 2
    lower = np.stack([x * width, bow], 1)
    upper = np.stack([x * width, -bow], 1)[1:-1][::-1]
    ring = np.concatenate([lower, upper])
    a = np.radians(angle)
    turn = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    return Opening((ring @ turn + start).astype(np.float32))


@pytest.mark.parametrize("angle", [0, 30, -75, 160])
def test_gap_and_width_do_not_depend_on_rotation(angle):
    opening = _lens(angle=angle)
    assert opening.width_px == pytest.approx(40, abs=1e-3)
    assert opening.gap == pytest.approx(10 / 40, abs=0.01)


@pytest.mark.parametrize("angle", [0, 45, -120])
def test_local_coordinates_go_there_and_back(angle):
    opening = _lens(angle=angle)
    xy = np.random.default_rng(0).uniform(0, 100, (50, 2)).astype(np.float32)
    local = opening.to_local(xy)
    back = np.stack(opening.to_pixels(local[:, 0], local[:, 1]), 1)
    assert np.abs(back - xy).max() < 1e-3


def test_corners_are_0_and_1():
    opening = _lens(angle=20)
    corners = opening.to_local(opening.ring[[0, 8]])
    assert np.allclose(corners, [[0, 0], [1, 0]], atol=1e-5)
