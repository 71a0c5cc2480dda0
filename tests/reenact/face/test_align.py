"""Crops: there and back, upright eyes, and pixels that are not resampled."""

import numpy as np
import pytest

from reenact.face.align import LEFT_EYE_OUTER, RIGHT_EYE_OUTER, Crop, face_crop
from reenact.face.detect import make_face
from reenact.face.pose import pose_rotation
from reenact.face.scheme_tables import mean_mesh
from reenact.types import HeadPose


def face_at(center=(160.0, 120.0), roll=25.0, scale=60.0, size=(240, 320)):
    points = mean_mesh() @ pose_rotation(HeadPose(5, 0, roll)).T * scale + (*center, 0)
    return make_face(points.astype(np.float32), 1.0, size)


def random_frame(size=(240, 320)):
    return np.random.default_rng(0).integers(0, 256, (*size, 3)).astype(np.uint8)


@pytest.mark.parametrize("roll", [0, 25, -80, 180])
@pytest.mark.parametrize("size", [128, 256, None])
def test_points_come_back_from_the_crop(roll, size):
    face = face_at(roll=roll)
    crop = face_crop(face, size=size)
    inside = crop.to_crop(face.points)
    np.testing.assert_allclose(crop.to_frame(inside), face.points, atol=1e-3)
    assert inside[:, :2].min() >= 0 and inside[:, :2].max() <= crop.size - 1


@pytest.mark.parametrize("roll", [0, 25, -80, 180])
def test_eyes_are_level_in_an_upright_crop(roll):
    face = face_at(roll=roll)
    eyes = face_crop(face).to_crop(face.points)[[LEFT_EYE_OUTER, RIGHT_EYE_OUTER]]
    assert abs(eyes[0, 1] - eyes[1, 1]) < 0.01
    assert eyes[0, 0] < eyes[1, 0]


def test_the_box_is_centered_and_the_scale_is_kept():
    face = face_at()
    crop = face_crop(face, scale=1.6, size=200)
    points = crop.to_crop(face.points)[:, :2]
    low, high = points.min(0), points.max(0)
    np.testing.assert_allclose((low + high) / 2, 99.5, atol=0.01)
    assert (high - low).max() * 1.6 == pytest.approx(200, abs=0.1)


def test_depth_is_scaled_like_the_picture():
    face = face_at()
    crop = face_crop(face, size=512)
    ratio = np.ptp(crop.to_crop(face.points)[:, 2]) / np.ptp(face.points[:, 2])
    assert ratio == pytest.approx(crop.scale, rel=1e-4)


def test_an_exact_crop_holds_the_frame_s_own_pixels():
    frame, face = random_frame(), face_at(roll=10)
    crop = face_crop(face, size=None)
    cut = crop.cut(frame)
    assert crop.is_exact and cut.shape == (crop.size, crop.size, 3)
    x, y = (-crop.matrix[:, 2]).astype(int)
    inside = frame[max(y, 0) : y + crop.size, max(x, 0) : x + crop.size]
    part = cut[max(-y, 0) :, max(-x, 0) :][: inside.shape[0], : inside.shape[1]]
    np.testing.assert_array_equal(part, inside)


@pytest.mark.parametrize("center", [(5.0, 5.0), (315.0, 235.0), (160.0, 0.0)])
def test_outside_of_the_frame_its_edge_is_repeated(center):
    frame = np.full((240, 320, 3), 77, np.uint8)
    face = face_at(center=center)
    for size in (None, 96, 400):
        assert (face_crop(face, size=size).cut(frame) == 77).all()


def test_the_identity_crop_returns_the_frame():
    frame = random_frame((64, 64))
    crop = Crop(np.array([[1.0, 0, 0], [0, 1.0, 0]]), 64, (64, 64))
    np.testing.assert_array_equal(crop.cut(frame), frame)


@pytest.mark.parametrize("scale", [0.2, 0.5, 0.79, 1.0, 3.0])
def test_a_ramp_keeps_its_place_at_any_scale(scale):
    x = np.arange(400, dtype=np.float32)
    frame = np.repeat(np.tile(x * 0.6, (400, 1))[..., None], 3, axis=2).astype(np.uint8)
    matrix = np.array([[scale, 0, 50 - 200 * scale], [0, scale, 50 - 200 * scale]])
    crop = Crop(matrix, 101, (400, 400))
    cut = crop.cut(frame).astype(float)
    places = crop.to_frame(np.array([[x, 50] for x in (20, 50, 80)], np.float32))[:, 0]
    inside = (places > 5) & (places < 395)
    np.testing.assert_allclose(cut[50, [20, 50, 80], 0][inside], places[inside] * 0.6, atol=1.2)
