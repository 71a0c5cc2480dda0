"""Coordinates of mouths and eyes."""

import numpy as np
import pytest

from reenact.methods.warp.opening import Opening, patch_around, soft_polygon


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


def test_soft_polygon_is_1_inside_and_0_outside():
    opening = _lens()
    patch = patch_around(opening.ring, 8, 128)
    mask = soft_polygon(opening.ring, patch, 0.5)
    center = opening.ring.mean(0)
    x, y = int(center[0]) - patch.x0, int(center[1]) - patch.y0
    assert mask[y, x] == pytest.approx(1, abs=0.01)
    assert mask[0].max() < 1e-3
    area = 2 / 3 * 40 * 10  # of a parabolic lens
    assert mask.sum() == pytest.approx(area, rel=0.1)


def test_a_patch_outside_the_crop_is_none():
    assert patch_around(_lens(start=(500, 500)).ring, 3, 128) is None
