"""Pixels of the face alone: the rest does not count, and blur is told from sharpness."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from bench.face_pixels import blurred_alike, face_figures, face_mask
from bench.metrics.pixels import psnr, ssim
from reenact.errors import InputError


@pytest.fixture
def picture():
    rng = np.random.default_rng(0)
    return cv2.GaussianBlur(rng.integers(0, 256, (64, 64, 3)).astype(np.uint8), (0, 0), 0.8)


def test_all_of_a_picture_is_what_the_metrics_of_pixels_say(picture):
    other = np.clip(picture.astype(int) + 9, 0, 255).astype(np.uint8)
    found = face_figures(other, picture, np.ones((64, 64), bool))
    assert found["psnr_face"] == pytest.approx(psnr(other, picture))
    assert found["ssim_face"] == pytest.approx(ssim(other, picture), abs=1e-6)


def test_what_lies_outside_does_not_count(picture):
    mask = np.zeros((64, 64), bool)
    mask[20:40, 20:40] = True
    other = picture.copy()
    other[:4] = 0
    found = face_figures(other, picture, mask)
    assert found == {"ssim_face": pytest.approx(1), "psnr_face": 100.0, "detail": pytest.approx(1)}


def test_a_blurred_picture_has_less_detail(picture):
    mask = np.ones((64, 64), bool)
    blurred = cv2.GaussianBlur(picture, (0, 0), 1.0)
    assert face_figures(blurred, picture, mask)["detail"] < 0.8
    assert face_figures(picture, blurred, mask)["detail"] > 1.25


def test_the_mask_covers_both_faces_and_little_else(portrait_face):
    points = portrait_face.points - portrait_face.points.min(0)
    points = points * 100 / points[:, :2].max()
    one, two = face_mask(128, points), face_mask(128, points, points + 20)
    assert one[50, 40] and not one[0, 0] and not one[127, 127]
    assert (two | ~one).all() and two.sum() > one.sum()


def test_an_empty_mask_is_said(picture):
    with pytest.raises(InputError, match="mask"):
        face_figures(picture, picture, np.zeros((64, 64), bool))


def test_a_sharp_picture_is_blurred_until_it_is_like_the_other(picture):
    mask = np.ones((64, 64), bool)
    blurred = cv2.GaussianBlur(picture, (0, 0), 1.2)
    assert blurred_alike(picture, blurred, mask) == pytest.approx(1.2, abs=0.1)
    assert blurred_alike(blurred, picture, mask) == 0
