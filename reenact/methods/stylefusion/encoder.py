"""A guess of a face's styles, from which inversion starts; and what makes it fast."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from reenact.methods.stylefusion.config import EncoderConfig, GeneratorConfig
from reenact.nn.resnet import Block

_STEP = 4  # space to depth


class Encoder(nn.Module):
    """Normalized faces to styles: one style for all layers, and what each layer adds to it.

    Args:
        config: its own shape.
        generator: whose styles they are.
    """

    def __init__(self, config: EncoderConfig, generator: GeneratorConfig) -> None:
        super().__init__()
        self.config, self.shape = config, (generator.layers, generator.style)
        first, second, third = config.widths
        side = generator.size // (4 * _STEP)
        self.enter = nn.Conv2d(3 * _STEP**2, first, 3, padding=1)
        self.layers = nn.Sequential(
            Block(first),
            Block(first),
            nn.Conv2d(first, second, 3, stride=2, padding=1),
            Block(second),
            Block(second),
            nn.Conv2d(second, third, 3, stride=2, padding=1),
            Block(third),
        )
        self.inner = nn.Linear(third * side * side, config.inner)
        self.style = nn.Linear(config.inner, generator.style)
        self.change = nn.Linear(config.inner, generator.layers * generator.style)
        nn.init.zeros_(self.change.weight)
        nn.init.zeros_(self.change.bias)

    def forward(self, faces: Tensor) -> tuple[Tensor, Tensor]:
        """The shared style and the layers' changes.

        Args:
            faces: (B, 3, S, S) 0..1.

        Returns:
            (B, D) and (B, L, D); their sum is the styles.
        """
        x = self.enter(F.pixel_unshuffle(2 * faces - 1, _STEP))  # (B, C, S / 4, S / 4)
        x = F.leaky_relu(self.layers(x), 0.1)
        x = F.leaky_relu(self.inner(x.flatten(1)), 0.1)
        return self.style(x), self.change(x).unflatten(1, self.shape)

    def styles(self, faces: Tensor) -> Tensor:
        """(B, 3, S, S) faces to (B, L, D) styles."""
        shared, change = self(faces)
        return shared.unsqueeze(1) + change
