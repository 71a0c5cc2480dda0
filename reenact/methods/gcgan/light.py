"""The light G: the same idea at 128, for two cores and for real pictures.

Image encoder, fully connected neck, the embedding joined to it, decoder, one skip connection. It
departs where half an hour of two cores cannot teach a decoder every face:

- What it decodes is a motion of the source's own pixels, a tone, and paint with a mask for what no
  motion can show (teeth, lids), so skin keeps its pores.
- The motion begins as what E_dec says that the landmarks do, laid onto the source's own.
- Where those landmarks open a mouth, it is painted unless the network says otherwise; and where
  the motion would stretch a lip or a row of teeth over it, that is all but sure.
- It is also told the embedding of the source's own face; where that is wanted, nothing changes.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reenact.methods.gcgan.config import GCGANConfig
from reenact.nn.mover import STEP, Fields, composed, grown, quiet_heads, sample
from reenact.nn.resnet import Block

_FLOW_UNIT = 8.0  # pixels
_THIN = 32  # channels of the smallest map, where it becomes a vector
_MOUTH = (STEP // 2) ** 2  # channels of a map of the mouth at a quarter of the resolution
_STRETCHED = (0.3, 0.1)  # pixels of the source a pixel: more are moved, fewer painted


class LightGenerator(nn.Module):
    """See the top of this file."""

    def __init__(self, config: GCGANConfig) -> None:
        super().__init__()
        self.config = config
        first, second, third, fourth = config.widths
        self.is_guided = config.guide == "embedding"
        self.side = config.size // 32
        self.enter = nn.Conv2d((6 if self.is_guided else 7) * STEP**2, first, 3, padding=1)
        self.encode1 = Block(first)
        self.down1 = nn.Conv2d(first, second, 3, 2, 1)
        self.down2 = nn.Conv2d(second, third, 3, 2, 1)
        self.down3 = nn.Conv2d(third, fourth, 3, 2, 1)
        self.thin = nn.Conv2d(fourth, _THIN, 1)
        self.neck = nn.Linear(_THIN * self.side**2, config.neck)
        inside = config.neck + (2 * config.embedding.size if self.is_guided else 0)
        self.joint1 = nn.Linear(inside, config.neck)
        self.joint2 = nn.Linear(config.neck, fourth * self.side**2)
        self.up3 = nn.Conv2d(fourth, third, 3, padding=1)
        self.up2 = nn.Conv2d(third, second, 3, padding=1)
        self.up1 = nn.Conv2d(second, first, 3, padding=1)
        self.join = nn.Conv2d(2 * first + config.mouth * _MOUTH, first, 1)  # the skip comes in here
        self.decode1 = nn.Sequential(Block(first), Block(first))
        self.motion, self.mask, self.paint = quiet_heads(first)

    def forward(
        self, source: Tensor, guide: Tensor, own: Tensor, begin: Tensor, mouth: Tensor
    ) -> Tensor:
        """See `parts`; (B, 3, S, S) 0..1."""
        return self.parts(source, guide, own, begin, mouth)[0]

    def parts(
        self, source: Tensor, guide: Tensor, own: Tensor, begin: Tensor, mouth: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The output (B, 3, S, S), and what it is made of.

        Returns:
            The output; the painted share (B, 1, S, S); the motion (B, 2, S/4, S/4); the paint
            (B, 3, S, S), everywhere.
        """
        fields = self.fields(source, guide, own, begin, mouth)
        output, mask = composed(source, fields)
        return output, mask, fields[0], fields[3]

    def fields(
        self, source: Tensor, guide: Tensor, own: Tensor, begin: Tensor, mouth: Tensor
    ) -> Fields:
        """What an output is composed of, at any resolution.

        Args:
            source: (B, 3, S, S) 0..1.
            guide: (B, 32) z_g of the wanted face; or (B, 1, S, S) 0..1 its drawn landmarks.
            own: (B, 32) z_g of the source's face; not used beside drawn landmarks.
            begin: (B, 2, S/4, S/4) motion through the landmarks, pixels: those of E_dec for both
                embeddings; or the drawn ones.
            mouth: (B, mouth, S/2, S/2) `mouth_maps` of those landmarks.
        """
        pictures = [source - 0.5, sample(source, begin) - 0.5]
        x = torch.cat(pictures if self.is_guided else [*pictures, guide], 1)
        near = self.encode1(self.enter(F.pixel_unshuffle(x, STEP)))  # (B, first, S/4, S/4)
        z = self._latent(near)  # z_i: (B, neck)
        if self.is_guided:
            z = torch.cat([z, guide, guide - own], 1)
        x = F.leaky_relu(self.joint1(z), 0.1)
        x = self.joint2(x).view(-1, self.config.widths[3], self.side, self.side)
        for layer in (self.up3, self.up2, self.up1):
            x = F.leaky_relu(layer(grown(x, 2)), 0.1)
        inside = F.pixel_unshuffle(mouth, STEP // 2)  # (B, 4 mouth, S/4, S/4)
        x = F.leaky_relu(self.decode1(self.join(torch.cat([x, near, inside], 1))), 0.1)
        motion = self.motion(x)  # (B, 5, S/4, S/4)
        sure = self.config.inside + self.config.unseen * unseen(begin)
        mask = torch.sigmoid(F.pixel_shuffle(self.mask(x), STEP // 2) + sure * mouth[:, :1])
        paint = without_grid(self.paint(x)) + 0.5
        return begin + _FLOW_UNIT * motion[:, :2], motion[:, 2:], mask, paint

    def _latent(self, near: Tensor) -> Tensor:
        x = F.leaky_relu(near, 0.1)
        for layer in (self.down1, self.down2, self.down3):
            x = F.leaky_relu(layer(x), 0.1)
        return self.neck(F.leaky_relu(self.thin(x), 0.1).flatten(1))


def unseen(begin: Tensor) -> Tensor:
    """(B, 1, S/2, S/2) 0..1: where a motion (B, 2, S/4, S/4), pixels, draws rows far apart.

    Example:
        >>> opening = -4.0 * torch.arange(8.0).view(1, 1, 8, 1).expand(1, 2, 8, 8)
        >>> float(unseen(opening)[0, 0, 8, 8]), float(unseen(0.1 * opening)[0, 0, 8, 8])
        (1.0, 0.0)
    """
    y = F.pad(begin[:, 1:], (0, 0, 1, 1), mode="replicate")
    rows = 1 + (y[:, :, 2:] - y[:, :, :-2]) / (2 * STEP)  # of the source, for each of the output
    most, least = _STRETCHED
    return grown(((most - rows) / (most - least)).clamp(0, 1), STEP // 2)


def without_grid(cells: Tensor) -> Tensor:
    """(B, C, S, S) of cells (B, 16 C, S/4, S/4): what many cells have in common is laid smoothly.

    Each pixel of a cell has weights of its own; where neighboring cells say the same, what these
    differ by would be seen as a grid.

    Example:
        >>> alike = torch.randn(1, 16, 1, 1).expand(1, 16, 8, 8)
        >>> bool(without_grid(alike).std() < 1e-6)
        True
    """
    count, channels, high, wide = cells.shape
    around = F.avg_pool2d(cells, 3, 1, 1, count_include_pad=False)
    common = around.view(count, channels // STEP**2, STEP**2, high, wide).mean(2)
    return F.pixel_shuffle(cells - around, STEP) + grown(common, STEP)
