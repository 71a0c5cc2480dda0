"""The network that repairs a warped mouth: a small U-Net at a quarter of the resolution."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reenact.methods.warp_repair.config import DRAWN, RepairConfig
from reenact.nn.resnet import Block

_FLOW = 2
_STEP = 4  # space to depth


class RepairNet(nn.Module):
    """What to add to a warped picture.

    Skin gets a correction at half the resolution, so that its own fine texture always stays; the
    mouth gets one at full resolution too, for teeth and the rims of the lips.
    """

    def __init__(self, config: RepairConfig) -> None:
        super().__init__()
        self.config = config
        first, second, third = config.widths
        self.enter = nn.Conv2d((3 + DRAWN) * _STEP**2 + _FLOW, first, 3, padding=1)
        self.encode1 = _blocks(first, 1)
        self.down1 = nn.Conv2d(first, second, 3, stride=2, padding=1)
        self.encode2 = _blocks(second, config.blocks)
        self.down2 = nn.Conv2d(second, third, 3, stride=2, padding=1)
        self.middle = _blocks(third, config.blocks)
        self.up2 = nn.Conv2d(third, second, 1)
        self.decode2 = _blocks(second, 1)
        self.up1 = nn.Conv2d(second, first, 1)
        self.decode1 = _blocks(first, config.blocks)
        self.detail = nn.Conv2d(first, 3 * _STEP**2, 3, padding=1)
        self.skin = nn.Conv2d(first, 3 * (_STEP // 2) ** 2, 3, padding=1)
        for head in (self.detail, self.skin):
            nn.init.normal_(head.weight, std=1e-3)
            nn.init.zeros_(head.bias)

    def forward(self, picture: Tensor, drawn: Tensor, flow: Tensor) -> Tensor:
        """What to add to the picture: (B, 3, S, S), in its range.

        Args:
            picture: (B, 3, S, S) warped window, 0..1.
            drawn: (B, 2, S, S) lips and inside of the mouth, 0..1.
            flow: (B, 2, S/4, S/4) how far each place has moved, outer eye corner distances.
        """
        entered = F.pixel_unshuffle(
            torch.cat([picture - 0.5, drawn], 1), _STEP
        )  # (B, 80, S/4, S/4)
        x = self.enter(torch.cat([entered, 10 * flow], 1))  # (B, first, S/4, S/4)
        near = self.encode1(x)
        middle = self.encode2(self.down1(near))  # (B, second, S/8, S/8)
        far = self.middle(self.down2(middle))  # (B, third, S/16, S/16)
        x = self.decode2(middle + _double(self.up2(far)))  # (B, second, S/8, S/8)
        x = F.leaky_relu(self.decode1(near + _double(self.up1(x))), 0.1)  # (B, first, S/4, S/4)
        detail = F.pixel_shuffle(self.detail(x), _STEP)  # (B, 3, S, S)
        skin = F.pixel_shuffle(self.skin(x), _STEP // 2)  # (B, 3, S/2, S/2)
        skin = F.interpolate(skin, scale_factor=2, mode="bilinear", align_corners=False)
        return skin + mouth_share(drawn) * detail


def mouth_share(drawn: Tensor) -> Tensor:
    """(B, 1, S, S) 1 on the lips and inside of them, softly 0 around."""
    near = F.max_pool2d(drawn.sum(1, keepdim=True).clamp(max=1), 7, 1, 3)
    return F.avg_pool2d(near, 7, 1, 3)


def _blocks(width: int, count: int) -> nn.Sequential:
    return nn.Sequential(*(Block(width) for _ in range(count)))


def _double(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2, mode="nearest")
