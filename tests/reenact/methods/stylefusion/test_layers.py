"""Layers against slow plain versions of the papers' formulas."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from reenact.methods.stylefusion.layers import (
    TAPS,
    EqualLinear,
    Noise,
    adain,
    blur,
    modulated,
    upsample,
)


def plain_upfirdn(x: np.ndarray, taps, up: int, before: int, after: int, gain: float):
    """Zeros between, pad, then convolve pixel by pixel."""
    kernel = np.outer(taps, taps) / np.sum(np.outer(taps, taps)) * gain
    height, width = x.shape
    wide = np.zeros((height * up, width * up))
    wide[::up, ::up] = x
    wide = np.pad(wide, ((before, after), (before, after)))
    n = len(taps)
    out = np.zeros((wide.shape[0] - n + 1, wide.shape[1] - n + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            for a in range(n):
                for b in range(n):
                    out[i, j] += wide[i + n - 1 - a, j + n - 1 - b] * kernel[a, b]
    return out


def test_upsample_is_zeros_between_then_the_filter():
    x = torch.randn(1, 2, 5, 4)
    wide = upsample(x)
    assert wide.shape == (1, 2, 10, 8)
    for channel in range(2):
        wanted = plain_upfirdn(x[0, channel].numpy(), TAPS, 2, 2, 1, 4.0)
        np.testing.assert_allclose(wide[0, channel].numpy(), wanted, atol=1e-5)


def test_upsample_keeps_an_even_picture_even():
    wide = upsample(torch.full((1, 1, 8, 8), 0.7))
    torch.testing.assert_close(wide[..., 3:-3, 3:-3], torch.full((1, 1, 10, 10), 0.7))


@pytest.mark.parametrize("taps", [(1, 2, 1), (1, 3, 3, 1), (1, 2, 5)])
def test_blur_is_a_convolution_with_the_taps(taps):
    x = torch.randn(1, 1, 7, 6)
    wanted = plain_upfirdn(x[0, 0].numpy(), taps, 1, 0, 0, 2.0)
    np.testing.assert_allclose(blur(x, taps, gain=2.0)[0, 0].numpy(), wanted, atol=1e-5)


def plain_modulated(x, weight, style, demodulate, up):
    """Eq. 1 and 3 of StyleGAN2, with weights made for each picture."""
    rows = []
    for picture, factors in zip(x, style, strict=True):
        own = weight * factors[None, :, None, None]
        if demodulate:
            own = own / (own.square().sum((1, 2, 3), keepdim=True) + 1e-8).sqrt()
        if up:
            wide = functional.conv_transpose2d(picture[None], own.transpose(0, 1), stride=2)
            maps = [
                plain_upfirdn(np.pad(one.detach().numpy(), 1), TAPS, 1, 0, 0, 4.0)
                for one in wide[0]
            ]
            rows.append(torch.tensor(np.stack(maps), dtype=torch.float32))
        else:
            rows.append(functional.conv2d(picture[None], own, padding=own.shape[-1] // 2)[0])
    return torch.stack(rows)


@pytest.mark.parametrize("demodulate", [True, False])
@pytest.mark.parametrize("up", [True, False])
def test_modulation_scales_and_demodulation_normalizes_the_weights(demodulate, up):
    x, weight, style = torch.randn(2, 3, 5, 5), torch.randn(4, 3, 3, 3), torch.rand(2, 3) + 0.5
    found = modulated(x, weight, style, demodulate, up)
    assert found.shape == (2, 4, 10, 10) if up else (2, 4, 5, 5)
    wanted = plain_modulated(x, weight, style, demodulate, up)
    torch.testing.assert_close(found, wanted, atol=2e-5, rtol=1e-4)


def test_demodulated_outputs_keep_their_variance_whatever_the_style():
    x, weight = torch.randn(1, 64, 32, 32), torch.randn(32, 64, 3, 3)
    for strength in (0.1, 1.0, 10.0):
        out = modulated(x, weight, torch.full((1, 64), strength), True, False)
        assert float(out.std()) == pytest.approx(1.0, abs=0.1)


def test_adain_is_eq_1():
    x, style = torch.randn(2, 3, 6, 5) * 4 + 2, torch.randn(2, 6)
    found = adain(x, style).numpy()
    for b in range(2):
        for c in range(3):
            one = x[b, c].numpy()
            scale, shift = float(style[b, c]) + 1, float(style[b, c + 3])
            wanted = scale * (one - one.mean()) / np.sqrt(one.var() + 1e-5) + shift
            np.testing.assert_allclose(found[b, c], wanted, atol=1e-4)


def test_equalized_weights_act_the_same_at_every_learning_rate():
    torch.manual_seed(0)
    first = EqualLinear(8, 4, rate=1.0)
    second = EqualLinear(8, 4, rate=0.01)
    second.load_state_dict({k: v / 0.01 for k, v in first.state_dict().items()})
    x = torch.randn(3, 8)
    torch.testing.assert_close(first(x), second(x))


def test_noise_is_fixed_unless_asked_otherwise():
    noise = Noise(4, 1, seed=3)
    torch.nn.init.ones_(noise.strength)
    x = torch.zeros(2, 5, 4, 4)
    torch.testing.assert_close(noise(x), noise(x))
    torch.testing.assert_close(noise(x), Noise(4, 1, seed=3).fixed.expand(2, 5, 4, 4))
    assert not torch.equal(noise(x, "random"), noise(x, "random"))
    assert torch.equal(noise(x, "none"), x)
