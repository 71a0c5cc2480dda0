"""SSIM and PSNR against scikit-image and numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bench.metrics.pixels import psnr, ssim
from reenact.errors import ShapeError


@pytest.fixture
def noisy(portrait):
    noise = np.random.default_rng(0).normal(0, 12, portrait.shape)
    return (portrait + noise).round().clip(0, 255).astype(np.uint8)


def test_psnr_of_black_and_white_is_0_and_of_equal_pictures_the_most():
    black, white = np.zeros((4, 4, 3), np.uint8), np.full((4, 4, 3), 255, np.uint8)
    assert psnr(black, white) == pytest.approx(0)
    assert psnr(white, white) == 100


def test_psnr_worked_out_by_hand():
    gray, lighter = np.full((4, 4, 3), 100, np.uint8), np.full((4, 4, 3), 110, np.uint8)
    assert psnr(gray, lighter) == pytest.approx(20 * np.log10(255 / 10), abs=1e-4)


def test_both_agree_with_scikit_image(portrait, noisy):
    from skimage.metrics import peak_signal_noise_ratio, structural_similarity

    assert psnr(noisy, portrait) == pytest.approx(peak_signal_noise_ratio(portrait, noisy), 1e-5)
    theirs = structural_similarity(
        portrait,
        noisy,
        channel_axis=2,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        data_range=255,
    )
    assert ssim(noisy, portrait) == pytest.approx(theirs, abs=1e-4)


def test_ssim_is_1_at_best_and_falls_with_noise(portrait, noisy):
    assert ssim(portrait, portrait) == pytest.approx(1)
    assert ssim(noisy, portrait) < 0.9
    assert ssim(255 - portrait, portrait) < 0.3


@pytest.mark.parametrize("metric", [ssim, psnr])
def test_shapes_must_match(metric, portrait):
    with pytest.raises(ShapeError, match="must have the same shape"):
        metric(portrait, portrait[:-1])
