"""The pair of generators and the dual-agent discriminators (section 3.1)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reenact.errors import UnknownNameError
from reenact.geometry.heatmaps import draw_heatmaps
from reenact.methods.g2gan.config import POINTS, G2GANConfig
from reenact.nn.mover import FLOW_UNIT, STEP, Fields, Mover, composed, sample
from reenact.nn.patch_critic import LightCritic, PatchCritic
from reenact.nn.resnet import begin_normal

_MOST = 8  # times the first width
_SIGMA = 4.0  # of a blob, pixels of the picture


@dataclass(frozen=True)
class Geometry:
    """What a generator is told of geometry; only the heat maps are the paper's.

    Attributes:
        maps: (B, 68, s, s) 0..1 heat maps H_E; s is the picture's side, a quarter for `light`.
        mouth: (B, 1, S/2, S/2) 0..1 inside of the wanted mouth. flow: (B, 2, S/4, S/4) pixels,
            `landmark_flow` to the wanted landmarks. For the light generator; else None.
    """

    maps: Tensor
    mouth: Tensor | None = None
    flow: Tensor | None = None


class UNet(nn.Module):
    """pix2pix's U-Net, which the paper adapts, on the picture and 68 heat maps."""

    def __init__(self, config: G2GANConfig) -> None:
        super().__init__()
        self.is_residual = config.is_residual
        widths = [config.width * min(2**level, _MOST) for level in range(config.levels)]
        befores = [3 + POINTS, *widths[:-1]]
        last = config.levels - 1
        self.downs = nn.ModuleList(
            _down(before, after, is_plain=level in (0, last))
            for level, (before, after) in enumerate(zip(befores, widths, strict=True))
        )
        self.ups = nn.ModuleList(
            _up(widths[level] * (1 if level == last else 2), widths[level - 1])
            for level in range(last, 0, -1)
        )
        self.paint = nn.ConvTranspose2d(2 * widths[0], 3, 4, 2, 1)
        self.apply(begin_normal)

    def forward(self, picture: Tensor, geometry: Geometry) -> Tensor:
        """Eq. 1: (B, 3, S, S) 0..1; S is a multiple of 2 ** levels."""
        x = torch.cat([2 * picture - 1, geometry.maps], 1)  # (B, 71, S, S)
        kept = []
        for down in self.downs:
            x = down(x if not kept else F.leaky_relu(x, 0.2))
            kept.append(x)
        for up, beside in zip(self.ups, reversed(kept[:-1]), strict=True):
            x = torch.cat([up(F.relu(x)), beside], 1)
        made = torch.tanh(self.paint(F.relu(x)))  # (B, 3, S, S) -1..1
        return (picture + made).clamp(0, 1) if self.is_residual else (made + 1) / 2


