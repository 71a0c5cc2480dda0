"""Training the generator: phase two of section 3.4, with the paper's recipe or the light one.

    python -m reenact train freenet --data pack=FILE --minutes 40 --recipe light
    python -m reenact train freenet --data pack=FILE --recipe paper --steps N --batch-size 4

Phase one, the converter, is `python -m reenact.training.ulc`; `--option ulc=FILE` reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from reenact.data.drawn_pairs import DrawnPairs
from reenact.data.kept_pairs import KeptPairs, OpenMouths
from reenact.data.pack import Pack
from reenact.data.pairs import PairOptions, Pairs, held_out_pairs
from reenact.errors import UnknownNameError
from reenact.losses.adversarial import discriminator_loss, generator_loss
from reenact.losses.perceptual import load_perceptual
from reenact.methods.freenet.config import LIGHT, TINY, GAGConfig, GAGLossWeights
from reenact.methods.freenet.gag_losses import parts_mask, pixel_loss, triplet_perceptual
from reenact.methods.freenet.networks import make_generator, run_generator
from reenact.methods.freenet.triplets import Converter, add_triplet
from reenact.nn.patch_critic import LightCritic, PatchCritic
from reenact.training.recipe import Recipe, read_settings
from reenact.training.results import save_tensors
from reenact.training.trainable import Batch, Networks, Trainable


@dataclass(frozen=True)
class GAGRecipe:
    """How the generator is trained.

    Attributes:
        net, losses: see there.
        rate, beta1, beta2: Adam's, of generator and critic.
        adversarial: kind of the adversarial loss.
        window: side of the face windows that are seen, pixels; 0 for the whole crop.
        epochs: passes over the data after which the rate is divided by ten; 0 for the loop's
            smooth fall.
    """

    net: GAGConfig = GAGConfig()
    losses: GAGLossWeights = GAGLossWeights()
    rate: float = 2e-4
    beta1: float = 0.5
    beta2: float = 0.999
    adversarial: str = "lsgan"
    window: int = 0
    epochs: int = 120


_LIGHT_LOSSES = GAGLossWeights(
    pixel=10.0, adversarial=0.05, triplet=0.0, perceptual=0.5, parts=4.0, mask=0.05,
    correction=0.002, adversarial_from=0.55,
)  # fmt: skip
_LIGHT = GAGRecipe(LIGHT, _LIGHT_LOSSES, 6e-4, 0.9, 0.99, "hinge", 128, 0)
RECIPES: dict[str, GAGRecipe] = {
    "paper": GAGRecipe(),  # sections 3.4 and 4.1 to the letter
    "light": _LIGHT,
    "tiny": replace(_LIGHT, net=TINY, window=64),
}


@dataclass(frozen=True)
class Switches:
    """`--option NAME=VALUE`.

    Attributes:
        real_share: share of pairs from two pictures of one person.
        keep: pairs that are made once and seen again; 0 makes each anew.
        keep_file: where they are kept between runs.
        open_share: share of pairs drawn from those with an open mouth to draw.
        open_gap: of the lips over the eye distance, from which it is open.
        ulc: weights of the converter, for the triplets.
        triplet: weight of the triplet loss; below 0 the recipe's. 0 leaves it out (ablation).
        triplet_every: steps between those that have a triplet.
        perceptual: `on`, or `off` where no features are at hand.
        start: weights to begin with.
        rate: factor on the recipe's rate.
    """

    real_share: float = 0.5
    keep: int = 5000
    keep_file: str = ""
    open_share: float = 0.0
    open_gap: float = 0.12
    ulc: str = ""
    triplet: float = -1.0
    triplet_every: int = 1
    perceptual: str = "on"
    start: str = ""
    rate: float = 1.0


def prepare(pack: Pack, recipe: Recipe) -> Trainable:
    """The trainable for `python -m reenact train freenet`."""
    if recipe.recipe not in RECIPES:
        raise UnknownNameError("recipe", recipe.recipe, RECIPES)
    switches = read_settings(Switches, recipe.options)
    own = RECIPES[recipe.recipe]
    if switches.triplet >= 0:
        own = replace(own, losses=replace(own.losses, triplet=switches.triplet))
    return GAGTraining(pack, recipe, own, switches)


class GAGTraining(Trainable):
    """See `Trainable`; phases are the generator's and the critic's."""

    phases = ("generator", "critic")

    def __init__(self, pack: Pack, recipe: Recipe, own: GAGRecipe, switches: Switches) -> None:
        self.own, self.switches, self.batch_size = own, switches, recipe.batch_size
        self.is_light = own.net.kind == "light"
        generator = make_generator(own.net)
        if switches.start:
            from reenact.methods.freenet.weights import read_generator

            generator.load_state_dict(read_generator(Path(switches.start)).state_dict())
        critic = LightCritic(5) if self.is_light else PatchCritic(3)
        self.networks = {"generator": generator, "critic": critic}
        if self.is_light:
            for network in self.networks.values():
                network.to(memory_format=torch.channels_last)
        losses = own.losses
        needs = switches.perceptual == "on" and (losses.perceptual or losses.triplet)
        self.features = load_perceptual() if needs else None
        self.converter = Converter.read(Path(switches.ulc)) if switches.ulc else None
        self.frozen: Sequence[nn.Module] = [self.features] if self.features else []
        self.data, self.sheet_data = _pairs(pack, recipe.seed, own, switches)
        self.step, self.progress = 0, 0.0
        self._made: Tensor | None = None

    def optimizer(self, phase: str) -> Optimizer:
        parameters = self.networks[phase].parameters()
        rate = self.own.rate * self.switches.rate
        return Adam(parameters, rate, (self.own.beta1, self.own.beta2))

    def rate(self, step: int, progress: float) -> float:
        self.step, self.progress = step, progress
        if not self.own.epochs:
            return super().rate(step, progress) * min(1.0, (step + 1) / 50)
        epochs = step * self.batch_size / len(self.data)
        return 0.1 ** (epochs // self.own.epochs)

    def losses(self, batch: Batch, phase: str) -> dict[str, Tensor]:
        return self._critic(batch) if phase == "critic" else self._generator(batch)

    def _generator(self, batch: Batch) -> dict[str, Tensor]:
        weights, generator = self.own.losses, self.networks["generator"]
        output, mask, correction = run_generator(generator, batch)
        self._made = output.detach()
        out = {}
        if self.is_light:
            parts = parts_mask(batch["maps"])
            pixel = pixel_loss(output, batch["target"], parts, batch["kind"], weights.parts)
            out["mask"] = weights.mask * (mask * (1 - parts)).mean()
            out["correction"] = weights.correction * correction.abs().mean()
        else:
            pixel = (output - batch["target"]).abs().mean()
        out["pixel"] = weights.pixel * pixel
        if self.features is not None and weights.perceptual:
            out["perceptual"] = weights.perceptual * self.features(output, batch["target"])
        if self._is_adversarial:
            with _still(self.networks["critic"]):
                scores = self._scores(output, batch)
            out["adversarial"] = weights.adversarial * generator_loss(scores, self.own.adversarial)
        if self._has_triplet:
            same, other = add_triplet(generator, batch, self.converter)
            loss = triplet_perceptual(self.features, output, same, other, weights.margin)
            out["triplet"] = weights.triplet * loss
        return out

    def _critic(self, batch: Batch) -> dict[str, Tensor]:
        if not self._is_adversarial:
            return {"critic": sum(p.sum() for p in self.networks["critic"].parameters()) * 0.0}
        real, made = self._scores(batch["target"], batch), self._scores(self._made, batch)
        return {"critic": discriminator_loss(real, made, self.own.adversarial)}

    @property
    def _is_adversarial(self) -> bool:
        weights = self.own.losses
        return weights.adversarial > 0 and self.progress >= weights.adversarial_from

    @property
    def _has_triplet(self) -> bool:
        is_on = self.own.losses.triplet > 0 and self.features is not None
        return is_on and self.step % self.switches.triplet_every == 0

    def _scores(self, pictures: Tensor, batch: Batch) -> Tensor:
        critic = self.networks["critic"]
        return critic(pictures, batch["maps"]) if self.is_light else critic(2 * pictures - 1)

    def sample(self, batch: Batch, networks: Networks) -> Tensor:
        output, mask, _ = run_generator(networks["generator"], batch)
        shown = [batch["source"], output, batch["target"]]
        return torch.cat(shown + ([mask.expand_as(output)] if self.is_light else []), dim=3)

    def export(self, path: Path, networks: Networks) -> None:
        state = networks["generator"].state_dict()
        save_tensors({f"gag.{name}": value for name, value in state.items()}, path)

    def notes(self) -> dict[str, str]:
        used = self.features.source if self.features is not None else "none"
        return {"perceptual": used, "recipe": str(self.own), "switches": str(self.switches)}


class _still:
    """A network whose weights take no gradients for a while."""

    def __init__(self, network: nn.Module) -> None:
        self.network = network

    def __enter__(self) -> None:
        self.network.requires_grad_(False)

    def __exit__(self, *_: object) -> None:
        self.network.requires_grad_(True)


def _pairs(pack: Pack, seed: int, own: GAGRecipe, switches: Switches):
    """Data, and held-out people for the sheet."""
    pairs: Sequence = Pairs(pack, PairOptions(real_share=switches.real_share, seed=seed))
    if switches.keep:
        file = Path(switches.keep_file) if switches.keep_file else None
        pairs = KeptPairs(pairs, switches.keep, file)
        if switches.open_share:
            pairs = OpenMouths(pairs, switches.open_share, seed, switches.open_gap)
    held_out = KeptPairs(held_out_pairs(pack), 64)
    window = own.window or None
    sheet = DrawnPairs(held_out, pack.size, window, seed=None)
    return DrawnPairs(pairs, pack.size, window, seed), sheet
