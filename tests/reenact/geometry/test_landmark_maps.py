"""Drawn landmarks lie where the landmarks are; the flow goes through them and leaves the border."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from reenact.errors import ShapeError
from reenact.face.align import face_crop
from reenact.face.schemes import convert
from reenact.geometry.landmark_flow import landmark_flow
from reenact.geometry.landmark_maps import landmark_image, landmark_maps


@pytest.fixture(scope="module")
def points(portrait_face):
    crop = face_crop(portrait_face, size=256)
    return convert(crop.to_crop(portrait_face.points), "mediapipe478", "face106")[:, :2]


def middle(picture):
    y, x = np.nonzero(picture > 127)
    return np.array([x.mean(), y.mean()])


def test_parts_lie_where_their_points_are(points):
    maps = landmark_maps(points, 256, 128)
    assert maps.shape == (5, 128, 128) and maps.dtype == np.uint8
    lips = np.maximum(maps[1], maps[2])
    want = (points[84:96].min(0) + points[84:96].max(0)) / 4
    assert np.abs(middle(lips) - want).max() < 2
    assert (maps[4] <= maps[3]).all()  # irises within the eyes
    assert maps[3].max() == 255


def test_the_landmark_image_has_one_channel_of_lines(points):
    image = landmark_image(points, 256, 64)
    assert image.shape == (1, 64, 64)
    assert 0.02 < (image > 127).mean() < 0.5


def test_the_flow_goes_through_landmarks_and_leaves_the_border(points):
    there = points.copy()
    there[84:104, 0] += 6  # the mouth aside
    flow = landmark_flow(points, there, 256, 64)
    x, y = (there[84:96] / 4).round().astype(int).T
    assert np.abs(flow[0, y, x] + 6).mean() < 1
    assert np.abs(flow[:, [0, -1]]).max() < 0.5 and np.abs(flow[:, :, [0, -1]]).max() < 0.5


def test_the_flow_is_the_spline_through_its_points(points):
    """Against the textbook's formula in full precision."""
    there = points + np.random.default_rng(0).normal(0, 2, points.shape)
    around = (np.array([[20.0, 30.0], [200.0, 240.0]]), np.array([[22.0, 31.0], [200.0, 238.0]]))
    flow = landmark_flow(points, there, 256, 32, around)
    steps = np.linspace(0, 1, 5)
    border = [(x, y) for x in steps for y in steps if x in (0, 1) or y in (0, 1)]
    knots = np.concatenate([there / 256, around[1] / 256, border])
    moves = np.concatenate([points - there, around[0] - around[1], np.zeros((16, 2))]) / 256
    system = np.pad(cdist(knots, knots) - 0.004 * np.eye(len(knots)), (0, 1), constant_values=1)
    system[-1, -1] = 0
    weights = np.linalg.solve(system, np.pad(moves, ((0, 1), (0, 0))))
    middle = ((np.array([9, 20]) + 0.5) * 8 - 0.5) / 256  # column 9, row 20
    wanted = 256 * (cdist([middle], knots) @ weights[:-1] + weights[-1])[0]
    np.testing.assert_allclose(flow[:, 20, 9], wanted, atol=2e-3)


def test_no_motion_is_no_flow_and_counts_must_agree(points):
    assert not landmark_flow(points, points, 256, 64).any()
    with pytest.raises(ShapeError):
        landmark_flow(points, points[:50], 256, 64)


def test_moving_all_points_alike_moves_the_face_alike(points):
    flow = landmark_flow(points, points + [4, -3], 256, 64)
    x, y = (points.mean(0) / 4).round().astype(int)
    np.testing.assert_allclose(flow[:, y, x], [-4, 3], atol=0.5)
