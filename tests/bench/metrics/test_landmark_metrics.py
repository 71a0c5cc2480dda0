"""Landmark metrics worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bench.metrics.landmarks import (
    average_coordinate_error,
    landmark_distance,
    landmark_sum,
    lay_on,
    mouth_opening,
)
from reenact.errors import InputError, ShapeError


def test_distance_is_the_mean_of_the_distances():
    target = np.zeros((4, 2))
    output = target + [[3, 4], [0, 0], [0, 0], [6, 8]]
    assert landmark_distance(output, target) == pytest.approx((5 + 10) / 4)
    assert landmark_distance(target, target) == 0


def test_distance_refuses_other_shapes():
    with pytest.raises(ShapeError):
        landmark_distance(np.zeros((4, 2)), np.zeros((5, 2)))
    with pytest.raises(ShapeError):
        landmark_distance(np.zeros((4, 3)), np.zeros((4, 3)))


@pytest.mark.parametrize(
    "metric", [landmark_distance, average_coordinate_error, lambda a, b: landmark_sum(a, b, 256)]
)
def test_bad_points_are_refused(metric):
    points = np.zeros((4, 2))
    with pytest.raises(InputError, match="finite numbers, got NaN"):
        metric(points * np.nan, points)
    with pytest.raises(InputError, match="must not be empty"):
        metric(points[:0], points[:0])
    with pytest.raises(ShapeError, match=r"must both be \(K, 2\)"):
        metric(points, points[:3])


def test_ace_is_the_mean_over_all_coordinates():
    target = np.zeros((3, 2))
    output = np.array([[1.0, -2.0], [0.0, 6.0], [0.0, 0.0]])
    assert average_coordinate_error(output, target) == (1 + 2 + 6) / 6
    assert average_coordinate_error(target, target) == 0


def test_landmark_sum_adds_up_distances_in_the_unit_square():
    target = np.zeros((2, 2))
    output = np.array([[30.0, 40.0], [0.0, 50.0]])
    assert landmark_sum(output, target, side_px=100) == 1.0
    assert landmark_sum(output * 2, target, side_px=200) == 1.0
    with pytest.raises(InputError, match="above 0"):
        landmark_sum(output, target, side_px=0)


def test_mouth_opening_is_the_gap_over_the_eye_distance():
    points = np.zeros((478, 3))
    points[33], points[263] = (0, 0, 0), (100, 0, 0)
    points[13], points[14] = (50, 80, 0), (50, 100, 0)
    assert mouth_opening(points) == pytest.approx(0.2)
    assert mouth_opening(points * 3) == pytest.approx(0.2)


def test_lay_on_takes_a_turned_and_larger_head_back(portrait_face):
    head = portrait_face.points.astype(np.float64)
    angle = np.radians(20)
    turn = np.array(
        [[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1]]
    )
    laid = lay_on(head @ turn * 1.7 + [30, -20, 5], head)
    np.testing.assert_allclose(laid, head, atol=1e-6)


def test_lay_on_keeps_the_expression(portrait_face):
    head = portrait_face.points.astype(np.float64)
    open_mouth = head.copy()
    open_mouth[14, 1] += 12
    laid = lay_on(open_mouth * 2, head)
    assert laid[14, 1] - head[14, 1] == pytest.approx(12, abs=1e-6)
