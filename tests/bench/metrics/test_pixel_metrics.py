"""Pixel metrics against scikit-image, torchmetrics and numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bench.metrics.pixels import l1, l2, psnr, ssim
from reenact.errors import InputError, ShapeError


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


@pytest.mark.parametrize("change", ["noise", "shift", "dark", "flat", "white"])
def test_ssim_and_psnr_are_within_1e_4_of_scikit_image_and_torchmetrics(change, portrait, noisy):
    from skimage.metrics import peak_signal_noise_ratio, structural_similarity
    from torchmetrics.functional.image import (
        peak_signal_noise_ratio as torch_psnr,
    )
    from torchmetrics.functional.image import (
        structural_similarity_index_measure as torch_ssim,
    )

    from reenact.images import to_tensor

    flat = np.full_like(portrait, 200)
    pairs = {
        "noise": (noisy, portrait),
        "shift": (np.roll(portrait, 3, axis=1), portrait),
        "dark": (portrait // 3, portrait),
        "flat": (flat, flat + np.indices(flat.shape)[0].astype(np.uint8) % 2),
        "white": (np.full_like(portrait, 255), np.full_like(portrait, 254)),
    }
    output, target = pairs[change]
    theirs = structural_similarity(
        target,
        output,
        channel_axis=2,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        data_range=255,
    )
    assert ssim(output, target) == pytest.approx(theirs, abs=1e-4)
    tensors = to_tensor(output), to_tensor(target)
    _, full = torch_ssim(*tensors, data_range=1.0, return_full_image=True)
    assert ssim(output, target) == pytest.approx(float(full[..., 5:-5, 5:-5].mean()), abs=1e-4)
    assert psnr(output, target) == pytest.approx(peak_signal_noise_ratio(target, output), abs=1e-4)
    assert psnr(output, target) == pytest.approx(
        float(torch_psnr(*tensors, data_range=1.0)), abs=1e-4
    )


def test_l1_and_l2_are_the_plain_means(portrait, noisy):
    gap = portrait.astype(float) - noisy
    assert l1(noisy, portrait) == pytest.approx(np.abs(gap).mean())
    assert l2(noisy, portrait) == pytest.approx(np.sqrt((gap**2).mean()))


def test_l1_and_l2_go_from_0_to_255():
    black, white = np.zeros((4, 5, 3), np.uint8), np.full((4, 5, 3), 255, np.uint8)
    assert l1(black, black) == l2(black, black) == 0
    assert l1(black, white) == l2(black, white) == 255


def test_ssim_refuses_pictures_smaller_than_its_window():
    with pytest.raises(ShapeError, match="11 x 11 or larger, got 20 x 10"):
        ssim(np.zeros((10, 20, 3), np.uint8), np.zeros((10, 20, 3), np.uint8))


@pytest.mark.parametrize("metric", [ssim, psnr, l1, l2])
def test_empty_pictures_are_refused(metric):
    with pytest.raises(InputError, match="must not be empty"):
        metric(np.zeros((0, 4, 3), np.uint8), np.zeros((0, 4, 3), np.uint8))


@pytest.mark.parametrize("metric", [ssim, psnr, l1, l2])
def test_shapes_must_match(metric, portrait):
    with pytest.raises(ShapeError, match="must have the same shape"):
        metric(portrait, portrait[:-1])
