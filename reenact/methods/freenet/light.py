"""A light GAG that minutes on a processor can train, and that runs live on one.

It keeps the paper's four parts (image encoder, landmark encoder, a transformer whose three parts
each read the landmark features, decoder) and departs where an hour of two cores cannot teach a
decoder every face: it looks at the reference moved along its landmarks, corrects that motion, and
paints with a mask only what no motion can show. README.md says more.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reenact.geometry.landmark_maps import MAP_CHANNELS
from reenact.methods.freenet.config import GAGConfig
from reenact.nn.resnet import Block

STEP = 4
"""Space to depth: the network works at a quarter of the resolution."""
FLOW_UNIT = 16.0  # pixels
_CORRECTION = 8.0  # most pixels that the motion is corrected by
_PARTS = 3
_MASK_BIAS = -2.0
_INSIDE = 4.0  # the inside of a mouth is painted unless the network says otherwise


class LightGAG(nn.Module):
    """The reference with other landmarks: moved, toned, and painted where that is not enough."""

    def __init__(self, config: GAGConfig) -> None:
        super().__init__()
        self.config = config
        first, second, third = config.widths
        geometry = config.landmark_channels
        self.enter = nn.Conv2d(6 * STEP**2, first, 3, padding=1)
        self.encode1 = Block(first)
        self.down1 = nn.Conv2d(first, second, 3, stride=2, padding=1)
        self.encode2 = Block(second)
        self.down2 = nn.Conv2d(second, third, 3, stride=2, padding=1)
        self.landmarks1 = nn.Conv2d(4 * MAP_CHANNELS + 2, geometry, 3, padding=1)
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
        self.motion = nn.Conv2d(first, 2 + 3, 3, padding=1)
        self.mask = nn.Conv2d(first, (STEP // 2) ** 2, 3, padding=1)
        self.paint = nn.Conv2d(first, 3 * STEP**2, 3, padding=1)
        for head in (self.motion, self.mask, self.paint):
            nn.init.normal_(head.weight, std=1e-3)
            nn.init.zeros_(head.bias)
        nn.init.constant_(self.mask.bias, _MASK_BIAS)

    def forward(self, reference: Tensor, maps: Tensor, flow: Tensor) -> Tensor:
        """See `parts`; (B, 3, S, S) 0..1."""
        return self.parts(reference, maps, flow)[0]

    def parts(self, reference: Tensor, maps: Tensor, flow: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The output, and what it is made of; arguments as in `fields`.

        Returns:
            (B, 3, S, S) output, (B, 1, S, S) share that is painted, (B, 2, S/4, S/4) correction of
            the motion, pixels.
        """
        total, tone, mask, painted = self.fields(reference, maps, flow)
        moved = sample(reference, total) + _grown(tone, STEP)
        mask = _grown(mask, 2)
        return (moved + mask * (painted - moved)).clamp(0, 1), mask, total - flow

    def fields(
        self, reference: Tensor, maps: Tensor, flow: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """What an output is composed of, at any resolution.

        Args:
            reference: (B, 3, S, S) 0..1.
            maps: (B, 5, S/2, S/2) 0..1, `landmark_maps` of the wanted geometry.
            flow: (B, 2, S/4, S/4) pixels, `landmark_flow`.

        Returns:
            (B, 2, S/4, S/4) corrected motion, pixels; (B, 3, S/4, S/4) tone to add;
            (B, 1, S/2, S/2) share that is painted; (B, 3, S, S) paint.
        """
        moved = sample(reference, flow)
        shuffled = F.pixel_unshuffle(torch.cat([reference, moved], 1) - 0.5, STEP)
        x = self._features(shuffled, F.pixel_unshuffle(maps, STEP // 2), flow / FLOW_UNIT)
        motion = self.motion(x)  # (B, 5, S/4, S/4)
        correction = _CORRECTION * torch.tanh(motion[:, :2])
        logits = F.pixel_shuffle(self.mask(x), STEP // 2) + _INSIDE * maps[:, 2:3]
        mask = torch.sigmoid(logits)
        return flow + correction, motion[:, 2:], mask, F.pixel_shuffle(self.paint(x), STEP) + 0.5

    def _features(self, pictures: Tensor, maps: Tensor, flow: Tensor) -> Tensor:
        """(B, first, S/4, S/4)."""
        land1 = F.leaky_relu(self.landmarks1(torch.cat([maps, flow], 1)), 0.1)
        land2 = F.leaky_relu(self.landmarks2(land1), 0.1)
        land3 = self.landmarks3(land2)
        near = self.encode1(self.enter(pictures))
        middle = self.encode2(self.down1(near))  # (B, second, S/8, S/8)
        x = self.down2(middle)  # (B, third, S/16, S/16)
        for read, block in zip(self.read, self.transformer, strict=True):
            x = block(read(torch.cat([x, land3], 1)))
        x = middle + _grown(self.up2(x), 2)
        x = self.decode2(self.read2(torch.cat([x, land2], 1)))
        x = near + _grown(self.up1(x), 2)
        return F.leaky_relu(self.decode1(self.read1(torch.cat([x, land1], 1))), 0.1)


def sample(picture: Tensor, flow: Tensor) -> Tensor:
    """A picture moved.

    Args:
        picture: (B, C, S, S).
        flow: (B, 2, h, w) where each place comes from, less where it is; x and y, pixels.
    """
    size = int(picture.shape[-1])
    full = _grown(flow, int(size) // int(flow.shape[-1]))
    steps = (torch.arange(size, device=picture.device, dtype=flow.dtype) + 0.5) * (2 / size) - 1
    x = full[:, 0] * (2 / size) + steps
    y = full[:, 1] * (2 / size) + steps[:, None]
    grid = torch.stack([x, y], -1)
    return F.grid_sample(picture, grid, padding_mode="border", align_corners=False)


def _grown(x: Tensor, factor: int) -> Tensor:
    return F.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False)
