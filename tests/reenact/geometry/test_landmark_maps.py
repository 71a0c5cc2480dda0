"""Drawn landmarks lie where the landmarks are; the flow goes through them and leaves the border."""

from __future__ import annotations

import numpy as np
import pytest

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


def test_no_motion_is_no_flow_and_counts_must_agree(points):
    assert not landmark_flow(points, points, 256, 64).any()
    with pytest.raises(ShapeError):
        landmark_flow(points, points[:50], 256, 64)


def test_moving_all_points_alike_moves_the_face_alike(points):
    flow = landmark_flow(points, points + [4, -3], 256, 64)
    x, y = (points.mean(0) / 4).round().astype(int)
    np.testing.assert_allclose(flow[:, y, x], [-4, 3], atol=0.5)
