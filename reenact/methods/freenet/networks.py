"""The generator of a configuration, and how it is fed."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from reenact.errors import UnknownNameError
from reenact.methods.freenet.config import GAGConfig
from reenact.methods.freenet.gag import GAG
from reenact.methods.freenet.light import LightGAG

KINDS = {"paper": GAG, "light": LightGAG}


def make_generator(config: GAGConfig) -> GAG | LightGAG:
    """A generator with random weights."""
    if config.kind not in KINDS:
        raise UnknownNameError("generator", config.kind, KINDS)
    return KINDS[config.kind](config)


def run_generator(
    generator: nn.Module, batch: Mapping[str, Tensor]
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Output (B, 3, S, S), painted share, correction, paint; see `LightGAG.parts`.

    The paper's paints everything.

    Args:
        batch: as `DrawnPairs` gives it, pictures 0..1.
    """
    if isinstance(generator, LightGAG):
        return generator.parts(batch["source"], batch["maps"], batch["flow"])
    output = generator(batch["source"], batch["image"])
    nothing = torch.zeros_like(output[:, :1])
    return output, nothing, nothing, output
