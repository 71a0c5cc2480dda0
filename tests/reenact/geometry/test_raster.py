"""Where each pixel of the output comes from."""

import numpy as np

from reenact.geometry.raster import Window, displacement_map

SQUARE = np.array([[10, 10], [50, 10], [50, 50], [10, 50]], np.float32)
HALVES = np.array([[0, 1, 2], [0, 2, 3]])
WHOLE = Window(0, 0, 64, 64)


def test_a_mesh_that_stands_still_moves_nothing():
    shift = displacement_map(SQUARE, SQUARE, HALVES, np.zeros(2), WHOLE)
    assert shift.shape == (64, 64, 2)
    assert np.abs(shift).max() == 0


def test_a_shifted_mesh_comes_from_where_it_was():
    shift = displacement_map(SQUARE, SQUARE + (5, -3), HALVES, np.zeros(2), WHOLE)
    assert np.allclose(shift[20:40, 20:45], (-5, 3), atol=1e-4)
    assert np.abs(shift[58:, 58:]).max() == 0


def test_a_stretched_mesh_is_linear_inside():
    output = SQUARE * (1, 0.5)
    shift = displacement_map(SQUARE, output, HALVES, np.zeros(2), WHOLE)
    y = np.arange(6, 24)
    assert np.allclose(shift[y, 30, 1], y, atol=1e-3)  # source y is twice the output's
    assert np.abs(shift[y, 30, 0]).max() < 1e-3


def test_the_nearer_triangle_hides_the_farther():
    source = np.concatenate([SQUARE, SQUARE + 1])
    output = np.concatenate([SQUARE, SQUARE])
    triangles = np.concatenate([HALVES, HALVES + 4])
    near_first = displacement_map(source, output, triangles, np.repeat([0.0, 9.0], 2), WHOLE)
    near_last = displacement_map(source, output, triangles, np.repeat([9.0, 0.0], 2), WHOLE)
    assert np.allclose(near_first[20:40, 20:40], 0)
    assert np.allclose(near_last[20:40, 20:40], 1, atol=1e-4)


def test_a_coarse_map_tells_the_same_as_a_fine_one():
    moved = SQUARE + (4, 2)
    fine = displacement_map(SQUARE, moved, HALVES, np.zeros(2), WHOLE)
    coarse = displacement_map(SQUARE, moved, HALVES, np.zeros(2), Window(0, 0, 64, 64, 2.0))
    assert coarse.shape == (32, 32, 2)
    assert np.allclose(coarse[10:20, 10:20], fine[20:40:2, 20:40:2], atol=1e-3)


def test_a_flat_triangle_gives_finite_numbers():
    line = SQUARE.copy()
    line[:, 1] = 20
    shift = displacement_map(SQUARE, line, HALVES, np.zeros(2), WHOLE)
    assert np.isfinite(shift).all()
