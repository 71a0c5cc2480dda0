"""Blocks of image-to-image networks."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn


class Block(nn.Module):
    """A residual block that begins as the identity."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.conv2.weight)
        nn.init.zeros_(self.conv2.bias)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, h, w) to the same."""
        return x + self.conv2(F.leaky_relu(self.conv1(F.leaky_relu(x, 0.1)), 0.1))


class ResBlock(nn.Module):
    """Two convolutions and, beside them, one."""

    def __init__(self, inside: int, outside: int) -> None:
        super().__init__()
        self.around = nn.Sequential(*conv_norm(inside, outside, 3)[:-1])
        self.through = nn.Sequential(
            *conv_norm(inside, outside, 3, is_reflected=True),
            *conv_norm(outside, outside, 3, is_reflected=True)[:-1],
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B, inside, h, w) to (B, outside, h, w)."""
        return self.around(x) + self.through(x)


def conv_norm(
    inside: int, outside: int, kernel: int, *, stride: int = 1, is_reflected: bool = False
) -> list[nn.Module]:
    """Convolution, instance norm, rectifier."""
    mode = "reflect" if is_reflected or kernel == 7 else "zeros"
    conv = nn.Conv2d(inside, outside, kernel, stride, kernel // 2, padding_mode=mode)
    return [conv, nn.InstanceNorm2d(outside), nn.ReLU()]


def up_norm(inside: int, outside: int) -> list[nn.Module]:
    """Twice the size: transposed convolution, instance norm, rectifier."""
    conv = nn.ConvTranspose2d(inside, outside, 3, 2, padding=1, output_padding=1)
    return [conv, nn.InstanceNorm2d(outside), nn.ReLU()]


def begin_normal(module: nn.Module) -> None:
    """pix2pix's start: normal weights of deviation 0.02."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, 0.02)
        nn.init.zeros_(module.bias)
