"""Layers of style-based generators: equalized weights, blur, noise, AdaIN, demodulation.

Weights are kept as published (unit variance) and scaled when used: "equalized learning rate",
Karras et al. (2017), section 4.1.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

SLOPE = 0.2
ROOT2 = 2**0.5


class EqualLinear(nn.Module):
    """A linear layer with weights scaled at run time.

    Args:
        gain: of the weights. rate: of learning; weights are kept divided by it.
        start: first value of the bias.
    """

    def __init__(
        self, inputs: int, outputs: int, gain: float = 1.0, rate: float = 1.0, start: float = 0.0
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / rate)
        self.bias = nn.Parameter(torch.full((outputs,), start / rate))
        self.scale, self.rate = gain * rate * inputs**-0.5, rate

    def forward(self, x: Tensor) -> Tensor:
        """(..., I) to (..., O)."""
        return functional.linear(x, self.weight * self.scale, self.bias * self.rate)


class Noise(nn.Module):
    """Fixed noise added to features, with a strength for each channel.

    Args:
        size: side of the features.
        channels: 1 where one strength serves all channels (StyleGAN2).
        seed: of the fixed noise, where no checkpoint brings one.
    """

    def __init__(self, size: int, channels: int, seed: int) -> None:
        super().__init__()
        self.strength = nn.Parameter(torch.zeros(channels))
        fixed = torch.randn(1, 1, size, size, generator=torch.Generator().manual_seed(seed))
        self.register_buffer("fixed", fixed)

    def forward(self, x: Tensor, kind: str = "fixed") -> Tensor:
        """(B, C, H, W) with noise: `fixed`, `random` for each picture, or `none`."""
        if kind == "none":
            return x
        noise = self.fixed
        if kind == "random":
            noise = torch.randn(len(x), 1, *x.shape[2:], device=x.device, dtype=x.dtype)
        return x + noise * self.strength.view(1, -1, 1, 1)


def blur(x: Tensor, taps: tuple[int, ...], gain: float = 1.0) -> Tensor:
    """Separable low-pass filter; the side shrinks by len(taps) - 1.

    Args:
        x: (B, C, H, W), padded as wanted.
        taps: of the filter, which is normalized to sum 1.
        gain: factor on the result.
    """
    row = torch.tensor(taps, dtype=x.dtype, device=x.device)
    kernel = torch.outer(row, row)
    kernel = (gain / kernel.sum() * kernel).flip(0, 1)
    channels = x.shape[1]
    return functional.conv2d(x, kernel.expand(channels, 1, -1, -1), groups=channels)


TAPS = (1, 3, 3, 1)


def upsample(x: Tensor, taps: tuple[int, ...] = TAPS) -> Tensor:
    """(B, C, H, W) to (B, C, 2H, 2W): zeros between the pixels, then the low-pass filter."""
    batch, channels, height, width = x.shape
    wide = x.new_zeros(batch, channels, height, 2, width, 2)
    wide[:, :, :, 0, :, 0] = x
    wide = wide.view(batch, channels, 2 * height, 2 * width)
    before = len(taps) // 2
    return blur(functional.pad(wide, [before, len(taps) - 1 - before] * 2), taps, gain=4)


def modulated(x: Tensor, weight: Tensor, style: Tensor, demodulate: bool, up: bool) -> Tensor:
    """Convolution with weights modulated by a style (StyleGAN2, section 2.2).

    The input is scaled instead of the weights, and the output by the weights' norm, which is the
    same and needs no weights of its own for each picture.

    Args:
        x: (B, I, H, W). weight: (O, I, K, K), K odd. style: (B, I) factors.
        demodulate: divide each output channel by the norm of its modulated weights.
        up: double the side.

    Returns:
        (B, O, H, W), or twice the side.
    """
    out = x * style[:, :, None, None]
    if up:
        out = functional.conv_transpose2d(out, weight.transpose(0, 1), stride=2)  # 2H + 1
        out = blur(functional.pad(out, [1, 1, 1, 1]), TAPS, gain=4)  # 2H
    else:
        out = functional.conv2d(out, weight, padding=weight.shape[-1] // 2)
    if demodulate:
        norms = style.square() @ weight.square().sum((2, 3)).t() + 1e-8  # (B, O)
        out = out * norms.rsqrt()[:, :, None, None]
    return out


def adain(x: Tensor, style: Tensor) -> Tensor:
    """Each channel brought to mean 0 and variance 1, then scaled and shifted (StyleGAN, Eq. 1).

    Args:
        x: (B, C, H, W).
        style: (B, 2C) scales less 1, then shifts.
    """
    scale, shift = style[:, :, None, None].chunk(2, dim=1)
    return functional.instance_norm(x, eps=1e-5) * (scale + 1) + shift