class LightUNet(Mover):
    """The light U-Net: its residual is motion, tone, and paint where motion is not enough."""

    def __init__(self, config: G2GANConfig) -> None:
        self.mouth_channels = (STEP // 2) ** 2
        super().__init__(config.widths, POINTS + self.mouth_channels + 2, config.geometry)
        self.is_residual, self.sees_motion = config.is_residual, config.sees_motion
        self.broad = config.broad

    def forward(self, picture: Tensor, geometry: Geometry) -> Tensor:
        """Eq. 1: (B, 3, S, S) 0..1; S is a multiple of 16."""
        return self.parts(picture, geometry)[0]

    def parts(self, picture: Tensor, geometry: Geometry) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The output, and what it is made of.

        Returns:
            (B, 3, S, S) output, (B, 1, S, S) share that is painted, (B, 2, S/4, S/4) correction of
            the motion, pixels, and (B, 3, S, S) the paint, everywhere.
        """
        fields = self.fields(picture, geometry.maps, geometry.mouth, geometry.flow)
        flow, _, _, paint = fields
        if not self.is_residual:
            return paint.clamp(0, 1), torch.zeros_like(paint[:, :1]), torch.zeros_like(flow), paint
        output, mask = composed(picture, fields)
        return output, mask, flow - geometry.flow, paint

    def fields(self, picture: Tensor, maps: Tensor, mouth: Tensor, flow: Tensor) -> Fields:
        """What an output is composed of; arguments as in `Geometry`."""
        inside = F.pixel_unshuffle(mouth, STEP // 2)
        if not self.sees_motion:
            flow = torch.zeros_like(flow)
        read = torch.cat([maps, inside, flow / FLOW_UNIT], 1)
        fields = self.heads(self.features(picture, read, flow), flow, mouth)
        return _with_broad_paint(picture, fields, self.broad) if self.broad else fields


KINDS = {"paper": UNet, "light": LightUNet}


class Generators(nn.Module):
    """G_E and G_N.

    Attributes:
        express: G_E, from a neutral face to an expression. remove: G_N, back.
    """

    def __init__(self, config: G2GANConfig) -> None:
        super().__init__()
        if config.kind not in KINDS:
            raise UnknownNameError("generator", config.kind, KINDS)
        self.config = config
        self.express = KINDS[config.kind](replace(config, broad=0.0))
        self.remove = KINDS[config.kind](config)


class Critics(nn.Module):
    """D_E, D_N, and D_H, the agent that judges pictures and heat maps together."""

    def __init__(self, config: G2GANConfig) -> None:
        super().__init__()
        self.is_light = config.kind == "light"
        if self.is_light:
            self.expression, self.neutral = LightCritic(0), LightCritic(0)
            self.pair = LightCritic(POINTS)
        else:
            self.expression, self.neutral = PatchCritic(3), PatchCritic(3)
            self.pair = PatchCritic(3 + POINTS)

    def alone(self, which: str, pictures: Tensor) -> Tensor:
        """Scores of pictures (B, 3, S, S) 0..1 by D_E or D_N: `expression` or `neutral`."""
        critic = getattr(self, which)
        if self.is_light:
            return critic(pictures, pictures[:, :0, ::2, ::2])
        return critic(2 * pictures - 1)

    def together(self, pictures: Tensor, maps: Tensor) -> Tensor:
        """D_H's scores of pictures and their heat maps."""
        if self.is_light:
            return self.pair(pictures, F.interpolate(maps, scale_factor=2, mode="nearest"))
        return self.pair(torch.cat([2 * pictures - 1, maps], 1))


def _down(before: int, after: int, *, is_plain: bool) -> nn.Sequential:
    layers: list[nn.Module] = [nn.Conv2d(before, after, 4, 2, 1)]
    return nn.Sequential(*layers, *([] if is_plain else [nn.BatchNorm2d(after)]))


def _up(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(nn.ConvTranspose2d(before, after, 4, 2, 1), nn.BatchNorm2d(after))


def _with_broad_paint(picture: Tensor, fields: Fields, more: float) -> Fields:
    """Fields whose tone shows the paint broadly; `more` is `G2GANConfig.broad`."""
    flow, tone, mask, paint = fields
    moved = F.avg_pool2d(sample(picture, flow), STEP)  # (B, 3, S/4, S/4)
    painted = F.avg_pool2d(mask, 2).clamp(1e-5, 1 - 1e-5)
    share = torch.sigmoid(torch.log(painted / (1 - painted)) + more)
    return flow, tone + share * (F.avg_pool2d(paint, STEP) - moved - tone), mask, paint


def heat_maps(points: Tensor, side: int, kind: str) -> Tensor:
    """(B, 68, s, s) H_E: a blob for each point, at the resolution of the generator's kind.

    Args:
        points: (B, 68, 2) pixels of the picture.
        side: of the picture; s is a quarter of it for `light`.
    """
    if kind != "light":
        return draw_heatmaps(points, side, _SIGMA)
    return draw_heatmaps((points + 0.5) / STEP - 0.5, side // STEP, _SIGMA / STEP)
