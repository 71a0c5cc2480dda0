"""The critic of the style-based generator, with adaptive augmentation and R1.

Karras et al. (2020), "Training Generative Adversarial Networks with Limited Data", arXiv
2006.06676; Mescheder et al. (2018), "Which Training Methods for GANs do actually Converge?",
arXiv 1801.04406.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_GROUP = 4  # pictures that minibatch deviation compares
_WANTED = 0.6  # mean sign of the scores of real pictures (ADA, section 3)


class Critic(nn.Module):
    """Pictures to one score each.

    Args:
        size: side of the pictures.
        width: channels at half of the side; doubled with each halving, up to four times.

    Attributes:
        strength: (1,) 0..0.8 share of augmentations that are on; adapted in training.
    """

    def __init__(self, size: int, width: int) -> None:
        super().__init__()
        halvings = int(math.log2(size)) - 3  # from half of the side to 4
        widths = [width * min(4, 2**k) for k in range(halvings + 1)]
        self.enter = nn.Conv2d(12, width, 3, padding=1)
        self.layers = nn.ModuleList(
            nn.Conv2d(a, b, 4, stride=2, padding=1)
            for a, b in zip(widths, widths[1:], strict=False)
        )
        self.last = nn.Conv2d(widths[-1] + 1, widths[-1], 3, padding=1)
        self.score = nn.Sequential(
            nn.Linear(widths[-1] * 16, widths[-1]), nn.LeakyReLU(0.2), nn.Linear(widths[-1], 1)
        )
        self.register_buffer("strength", torch.zeros(1))

    def forward(self, pictures: Tensor) -> Tensor:
        """(B, 3, S, S) 0..1 to (B,) scores."""
        x = F.leaky_relu(self.enter(F.pixel_unshuffle(2 * pictures - 1, 2)), 0.2)
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2)  # (B, C, s, s), down to 4
        x = torch.cat([x, _deviation(x)], dim=1)
        return self.score(F.leaky_relu(self.last(x), 0.2).flatten(1)).squeeze(1)

    @torch.no_grad()
    def adapt(self, real_scores: Tensor, speed: float) -> None:
        """More augmentation where real pictures are told too surely, less where they are not."""
        sign = real_scores.detach().sign().mean() - _WANTED
        self.strength.add_(speed * len(real_scores) * sign.sign()).clamp_(0, 0.8)


def _deviation(x: Tensor) -> Tensor:
    """(B, 1, h, w) how much pictures of a batch differ (progressive GAN, section 3)."""
    count = len(x)
    group = _GROUP if count % _GROUP == 0 else count
    parts = x.view(group, -1, *x.shape[1:])  # (G, N, C, h, w)
    spread = (parts.var(dim=0, unbiased=False) + 1e-8).sqrt().mean(dim=(1, 2, 3))  # (N,)
    return spread.repeat(group).view(count, 1, 1, 1).expand(-1, 1, *x.shape[2:])


def augment(pictures: Tensor, strength: Tensor) -> Tensor:
    """Pictures mirrored, moved, turned, lit and colored at random, differentiably.

    Args:
        pictures: (B, 3, S, S) 0..1.
        strength: chance of each change.

    Returns:
        The same shape.
    """
    count, device = len(pictures), pictures.device
    chance = strength.to(device)

    def maybe(deviation: float) -> Tensor:
        on = torch.rand(count, device=device) < chance
        return torch.randn(count, device=device) * deviation * on

    angle, zoom = maybe(0.15), maybe(0.15).exp()
    flip = 1 - 2 * (torch.rand(count, device=device) < chance / 2).float()
    cos, sin = angle.cos() * zoom, angle.sin() * zoom
    rows = [torch.stack(r, 1) for r in ((cos * flip, -sin, maybe(0.1)), (sin, cos, maybe(0.1)))]
    matrix = torch.stack(rows, 1).to(pictures.dtype)  # (B, 2, 3)
    grid = F.affine_grid(matrix, list(pictures.shape), align_corners=False)
    out = F.grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)
    light = maybe(0.15).view(-1, 1, 1, 1)
    contrast = maybe(0.25).exp().view(-1, 1, 1, 1)
    color = torch.stack([maybe(0.08) for _ in range(3)], 1)[:, :, None, None]
    return (out - 0.5) * contrast + 0.5 + light + color


def r1_penalty(critic: Critic, pictures: Tensor) -> Tensor:
    """Half the squared slope of the scores at real pictures, mean over the batch (R1, Eq. 9)."""
    pictures = pictures.detach().float().requires_grad_(True)
    with torch.autocast(pictures.device.type, enabled=False):
        (slope,) = torch.autograd.grad(critic(pictures).sum(), pictures, create_graph=True)
    return 0.5 * slope.square().sum(dim=(1, 2, 3)).mean()
