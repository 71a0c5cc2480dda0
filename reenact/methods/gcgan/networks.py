"""Networks G and D of Table 3, at 64 x 64."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reenact.errors import UnknownNameError
from reenact.methods.gcgan.config import GUIDES, GCGANConfig
from reenact.methods.gcgan.light import LightGenerator

_GROUND = 4  # side of the smallest feature map of the decoder
_HIDDEN = 1024  # FC(1024)
_LEAK = 0.2


class Generator(nn.Module):
    """G: the image encoder and the joint decoder, with one skip connection."""

    def __init__(self, config: GCGANConfig) -> None:
        super().__init__()
        self.config = config
        first, second, third = config.widths
        is_guided = config.guide == "embedding"
        self.conv1 = nn.Sequential(*_conv(3 if is_guided else 4, first))
        self.conv2 = nn.Sequential(*_conv(first, second))
        self.conv3 = nn.Sequential(*_conv(second, third))
        self.side = config.size // 8
        self.neck = nn.Sequential(
            *_full(third * self.side**2, _HIDDEN), *_full(_HIDDEN, config.neck)
        )
        inside = config.neck + (config.embedding.size if is_guided else 0)
        self.ground = third * (self.side // 2) ** 2  # FC(4096)
        self.joint = nn.Sequential(*_full(inside, self.ground))
        self.up1 = nn.Sequential(*_deconv(third, third))
        self.up2 = nn.Sequential(*_deconv(third, second))
        self.up3 = nn.Sequential(*_deconv(second, first))
        self.up4 = nn.Sequential(*_deconv(2 * first, first))  # the skip comes in here
        # Table 3 has batch norm before the last Tanh; it is kept.
        self.paint = nn.Sequential(
            nn.Conv2d(first, 3, 5, 1, 2, bias=False), nn.BatchNorm2d(3), nn.Tanh()
        )

    def forward(self, source: Tensor, guide: Tensor, *_: Tensor) -> Tensor:
        """The source with the guiding expression, (B, 3, 64, 64) 0..1.

        Args:
            source: (B, 3, 64, 64) 0..1.
            guide: (B, 32) z_g; or (B, 1, 64, 64) 0..1 drawn landmarks, where that is the guide.
            _: what else the light one is told.
        """
        is_guided = self.config.guide == "embedding"
        x = 2 * source - 1
        near = self.conv1(x if is_guided else torch.cat([x, 2 * guide - 1], 1))  # (B, 64, 32, 32)
        z = self.neck(self.conv3(self.conv2(near)).flatten(1))  # z_i: (B, 128)
        z = self.joint(torch.cat([z, guide], 1) if is_guided else z)  # (B, 4096)
        x = z.view(len(z), -1, self.side // 2, self.side // 2)  # (B, 256, 4, 4)
        x = self.up3(self.up2(self.up1(x)))  # (B, 64, 32, 32)
        return (self.paint(self.up4(torch.cat([x, near], 1))) + 1) / 2


class Critic(nn.Module):
    """D: five convolutions; a score for each of 2 x 2 places of a 64 x 64 picture.

    A larger picture is judged at 64 x 64: its gradient penalty is four times as fast there.
    """

    def __init__(self, size: int = 64, widths: tuple[int, ...] = (64, 128, 256, 512)) -> None:
        super().__init__()
        self.size = size
        layers: list[nn.Module] = []
        for before, after in zip((3, *widths), widths, strict=False):
            size //= 2
            layers += [nn.Conv2d(before, after, 5, 2, 2), nn.LayerNorm([after, size, size])]
            layers += [nn.LeakyReLU(_LEAK)]
        self.layers = nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, 5, 2, 2))

    def forward(self, pictures: Tensor) -> Tensor:
        """Scores (B, 1, 2, 2) of pictures (B, 3, S, S) 0..1, S 64 or a multiple of it."""
        if pictures.shape[-1] != self.size:
            pictures = F.interpolate(pictures, size=(self.size, self.size), mode="area")
        return self.layers(2 * pictures - 1)


KINDS = {"paper": Generator, "light": LightGenerator}


def make_generator(config: GCGANConfig) -> Generator | LightGenerator:
    """A generator with random weights."""
    if config.kind not in KINDS:
        raise UnknownNameError("generator", config.kind, KINDS)
    if config.guide not in GUIDES:
        raise UnknownNameError("guide", config.guide, GUIDES)
    return KINDS[config.kind](config)


def _conv(before: int, after: int) -> list[nn.Module]:
    """Conv(after, 5, 2), BN, ReLU; the norm makes a bias needless."""
    conv = nn.Conv2d(before, after, 5, 2, 2, bias=False)
    return [conv, nn.BatchNorm2d(after), nn.ReLU()]


def _deconv(before: int, after: int) -> list[nn.Module]:
    """DeConv(after, 5, 2), BN, ReLU: exactly twice the side."""
    conv = nn.ConvTranspose2d(before, after, 5, 2, 2, output_padding=1, bias=False)
    return [conv, nn.BatchNorm2d(after), nn.ReLU()]


def _full(before: int, after: int) -> list[nn.Module]:
    return [nn.Linear(before, after, bias=False), nn.BatchNorm1d(after), nn.ReLU()]
