"""A normalized face is upright, in the middle, and its way back leads to where it was."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from reenact.errors import InputError
from reenact.face.schemes import convert
from reenact.methods.stylefusion.normalize import normalized_crop


def eyes_and_mouth(points):
    shape = convert(points, "mediapipe478", "ibug68")[:, :2]
    return shape[36:42].mean(0), shape[42:48].mean(0), shape[[48, 54]].mean(0)


@pytest.mark.parametrize("turn", [0, 25, -40, 170])
def test_a_turned_face_comes_out_upright_and_alike(portrait, portrait_face, turn):
    height, width = portrait.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 0.8)
    points = portrait_face.points.copy()
    points[:, :2] = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    crop = normalized_crop(points, portrait.shape[:2], 64)
    right, left, mouth = eyes_and_mouth(crop.to_crop(points))
    plain = normalized_crop(portrait_face.points, portrait.shape[:2], 64)
    wanted = eyes_and_mouth(plain.to_crop(portrait_face.points))
    np.testing.assert_allclose((right, left, mouth), wanted, atol=0.05)
    assert right[0] < left[0] and mouth[1] > right[1]
    assert abs(right[1] - left[1]) < 2


def test_the_face_lies_in_the_middle_and_the_way_back_leads_home(portrait, portrait_face):
    crop = normalized_crop(portrait_face.points, portrait.shape[:2], 128)
    there = crop.to_crop(portrait_face.points)[:, :2]
    assert 10 < there.min() and there.max() < 118
    back = crop.to_frame(crop.to_crop(portrait_face.points))
    np.testing.assert_allclose(back[:, :2], portrait_face.points[:, :2], atol=1e-2)
    assert crop.cut(portrait).shape == (128, 128, 3)


def test_a_face_without_size_is_refused(portrait):
    with pytest.raises(InputError, match="eyes above its mouth"):
        normalized_crop(np.zeros((478, 3), np.float32), portrait.shape[:2], 64)
