"""PatchGAN discriminators (Isola et al., 2017, section 3.2.2)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm


class PatchCritic(nn.Module):
    """pix2pix's 70 x 70 PatchGAN: one score for each patch.

    Args:
        inside: channels of the picture and its condition together.
        width: of the first layer; 64 in the paper.
        layers: with stride 2; 3 in the paper.
    """

    def __init__(self, inside: int = 3, width: int = 64, layers: int = 3) -> None:
        super().__init__()
        parts: list[nn.Module] = [nn.Conv2d(inside, width, 4, 2, 1), nn.LeakyReLU(0.2)]
        for level in range(1, layers + 1):
            before, after = (width * min(2**n, 8) for n in (level - 1, level))
            stride = 2 if level < layers else 1
            parts += [nn.Conv2d(before, after, 4, stride, 1)]
            parts += [nn.InstanceNorm2d(after), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*parts, nn.Conv2d(width * min(2**layers, 8), 1, 4, 1, 1))

    def forward(self, pictures: Tensor) -> Tensor:
        """(B, inside, S, S) to scores (B, 1, h, w)."""
        return self.layers(pictures)


class LightCritic(nn.Module):
    """A small PatchGAN with spectral norm, which begins at half of the resolution by channels.

    Args:
        inside: channels of the condition, at half of the picture's resolution.
        width: of its first layer.
    """

    def __init__(self, inside: int, width: int = 32) -> None:
        super().__init__()
        sizes = (12 + inside, width, 2 * width, 2 * width)
        self.layers = nn.ModuleList(
            spectral_norm(nn.Conv2d(a, b, 4, 2 if n < 2 else 1, 1))
            for n, (a, b) in enumerate(zip(sizes, sizes[1:], strict=False))
        )
        self.score = spectral_norm(nn.Conv2d(sizes[-1], 1, 3, 1, 1))

    def forward(self, pictures: Tensor, condition: Tensor) -> Tensor:
        """Scores (B, 1, h, w).

        Args:
            pictures: (B, 3, S, S) 0..1.
            condition: (B, inside, S/2, S/2).
        """
        x = torch.cat([F.pixel_unshuffle(pictures - 0.5, 2), condition], 1)
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2)
        return self.score(x)
