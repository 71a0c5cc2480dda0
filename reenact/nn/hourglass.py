"""A small stacked hourglass: a heat map for each landmark (Newell et al., 2016, arXiv 1603.06937).

Lighter than the paper's: the picture enters by space-to-depth at a quarter of its side, blocks are
two plain 3 x 3 convolutions, and there are three scales below the first instead of four.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from reenact.errors import ShapeError

FOLD = 4
"""Pixels of the picture for each place of a heat map, along a side."""


@dataclass(frozen=True)
class HourglassConfig:
    """Shape of the network.

    Attributes:
        points: heat maps that it gives.
        size: side of the pictures, pixels; a multiple of 4 x 2 ** `depth`.
        channels: of all features.
        stacks: hourglasses, one after another.
        depth: scales below the first.
    """

    points: int = 68
    size: int = 128
    channels: int = 64
    stacks: int = 2
    depth: int = 3


class StackedHourglass(nn.Module):
    """Pictures to scores of where each landmark is, one set of maps a stack."""

    def __init__(self, config: HourglassConfig) -> None:
        super().__init__()
        self.config = config
        channels = config.channels
        self.stem = nn.Sequential(_unit(3 * FOLD**2, channels), Block(channels))
        self.hourglasses = nn.ModuleList(
            Hourglass(channels, config.depth) for _ in range(config.stacks)
        )
        self.heads = nn.ModuleList(
            nn.Conv2d(channels, config.points, 1) for _ in range(config.stacks)
        )
        self.returns = nn.ModuleList(
            nn.Conv2d(channels + config.points, channels, 1) for _ in range(config.stacks - 1)
        )

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """(B, 3, S, S) 0..1 to one (B, K, S/4, S/4) of scores for each stack, the last the best."""
        size = self.config.size
        if pictures.ndim != 4 or tuple(pictures.shape[1:]) != (3, size, size):
            got = tuple(pictures.shape)
            raise ShapeError(f"`pictures` must be (B, 3, {size}, {size}), got {got}.")
        x = self.stem(functional.pixel_unshuffle(pictures - 0.5, FOLD))  # (B, C, S/4, S/4)
        maps = []
        for index, (hourglass, head) in enumerate(zip(self.hourglasses, self.heads, strict=True)):
            features = hourglass(x)  # (B, C, S/4, S/4)
            maps.append(head(features))  # (B, K, S/4, S/4)
            if index < len(self.returns):
                x = x + self.returns[index](torch.cat([features, maps[-1]], dim=1))
        return maps


class Hourglass(nn.Module):
    """Down to a coarse scale and back, with a side branch at each scale."""

    def __init__(self, channels: int, depth: int) -> None:
        super().__init__()
        self.side = Block(channels)
        self.down = Block(channels)
        self.inner = Hourglass(channels, depth - 1) if depth > 1 else Block(channels)
        self.up = Block(channels)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) to the same."""
        low = self.up(self.inner(self.down(functional.avg_pool2d(x, 2))))  # (B, C, H/2, W/2)
        return self.side(x) + functional.interpolate(low, scale_factor=2, mode="nearest")


class Block(nn.Module):
    """Two 3 x 3 convolutions beside the identity."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first, self.second = _unit(channels, channels), _unit(channels, channels, relu=False)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) to the same."""
        return (x + self.second(self.first(x))).relu()


def _unit(inputs: int, outputs: int, *, relu: bool = True) -> nn.Sequential:
    layers = [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, nn.ReLU(inplace=True)) if relu else nn.Sequential(*layers)
