"""Pasting back: untouched where the mask is 0, exact crops bit for bit, mask values."""

import numpy as np
import pytest

from reenact.face.align import face_crop
from reenact.face.detect import make_face
from reenact.face.paste import hull_mask, paste_back
from reenact.face.pose import pose_rotation
from reenact.face.scheme_tables import mean_mesh
from reenact.types import HeadPose


def face_at(center=(160.0, 120.0), roll=20.0):
    points = mean_mesh() @ pose_rotation(HeadPose(0, 0, roll)).T * 60 + (*center, 0)
    return make_face(points.astype(np.float32), 1.0, (240, 320))


FRAME = np.random.default_rng(0).integers(0, 256, (240, 320, 3)).astype(np.uint8)


@pytest.mark.parametrize("center", [(160.0, 120.0), (10.0, 20.0), (310.0, 230.0)])
@pytest.mark.parametrize("mask", [0.0, 0.4, 1.0])
def test_an_exact_crop_pasted_back_is_the_frame_bit_for_bit(center, mask):
    crop = face_crop(face_at(center), size=None)
    cut = crop.cut(FRAME)
    out = paste_back(FRAME, cut, np.full((crop.size, crop.size), mask, np.float32), crop)[0]
    np.testing.assert_array_equal(out, FRAME)


@pytest.mark.parametrize("size", [64, 256, 700])
def test_outside_of_the_mask_no_pixel_changes(size):
    face = face_at()
    crop = face_crop(face, size=size)
    mask = hull_mask([crop.to_crop(face.points)], size)
    white = np.full((size, size, 3), 255, np.uint8)
    out = paste_back(FRAME, white, mask, crop)[0]
    x, y = face.points[:, 0], face.points[:, 1]
    center = tuple(np.round(face.points[4, 1::-1]).astype(int))
    assert (out[center] >= 254).all()
    far = np.ones(FRAME.shape[:2], bool)
    reach = 0.4 * np.ptp(y)
    far[
        int(max(0, y.min() - reach)) : int(y.max() + reach),
        int(max(0, x.min() - reach)) : int(x.max() + reach),
    ] = False
    assert far.any()
    np.testing.assert_array_equal(out[far], FRAME[far])


def test_an_empty_mask_returns_the_frame():
    crop = face_crop(face_at())
    out = paste_back(FRAME, crop.cut(FRAME), np.zeros((256, 256), np.float32), crop)[0]
    np.testing.assert_array_equal(out, FRAME)
    assert out is not FRAME


def test_a_resampled_crop_pasted_back_is_nearly_the_frame():
    y, x = np.mgrid[:240, :320]
    smooth = np.stack([x * 0.7, y, 120 + 60 * np.sin(x / 20)], -1).astype(np.uint8)
    crop = face_crop(face_at(), size=256)
    out = paste_back(smooth, crop.cut(smooth), np.ones((256, 256), np.float32), crop)[0]
    assert np.abs(out.astype(int) - smooth).mean() < 0.6
    assert np.abs(out.astype(int) - smooth).max() <= 6


def test_hull_mask_is_one_inside_and_zero_far_away():
    face = face_at()
    crop = face_crop(face, size=256)
    points = crop.to_crop(face.points)
    mask = hull_mask([points], 256, grow=0.06, blur=0.03)
    assert mask.shape == (256, 256) and mask.dtype == np.float32
    assert mask.min() == 0 and mask.max() == 1
    inner = np.round(points[[1, 4, 33, 263, 13]]).astype(int)
    np.testing.assert_allclose(mask[inner[:, 1], inner[:, 0]], 1, atol=0.01)
    assert (mask[[0, 0, -1, -1], [0, -1, 0, -1]] == 0).all()
    assert mask.sum() > (hull_mask([points], 256, grow=0.0, blur=0.01)).sum()


def test_hull_mask_covers_all_faces_given():
    one, other = (
        np.array([[50, 50], [90, 50], [70, 90]]),
        np.array([[150, 60], [190, 60], [170, 90]]),
    )
    both = hull_mask([one, other], 256)
    assert both[60, 120] == pytest.approx(1, abs=0.05)
    assert (both + 1e-3 >= np.maximum(hull_mask([one], 256), hull_mask([other], 256))).all()
