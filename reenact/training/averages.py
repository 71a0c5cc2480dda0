"""Moving averages of weights: what is sampled and exported (Polyak averaging)."""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import Tensor, nn


class Averages:
    """Averages of some networks, updated after each step.

    Args:
        networks: those that are trained, by name.
        decay: 0 (the last weights) to 1; it starts small and grows: (1 + step) / (10 + step).

    Attributes:
        networks: the averages, in evaluation mode, without gradients.
    """

    def __init__(self, networks: dict[str, nn.Module], decay: float) -> None:
        self.live, self.decay = networks, decay
        self.networks = {name: deepcopy(network) for name, network in networks.items()}
        for network in self.networks.values():
            network.eval().requires_grad_(False)

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Move the averages towards the weights after step number `step`, from 0."""
        decay = min(self.decay, (1 + step) / (10 + step))
        for name, live in self.live.items():
            average = self.networks[name]
            means, now = list(average.parameters()), list(live.parameters())
            torch._foreach_lerp_(means, now, 1 - decay)
            for mean, buffer in zip(average.buffers(), live.buffers(), strict=True):
                mean.copy_(buffer)

    def state(self) -> dict[str, dict[str, Tensor]]:
        """For a checkpoint."""
        return {name: network.state_dict() for name, network in self.networks.items()}

    def load(self, state: dict[str, dict[str, Tensor]]) -> None:
        """From a checkpoint."""
        for name, network in self.networks.items():
            network.load_state_dict(state[name])
