"""A guess of a face's styles, from which inversion starts; and what makes it fast."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reenact.methods.stylefusion.config import EncoderConfig, GeneratorConfig

_SLOPE = 0.1


class Encoder(nn.Module):
    """Normalized faces to styles: one style for all layers, and what each layer adds to it.

    The shared style is linear: principal components of faces, found before training, so that a
    generator has something to hold on to from its first step. What layers add is learned by a
    convolutional network, which sees small mouths and lids in any place.

    Args:
        config: its own shape.
        generator: whose styles they are.
    """

    def __init__(self, config: EncoderConfig, generator: GeneratorConfig) -> None:
        super().__init__()
        self.config, self.size = config, generator.size
        self.shape = (generator.layers, generator.style)
        self.style = nn.Linear(3 * config.look_px**2, generator.style).requires_grad_(False)
        widths = (3, *config.widths)
        self.seeing = nn.Sequential(
            *(
                part
                for there, here in zip(widths, widths[1:], strict=False)
                for part in (nn.Conv2d(there, here, 3, stride=2, padding=1), nn.LeakyReLU(_SLOPE))
            )
        )
        side = generator.size // 2 ** len(config.widths)
        self.inner = nn.Linear(widths[-1] * side**2 + generator.style, config.inner)
        self.change = nn.Linear(config.inner, generator.layers * generator.style)
        for layer in (*self.seeing, self.inner):
            if not isinstance(layer, nn.LeakyReLU):
                nn.init.kaiming_normal_(layer.weight, a=_SLOPE)
                nn.init.zeros_(layer.bias)
        nn.init.zeros_(self.change.weight)
        nn.init.zeros_(self.change.bias)

    def forward(self, faces: Tensor) -> tuple[Tensor, Tensor]:
        """The shared style and the layers' changes.

        Args:
            faces: (B, 3, S, S) 0..1.

        Returns:
            (B, D) and (B, L, D); their sum is the styles.
        """
        shared = self.style(self.look(faces))
        seen = self.seeing(2 * faces - 1).flatten(1)
        inner = F.leaky_relu(self.inner(torch.cat([seen, shared], dim=1)), _SLOPE)
        return shared, self.change(inner).unflatten(1, self.shape)

    def styles(self, faces: Tensor) -> Tensor:
        """(B, 3, S, S) faces to (B, L, D) styles."""
        shared, change = self(faces)
        return shared.unsqueeze(1) + change

    def look(self, faces: Tensor) -> Tensor:
        """(B, 3, S, S) 0..1 to (B, N) what it sees of them, -1..1."""
        side = self.config.look_px
        if faces.shape[-1] != side:
            faces = F.interpolate(faces, (side, side), mode="area")
        return 2 * faces.flatten(1) - 1

    @torch.no_grad()
    def begin(self, faces: Tensor) -> None:
        """Set the shared style to the principal components of faces (N, 3, S, S).

        Components are divided by the square root of their deviation, halfway to all alike: the
        first ones still say most. The mean square of a style is 1.
        """
        seen = self.look(faces)
        mean = seen.mean(dim=0)
        count = min(*seen.shape, self.shape[1])
        _, spread, ways = torch.svd_lowrank(seen - mean, count, niter=4)
        ways, deviation = ways.t(), spread / len(seen) ** 0.5
        scale = (count / deviation.sum() * deviation + 1e-9) ** 0.5 / (deviation + 1e-9)
        scale = scale * (self.shape[1] / count) ** 0.5
        weight = torch.zeros_like(self.style.weight)
        weight[:count] = ways * scale[:, None]
        self.style.weight.copy_(weight)
        self.style.bias.copy_(-weight @ mean)
