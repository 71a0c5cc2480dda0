"""Training the baseline: L1 and a PatchGAN, on the very pairs that `freenet` sees.

python -m reenact train pix2pix --data pack=FILE --steps N --recipe light
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor
from torch.optim import Adam, Optimizer

from reenact.data.drawn_pairs import DrawnPairs
from reenact.data.kept_pairs import KeptPairs
from reenact.data.pack import Pack
from reenact.data.pairs import PairOptions, Pairs, held_out_pairs
from reenact.errors import UnknownNameError
from reenact.losses.adversarial import discriminator_loss, generator_loss
from reenact.methods.pix2pix.config import LIGHT, TINY, Pix2PixConfig
from reenact.methods.pix2pix.networks import make_generator
from reenact.nn.patch_critic import LightCritic, PatchCritic
from reenact.training.recipe import Recipe, read_settings
from reenact.training.results import save_tensors
from reenact.training.trainable import Batch, Networks, Trainable


@dataclass(frozen=True)
class Pix2PixRecipe:
    """How the baseline is trained.

    Attributes:
        net: see there.
        pixel, adversarial: weights; 100 and 1 in pix2pix.
        adversarial_from: share of the run after which the critic joins in.
        kind: of the adversarial loss.
        rate, beta1, beta2: Adam's.
        window: side of the face windows that are seen, pixels; 0 for the whole crop.
        epochs: passes over the data after which the rate is divided by ten; 0 for the loop's
            smooth fall.
    """

    net: Pix2PixConfig = Pix2PixConfig()
    pixel: float = 100.0
    adversarial: float = 1.0
    adversarial_from: float = 0.0
    kind: str = "lsgan"
    rate: float = 2e-4
    beta1: float = 0.5
    beta2: float = 0.999
    window: int = 0
    epochs: int = 120


_LIGHT = Pix2PixRecipe(LIGHT, 10.0, 0.05, 0.55, "hinge", 6e-4, 0.9, 0.99, 128, 0)
RECIPES: dict[str, Pix2PixRecipe] = {
    "paper": Pix2PixRecipe(),
    "light": _LIGHT,
    "tiny": replace(_LIGHT, net=TINY, window=64),
}


@dataclass(frozen=True)
class Switches:
    """`--option NAME=VALUE`; see `freenet`'s."""

    real_share: float = 0.5
    keep: int = 5000
    keep_file: str = ""


def prepare(pack: Pack, recipe: Recipe) -> Trainable:
    """The trainable for `python -m reenact train pix2pix`."""
    if recipe.recipe not in RECIPES:
        raise UnknownNameError("recipe", recipe.recipe, RECIPES)
    switches = read_settings(Switches, recipe.options)
    return Pix2PixTraining(pack, recipe, RECIPES[recipe.recipe], switches)


class Pix2PixTraining(Trainable):
    """See `Trainable`; phases are the generator's and the critic's."""

    phases = ("generator", "critic")

    def __init__(self, pack: Pack, recipe: Recipe, own: Pix2PixRecipe, switches: Switches) -> None:
        self.own, self.switches, self.batch_size = own, switches, recipe.batch_size
        self.is_light = own.net.kind == "light"
        critic = LightCritic(5) if self.is_light else PatchCritic(3)
        self.networks = {"generator": make_generator(own.net), "critic": critic}
        if self.is_light:
            for network in self.networks.values():
                network.to(memory_format=torch.channels_last)
        self.data, self.sheet_data = _pairs(pack, recipe.seed, own, switches)
        self.progress = 0.0
        self._made: Tensor | None = None

    def optimizer(self, phase: str) -> Optimizer:
        parameters = self.networks[phase].parameters()
        return Adam(parameters, self.own.rate, (self.own.beta1, self.own.beta2))

    def rate(self, step: int, progress: float) -> float:
        self.progress = progress
        if not self.own.epochs:
            return super().rate(step, progress) * min(1.0, (step + 1) / 50)
        epochs = step * self.batch_size / len(self.data)
        return 0.1 ** (epochs // self.own.epochs)

    def losses(self, batch: Batch, phase: str) -> dict[str, Tensor]:
        return self._critic(batch) if phase == "critic" else self._generator(batch)

    def _generator(self, batch: Batch) -> dict[str, Tensor]:
        output = self.networks["generator"](batch["source"], batch["lines"])
        self._made = output.detach()
        out = {"pixel": self.own.pixel * (output - batch["target"]).abs().mean()}
        if self._is_adversarial:
            critic = self.networks["critic"].requires_grad_(False)
            scores = self._scores(output, batch)
            out["adversarial"] = self.own.adversarial * generator_loss(scores, self.own.kind)
            critic.requires_grad_(True)
        return out

    def _critic(self, batch: Batch) -> dict[str, Tensor]:
        if not self._is_adversarial:
            return {"critic": sum(p.sum() for p in self.networks["critic"].parameters()) * 0.0}
        real, made = self._scores(batch["target"], batch), self._scores(self._made, batch)
        return {"critic": discriminator_loss(real, made, self.own.kind)}

    @property
    def _is_adversarial(self) -> bool:
        return self.own.adversarial > 0 and self.progress >= self.own.adversarial_from

    def _scores(self, pictures: Tensor, batch: Batch) -> Tensor:
        critic = self.networks["critic"]
        return critic(pictures, batch["maps"]) if self.is_light else critic(2 * pictures - 1)

    def sample(self, batch: Batch, networks: Networks) -> Tensor:
        output = networks["generator"](batch["source"], batch["lines"])
        return torch.cat([batch["source"], output, batch["target"]], dim=3)

    def export(self, path: Path, networks: Networks) -> None:
        save_tensors(networks["generator"].state_dict(), path)

    def notes(self) -> dict[str, str]:
        return {"recipe": str(self.own), "switches": str(self.switches)}


def _pairs(pack: Pack, seed: int, own: Pix2PixRecipe, switches: Switches):
    """Data, and held-out people for the sheet."""
    pairs: Sequence = Pairs(pack, PairOptions(real_share=switches.real_share, seed=seed))
    if switches.keep:
        file = Path(switches.keep_file) if switches.keep_file else None
        pairs = KeptPairs(pairs, switches.keep, file)
    held_out = KeptPairs(held_out_pairs(pack), 64)
    window = own.window or None
    sheet = DrawnPairs(held_out, pack.size, window, seed=None)
    return DrawnPairs(pairs, pack.size, window, seed), sheet
