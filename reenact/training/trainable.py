"""What a method gives to the training loop. See `loop.py` for who calls what."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor, nn
    from torch.optim import Optimizer

Batch = dict[str, Any]
"""Tensors by name; pictures are (B, 3, H, W) float32 0..1 on the run's device."""

Networks = Mapping[str, "nn.Module"]


class Trainable(ABC):
    """A method while it is trained.

    `reenact/methods/<name>/training.py` has `prepare(pack, recipe) -> Trainable`. Weights must
    depend on torch's seed alone, which the loop sets before that call. What can be refused without
    a look at `pack` comes before the first look: it is said before data is packed (`early.py`).

    Attributes:
        networks: all that is trained, by name.
        frozen: networks that the losses use (perceptual, identity); the loop brings them to the
            device and never trains or saves them.
        averaged: names of those whose moving average is sampled and exported.
        phases: the parts of one step, in order; each has its own optimizer, so a GAN has two.
        data: map-style; `data[k]` is a dictionary of arrays that depends on k alone (`Pairs`).
        sheet_data: the same of people who are held out, for the sample sheet.
    """

    networks: dict[str, nn.Module]
    frozen: Sequence[nn.Module] = ()
    averaged: tuple[str, ...] = ("generator",)
    phases: tuple[str, ...] = ("generator",)
    data: Sequence
    sheet_data: Sequence

    @abstractmethod
    def optimizer(self, phase: str) -> Optimizer:
        """The optimizer of a phase; called once."""

    @abstractmethod
    def losses(self, batch: Batch, phase: str) -> dict[str, Tensor]:
        """Weighted losses of a phase, each a scalar mean over the batch. Their sum is minimized.

        Random numbers must come from torch's global generator, which the loop seeds each step.
        """

    @abstractmethod
    def sample(self, batch: Batch, networks: Networks) -> Tensor:
        """(B, 3, H, W) 0..1: one row of the sample sheet for each pair, made by the averages."""

    @abstractmethod
    def export(self, path: Path, networks: Networks) -> None:
        """Write the averages to `path` (.safetensors) as `create(name, weights=path)` reads them.

        `results.save_tensors` does it safely: a refusing disk must raise `OSError`.
        """

    def rate(self, step: int, progress: float) -> float:
        """Factor on the optimizers' rates: 1, falling to 0.05 over the last 40 % of the run.

        Args:
            step: steps done.
            progress: 0 to 1 of the run, by steps or minutes, whichever is further.
        """
        import math

        late = max(0.0, (progress - 0.6) / 0.4)
        return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * min(1.0, late)))

    def notes(self) -> dict[str, str]:
        """What to keep on record with the weights: which loss networks were used, for one."""
        return {}
