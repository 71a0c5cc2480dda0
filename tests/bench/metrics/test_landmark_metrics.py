"""Landmark metrics worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bench.metrics.landmarks import landmark_distance, lay_on, mouth_opening
from reenact.errors import ShapeError


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
