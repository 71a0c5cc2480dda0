"""A geometry knows no pose and no place; the window lies alike on each expression of a face."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from reenact.geometry.expression import ExpressionModel
from reenact.methods.gcgan import geometry as g


@pytest.fixture(scope="module")
def mean():
    return ExpressionModel.load().mean


def turned(points, yaw, roll, shift):
    rotation = Rotation.from_euler("yz", [yaw, roll], degrees=True).as_matrix()
    return (points @ rotation.T * 1.7 + np.array([*shift, 0])).astype(np.float32)


def test_a_geometry_is_the_same_for_a_turned_and_moved_head(portrait_face, mean):
    points = portrait_face.points
    own = g.geometry(points, mean)
    assert own.shape == (136,) and np.abs(own).max() < 1
    np.testing.assert_allclose(g.geometry(turned(points, 25, 10, (40, -8)), mean), own, atol=1e-4)
    assert g.turn_between(points, turned(points, 25, 0, (0, 0)), mean) == pytest.approx(25, abs=0.1)


def test_the_window_is_upright_and_holds_the_face(portrait_face, mean):
    height, width = portrait_face.frame_size
    window = g.face_window(portrait_face.points, mean, 128, (height, width))
    inside = g.window_points(window, portrait_face.points)
    assert inside.min() > 4 and inside.max() < 124
    eyes = window.to_crop(portrait_face.points[[33, 263]])[:, :2]
    assert abs(eyes[1, 1] - eyes[0, 1]) < 3  # level
    rolled = turned(portrait_face.points, 0, 30, (0, 0))
    there = g.window_points(g.face_window(rolled, mean, 128, (1, 1)), rolled)
    np.testing.assert_allclose(there, inside, atol=0.3)


def test_shifted_landmarks_move_by_what_the_geometry_says(portrait_face, mean):
    points = portrait_face.points
    window = g.face_window(points, mean, 128, portrait_face.frame_size)
    shift = np.zeros(136, np.float32)
    shift[1::2] = 0.05
    moved = g.shifted(points, window, shift)
    np.testing.assert_array_equal(moved[:, 2], points[:, 2])
    np.testing.assert_allclose(
        np.linalg.norm((moved - points)[:468, :2], axis=1).max(),
        0.05 * 1.25 * g.place(points, mean).scale,
        rtol=0.15,
    )
    np.testing.assert_array_equal(g.shifted(points, window, 0 * shift), points)


def test_the_inside_of_the_mouth_opens_with_it(portrait_face, mean):
    points = portrait_face.points.copy()
    window = g.face_window(points, mean, 128, portrait_face.frame_size)
    closed = g.mouth_maps(g.window_points(window, points), 128, 1).sum()
    for index in (14, 87, 317, 178, 402, 88, 318):
        points[index, 1] += 0.15 * np.linalg.norm(points[33] - points[263])
    opened, below, above, across = g.mouth_maps(g.window_points(window, points), 128, 4)
    assert opened.shape == (64, 64)
    assert opened.sum() > closed + 8
    middle = np.argwhere(opened == 1).mean(0).round().astype(int)
    row, column = middle
    assert below[row + 1, column] > below[row, column] > 0  # deeper below the upper lip
    assert above[row + 1, column] < above[row, column]
    assert across[row, column + 2] > across[row, column - 2] and abs(across[row, column]) < 0.5
    for one in (below, above, across):
        assert not one[opened == 0].any()


def test_lips_that_touch_enclose_nothing_and_open_without_a_jump():
    """OpenCV draws a line for them, which jumps from one sixteenth of a pixel to the next."""
    rng = np.random.default_rng(0)
    lip = np.column_stack([np.linspace(10, 50, 5), 30 + 3 * rng.random(5)])

    def mouth(gap: float) -> np.ndarray:
        lower = lip[3:0:-1] + (0, gap)
        return g.coverage(np.concatenate([lip, lower]), 64)

    assert mouth(0.0).max() < 1e-6 and mouth(-2.0).max() == 0
    sums = np.array([mouth(gap).sum() for gap in np.linspace(0, 1, 41)])
    steps = np.diff(sums)
    assert steps.min() > 0 and np.ptp(steps) < 1e-3 * steps.mean()
    assert sums[-1] == pytest.approx(30.0, rel=1e-2)  # half of the ends' two columns of 10
