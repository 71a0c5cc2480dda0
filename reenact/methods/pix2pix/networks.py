"""pix2pix with the landmarks as a fourth channel: FReeNet's baseline (section 4.1)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reenact.errors import UnknownNameError
from reenact.methods.pix2pix.config import Pix2PixConfig
from reenact.nn.resnet import Block, ResBlock, begin_normal, conv_norm, up_norm

_STEP = 4  # space to depth


class Pix2Pix(nn.Module):
    """The ResNet generator that FReeNet's Table 2 counts: 16.7 M numbers."""

    def __init__(self, config: Pix2PixConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.layers = nn.Sequential(
            *conv_norm(4, width, 7),
            *conv_norm(width, 2 * width, 3, stride=2),
            *conv_norm(2 * width, 4 * width, 3, stride=2),
            *(ResBlock(4 * width, 4 * width) for _ in range(config.blocks)),
            *up_norm(4 * width, 2 * width),
            *up_norm(2 * width, width),
            nn.Conv2d(width, 3, 7, padding=3, padding_mode="reflect"),
            nn.Tanh(),
        )
        self.apply(begin_normal)

    def forward(self, reference: Tensor, lines: Tensor) -> Tensor:
        """The reference with other landmarks, (B, 3, S, S) 0..1.

        Args:
            reference: (B, 3, S, S) 0..1.
            lines: (B, 1, S, S) 0..1, the landmark image.
        """
        return (self.layers(2 * torch.cat([reference, lines], 1) - 1) + 1) / 2


class LightPix2Pix(nn.Module):
    """A U-Net with skip connections, as pix2pix's, at a quarter of the resolution."""

    def __init__(self, config: Pix2PixConfig) -> None:
        super().__init__()
        self.config = config
        first, second, third = config.widths
        self.enter = nn.Conv2d(4 * _STEP**2, first, 3, padding=1)
        self.encode1 = Block(first)
        self.down1 = nn.Conv2d(first, second, 3, stride=2, padding=1)
        self.encode2 = Block(second)
        self.down2 = nn.Conv2d(second, third, 3, stride=2, padding=1)
        self.middle = nn.Sequential(Block(third), Block(third), Block(third))
        self.up2 = nn.Conv2d(third, second, 1)
        self.decode2 = Block(second)
        self.up1 = nn.Conv2d(second, first, 1)
        self.decode1 = nn.Sequential(Block(first), Block(first))
        self.paint = nn.Conv2d(first, 3 * _STEP**2, 3, padding=1)

    def forward(self, reference: Tensor, lines: Tensor) -> Tensor:
        """As `Pix2Pix.forward`."""
        x = F.pixel_unshuffle(torch.cat([reference, lines], 1) - 0.5, _STEP)
        near = self.encode1(self.enter(x))
        middle = self.encode2(self.down1(near))
        far = self.middle(self.down2(middle))
        x = self.decode2(middle + _double(self.up2(far)))
        x = F.leaky_relu(self.decode1(near + _double(self.up1(x))), 0.1)
        return (torch.tanh(F.pixel_shuffle(self.paint(x), _STEP)) + 1) / 2


KINDS = {"paper": Pix2Pix, "light": LightPix2Pix}


def make_generator(config: Pix2PixConfig) -> Pix2Pix | LightPix2Pix:
    """A generator with random weights."""
    if config.kind not in KINDS:
        raise UnknownNameError("generator", config.kind, KINDS)
    return KINDS[config.kind](config)


def _double(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
