"""Rectangles around rims, and the inside of a rim."""

import numpy as np
import pytest

from reenact.geometry.patch import patch_around, soft_polygon


def lens(start=(30.0, 50.0)):
    """(16, 2) a rim of two parabolas: corners 40 pixels apart, 10 high in the middle."""
    x = np.linspace(0, 1, 9)
    bow = 4 * x * (1 - x) * 10 / 2
    lower = np.stack([x * 40, bow], 1)
    upper = np.stack([x * 40, -bow], 1)[1:-1][::-1]
    return (np.concatenate([lower, upper]) + start).astype(np.float32)


def test_soft_polygon_is_1_inside_and_0_outside():
    ring = lens()
    patch = patch_around(ring, 8, 128)
    mask = soft_polygon(ring, patch, 0.5)
    center = ring.mean(0)
    x, y = int(center[0]) - patch.x0, int(center[1]) - patch.y0
    assert mask[y, x] == pytest.approx(1, abs=0.01)
    assert mask[0].max() < 1e-3
    area = 2 / 3 * 40 * 10  # of a parabolic lens
    assert mask.sum() == pytest.approx(area, rel=0.1)


def test_a_patch_outside_the_picture_is_none():
    assert patch_around(lens(start=(500, 500)), 3, 128) is None


def test_a_patchs_box_and_window_are_where_its_grid_is():
    patch = patch_around(lens(start=(100.0, 3.0)), 4, 128)  # cut at two sides
    x0, y0, x1, y1 = patch.box
    assert (y0, x1) == (0, 128)
    assert patch.grid[0, 0].tolist() == [x0, y0] and patch.grid[-1, -1].tolist() == [x1 - 1, y1 - 1]
    assert np.zeros((128, 128))[patch.window].shape == patch.grid.shape[:2]
