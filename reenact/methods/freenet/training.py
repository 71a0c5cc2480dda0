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

from reenact.data.drawn_pairs import PairSwitches, drawn_data
from reenact.data.pack import Pack
from reenact.errors import UnknownNameError
from reenact.losses.parts import parts_mask, pixel_loss
from reenact.losses.perceptual import load_perceptual
from reenact.methods.freenet.config import LIGHT, TINY, GAGConfig, GAGLossWeights
from reenact.methods.freenet.gag_losses import triplet_perceptual
from reenact.methods.freenet.networks import make_generator, run_generator
from reenact.methods.freenet.triplets import Converter, add_triplet
from reenact.nn.weights import begin_from
from reenact.training.adversarial import GANRecipe, GeneratorCritic
from reenact.training.recipe import Recipe, read_settings
from reenact.training.results import save_tensors
from reenact.training.trainable import Batch, Networks, Trainable


@dataclass(frozen=True)
class GAGRecipe(GANRecipe):
    """How the generator is trained.

    Attributes:
        net, losses: see there. `adversarial` is lambda_adv of Eq. 10.
    """

    net: GAGConfig = GAGConfig()
    losses: GAGLossWeights = GAGLossWeights()


_LIGHT = GAGRecipe(
    net=LIGHT,
    losses=GAGLossWeights(
        pixel=10.0,
        triplet=0.0,
        perceptual=0.5,
        parts=4.0,
        mask=0.05,
        correction=0.002,
        paint=2.5,
    ),
    rate=6e-4,
    beta1=0.9,
    beta2=0.99,
    adversarial=0.05,
    adversarial_from=0.55,
    kind="hinge",
    window=128,
    epochs=0,
)
RECIPES: dict[str, GAGRecipe] = {
    "paper": GAGRecipe(),  # sections 3.4 and 4.1 to the letter
    "light": _LIGHT,
    "tiny": replace(_LIGHT, net=TINY, window=64),
}


@dataclass(frozen=True)
class Switches(PairSwitches):
    """`--option NAME=VALUE`.

    Attributes:
        ulc: weights of the converter, for the triplets.
        triplet: weight of the triplet loss; below 0 the recipe's. 0 leaves it out (ablation).
        triplet_every: steps between those that have a triplet.
        perceptual: `on`, or `off` where no features are at hand.
        start: weights to begin with.
        rate: factor on the recipe's rate.
    """

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


class GAGTraining(GeneratorCritic):
    """See `GeneratorCritic`."""

    def __init__(self, pack: Pack, recipe: Recipe, own: GAGRecipe, switches: Switches) -> None:
        self.own, self.switches = own, switches
        generator = make_generator(own.net)
        if switches.start:
            from reenact.methods.freenet.weights import read_generator

            start = Path(switches.start)
            begin_from(generator, read_generator(start).state_dict(), start)
        is_light = own.net.kind == "light"
        super().__init__(generator, own, recipe.batch_size, is_light=is_light, speed=switches.rate)
        losses = own.losses
        needs = switches.perceptual == "on" and (losses.perceptual or losses.triplet)
        self.features = load_perceptual() if needs else None
        self.converter = Converter.read(Path(switches.ulc)) if switches.ulc else None
        self.frozen: Sequence[nn.Module] = [self.features] if self.features else []
        self.data, self.sheet_data = drawn_data(pack, recipe.seed, switches, own.window)

    def generate(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        weights, generator = self.own.losses, self.networks["generator"]
        output, mask, correction, paint = run_generator(generator, batch)
        out = {}
        if self.is_light:
            parts = parts_mask(batch["maps"])
            pixel = pixel_loss(output, batch["target"], parts, batch["kind"], weights.parts)
            if weights.paint:
                own = pixel_loss(paint, batch["target"], parts, batch["kind"], weights.parts)
                out["paint"] = weights.paint * own
            out["mask"] = weights.mask * (mask * (1 - parts)).mean()
            out["correction"] = weights.correction * correction.abs().mean()
        else:
            pixel = (output - batch["target"]).abs().mean()
        out["pixel"] = weights.pixel * pixel
        if self.features is not None and weights.perceptual:
            out["perceptual"] = weights.perceptual * self.features(output, batch["target"])
        if self._has_triplet:
            same, other = add_triplet(generator, batch, self.converter)
            loss = triplet_perceptual(self.features, output, same, other, weights.margin)
            out["triplet"] = weights.triplet * loss
        return output, out

    @property
    def _has_triplet(self) -> bool:
        is_on = self.own.losses.triplet > 0 and self.features is not None
        return is_on and self.step % self.switches.triplet_every == 0

    def sample(self, batch: Batch, networks: Networks) -> Tensor:
        output, mask, *_ = run_generator(networks["generator"], batch)
        shown = [batch["source"], output, batch["target"]]
        return torch.cat(shown + ([mask.expand_as(output)] if self.is_light else []), dim=3)

    def export(self, path: Path, networks: Networks) -> None:
        state = networks["generator"].state_dict()
        save_tensors({f"gag.{name}": value for name, value in state.items()}, path)

    def notes(self) -> dict[str, str]:
        used = self.features.source if self.features is not None else "none"
        return {"perceptual": used, "recipe": str(self.own), "switches": str(self.switches)}
