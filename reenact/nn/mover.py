"""A light generator that minutes on a processor can train, and that runs live on one.

It looks at a picture and at the same picture moved along its landmarks, corrects that motion, adds
tone, and paints with a mask only what no motion can show. It works at a quarter of the resolution.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reenact.nn.resnet import Block

STEP = 4
"""Space to depth: the network works at a quarter of the resolution."""
FLOW_UNIT = 16.0  # pixels
_CORRECTION = 8.0  # most pixels that the motion is corrected by
_PARTS = 3
_MASK_BIAS = -2.0
_INSIDE = 4.0  # the inside of a mouth is painted unless the network says otherwise

Fields = tuple[Tensor, Tensor, Tensor, Tensor]
"""Motion (B, 2, S/4, S/4), pixels; tone to add (B, 3, S/4, S/4); share that is painted
(B, 1, S/2, S/2); paint (B, 3, S, S)."""


class Mover(nn.Module):
    """A U-Net from a picture, the picture moved, and geometry to what an output is composed of.

    Args:
        widths: channels at a quarter, an eighth and a sixteenth of the resolution.
        inside: channels of the geometry. geometry: channels that it is read with.
    """

    def __init__(self, widths: tuple[int, int, int], inside: int, geometry: int) -> None:
        super().__init__()
        first, second, third = widths
        self.enter = nn.Conv2d(6 * STEP**2, first, 3, padding=1)
        self.encode1 = Block(first)
        self.down1 = nn.Conv2d(first, second, 3, stride=2, padding=1)
        self.encode2 = Block(second)
        self.down2 = nn.Conv2d(second, third, 3, stride=2, padding=1)
        self.landmarks1 = nn.Conv2d(inside, geometry, 3, padding=1)
        self.landmarks2 = nn.Conv2d(geometry, 2 * geometry, 3, stride=2, padding=1)
        self.landmarks3 = nn.Conv2d(2 * geometry, 2 * geometry, 3, stride=2, padding=1)
        self.read = nn.ModuleList(nn.Conv2d(third + 2 * geometry, third, 1) for _ in range(_PARTS))
        self.transformer = nn.ModuleList(Block(third) for _ in range(_PARTS))
        self.up2 = nn.Conv2d(third, second, 1)
        self.read2 = nn.Conv2d(second + 2 * geometry, second, 1)
        self.decode2 = Block(second)
        self.up1 = nn.Conv2d(second, first, 1)
        self.read1 = nn.Conv2d(first + geometry, first, 1)
        self.decode1 = nn.Sequential(Block(first), Block(first))
        self.motion, self.mask, self.paint = quiet_heads(first)

    def features(self, picture: Tensor, geometry: Tensor, flow: Tensor) -> Tensor:
        """(B, first, S/4, S/4).

        Args:
            picture: (B, 3, S, S) 0..1. geometry: (B, inside, S/4, S/4).
            flow: (B, 2, S/4, S/4) where each place comes from, pixels.
        """
        moved = sample(picture, flow)
        shuffled = F.pixel_unshuffle(torch.cat([picture, moved], 1) - 0.5, STEP)
        land1 = F.leaky_relu(self.landmarks1(geometry), 0.1)
        land2 = F.leaky_relu(self.landmarks2(land1), 0.1)
        land3 = self.landmarks3(land2)
        near = self.encode1(self.enter(shuffled))
        middle = self.encode2(self.down1(near))  # (B, second, S/8, S/8)
        x = self.down2(middle)  # (B, third, S/16, S/16)
        for read, block in zip(self.read, self.transformer, strict=True):
            x = block(read(torch.cat([x, land3], 1)))
        x = middle + grown(self.up2(x), 2)
        x = self.decode2(self.read2(torch.cat([x, land2], 1)))
        x = near + grown(self.up1(x), 2)
        return F.leaky_relu(self.decode1(self.read1(torch.cat([x, land1], 1))), 0.1)

    def heads(self, x: Tensor, flow: Tensor, mouth: Tensor) -> Fields:
        """What `features` say; `mouth` is (B, 1, S/2, S/2) 0..1, the inside of the wanted mouth."""
        motion = self.motion(x)  # (B, 5, S/4, S/4)
        correction = _CORRECTION * torch.tanh(motion[:, :2])
        logits = F.pixel_shuffle(self.mask(x), STEP // 2) + _INSIDE * mouth
        mask, paint = torch.sigmoid(logits), F.pixel_shuffle(self.paint(x), STEP) + 0.5
        return flow + correction, motion[:, 2:], mask, paint


def quiet_heads(channels: int) -> tuple[nn.Conv2d, nn.Conv2d, nn.Conv2d]:
    """Layers for motion and tone, mask and paint; untrained, they leave a picture as it is moved.

    Args:
        channels: of the features at a quarter of the resolution.
    """
    motion = nn.Conv2d(channels, 2 + 3, 3, padding=1)
    mask = nn.Conv2d(channels, (STEP // 2) ** 2, 3, padding=1)
    paint = nn.Conv2d(channels, 3 * STEP**2, 3, padding=1)
    for head in (motion, mask, paint):
        nn.init.normal_(head.weight, std=1e-3)
        nn.init.zeros_(head.bias)
    nn.init.constant_(mask.bias, _MASK_BIAS)
    return motion, mask, paint


def composed(picture: Tensor, fields: Fields) -> tuple[Tensor, Tensor]:
    """The output (B, 3, S, S) 0..1 that fields make of a picture, and its share of paint."""
    flow, tone, mask, paint = fields
    moved = sample(picture, flow) + grown(tone, STEP)
    mask = grown(mask, 2)
    return (moved + mask * (paint - moved)).clamp(0, 1), mask


def sample(picture: Tensor, flow: Tensor) -> Tensor:
    """A picture moved.

    Args:
        picture: (B, C, S, S).
        flow: (B, 2, h, w) where each place comes from, less where it is; x and y, pixels.
    """
    size = int(picture.shape[-1])
    full = grown(flow, int(size) // int(flow.shape[-1]))
    steps = (torch.arange(size, device=picture.device, dtype=flow.dtype) + 0.5) * (2 / size) - 1
    x = full[:, 0] * (2 / size) + steps
    y = full[:, 1] * (2 / size) + steps[:, None]
    grid = torch.stack([x, y], -1)
    if grid.requires_grad:  # gradients of a NaN here crash the process on CPUs
        grid = grid.nan_to_num()
    return F.grid_sample(picture, grid, padding_mode="border", align_corners=False)


def grown(x: Tensor, factor: int) -> Tensor:
    """(B, C, h, w) `factor` times as large, smoothly."""
    return F.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False)
