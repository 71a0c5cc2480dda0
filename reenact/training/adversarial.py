"""What methods share that train a generator against a critic.

A method subclasses `GeneratorCritic` and says what its generator makes and what that costs
(`generate`); the critic's turn, when it joins in, the optimizers and their rates are here.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from reenact.errors import InputError
from reenact.geometry.landmark_maps import MAP_CHANNELS
from reenact.losses.adversarial import Scores, discriminator_loss, generator_loss
from reenact.nn.patch_critic import LightCritic, PatchCritic
from reenact.training.trainable import Batch, Trainable

_RISE = 50  # steps over which the rate of the smooth schedule begins


@dataclass(frozen=True)
class GANRecipe:
    """How a generator and its critic are trained; a method's recipe adds its own losses.

    Attributes:
        rate, beta1, beta2: Adam's, of both.
        adversarial: weight of the adversarial loss; 0 trains without a critic.
        adversarial_from: share of the run after which the critic joins in.
        kind: of the adversarial loss: `lsgan`, `hinge` or `wgan`.
        window: side of the face windows that are seen, pixels; 0 for the whole crop.
        epochs: passes over the data after which the rate is divided by ten; 0 for the loop's
            smooth fall.
    """

    rate: float = 2e-4
    beta1: float = 0.5
    beta2: float = 0.999
    adversarial: float = 1.0
    adversarial_from: float = 0.0
    kind: str = "lsgan"
    window: int = 0
    epochs: int = 120


class GeneratorCritic(Trainable):
    """See `Trainable`; phases are the generator's and the critic's.

    A subclass sets `data` and `sheet_data`, and gives `generate`, `sample` and `export`.

    Args:
        generator: what is trained.
        recipe: how.
        batch_size: pairs of a step, for schedules that count epochs.
        is_light: networks at a quarter of the resolution: they are faster with channels last, and
            get a small critic that sees drawn landmarks (`batch["maps"]`).
        critic: None for that one, or pix2pix's. Another one needs its own `scores`.
        speed: factor on the recipe's rate.

    Raises:
        InputError: `speed` is 0 or less.
    """

    phases = ("generator", "critic")

    def __init__(
        self,
        generator: nn.Module,
        recipe: GANRecipe,
        batch_size: int,
        *,
        is_light: bool,
        critic: nn.Module | None = None,
        speed: float = 1.0,
    ) -> None:
        if not speed > 0:
            raise InputError(f"`rate` must be more than 0, got {speed}.")
        self.gan, self.batch_size, self.is_light, self.speed = recipe, batch_size, is_light, speed
        if critic is None:
            critic = LightCritic(MAP_CHANNELS) if is_light else PatchCritic(3)
        self.networks = {"generator": generator, "critic": critic}
        if is_light:
            for network in self.networks.values():
                network.to(memory_format=torch.channels_last)
        self.step, self.progress = 0, 0.0
        self._made: Tensor | None = None

    @abstractmethod
    def generate(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        """What the generator makes of a batch.

        Returns:
            (B, 3, S, S) 0..1 outputs that the critic judges beside `batch["target"]`; the weighted
            losses other than the adversarial one.
        """

    def scores(self, pictures: Tensor, batch: Batch) -> Scores:
        """The critic's scores of pictures (B, 3, S, S) 0..1, real or made."""
        critic = self.networks["critic"]
        return critic(pictures, batch["maps"]) if self.is_light else critic(2 * pictures - 1)

    @property
    def is_adversarial(self) -> bool:
        """Whether the critic has joined in."""
        return self.gan.adversarial > 0 and self.progress >= self.gan.adversarial_from

    def optimizer(self, phase: str) -> Optimizer:
        parameters = self.networks[phase].parameters()
        return Adam(parameters, self.gan.rate * self.speed, (self.gan.beta1, self.gan.beta2))

    def rate(self, step: int, progress: float) -> float:
        self.step, self.progress = step, progress
        if not self.gan.epochs:
            return super().rate(step, progress) * min(1.0, (step + 1) / _RISE)
        epochs = step * self.batch_size / len(self.data)
        return 0.1 ** (epochs // self.gan.epochs)

    def losses(self, batch: Batch, phase: str) -> dict[str, Tensor]:
        return self._judged(batch) if phase == "critic" else self._generated(batch)

    def _generated(self, batch: Batch) -> dict[str, Tensor]:
        output, losses = self.generate(batch)
        self._made = output.detach()
        if self.is_adversarial:
            with frozen(self.networks["critic"]):
                loss = generator_loss(self.scores(output, batch), self.gan.kind)
            losses["adversarial"] = self.gan.adversarial * loss
        return losses

    def _judged(self, batch: Batch) -> dict[str, Tensor]:
        """The critic's loss; nothing to learn, but a gradient, before it has joined in."""
        if not self.is_adversarial:
            return {"critic": sum(p.sum() for p in self.networks["critic"].parameters()) * 0.0}
        real, made = self.scores(batch["target"], batch), self.scores(self._made, batch)
        return {"critic": discriminator_loss(real, made, self.gan.kind)}


@contextmanager
def frozen(network: nn.Module) -> Iterator[None]:
    """A network whose weights take no gradients for a while; its inputs do."""
    network.requires_grad_(False)
    try:
        yield
    finally:
        network.requires_grad_(True)
