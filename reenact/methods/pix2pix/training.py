"""Training the baseline: L1 and a PatchGAN, on the very pairs that `freenet` sees.

python -m reenact train pix2pix --data pack=FILE --steps N --recipe light
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from reenact.data.drawn_pairs import PairSwitches, drawn_data
from reenact.data.pack import Pack
from reenact.errors import UnknownNameError
from reenact.methods.pix2pix.config import LIGHT, TINY, Pix2PixConfig
from reenact.methods.pix2pix.networks import make_generator
from reenact.nn.weights import begin_from
from reenact.training.adversarial import GANRecipe, GeneratorCritic
from reenact.training.recipe import Recipe, read_settings
from reenact.training.results import save_tensors
from reenact.training.trainable import Batch, Networks, Trainable


@dataclass(frozen=True)
class Pix2PixRecipe(GANRecipe):
    """How the baseline is trained.

    Attributes:
        net: see there.
        pixel: weight of L1; 100 in pix2pix, beside 1 of the adversarial loss.
    """

    net: Pix2PixConfig = Pix2PixConfig()
    pixel: float = 100.0


_LIGHT = Pix2PixRecipe(
    net=LIGHT,
    pixel=10.0,
    rate=6e-4,
    beta1=0.9,
    beta2=0.99,
    adversarial=0.05,
    adversarial_from=0.55,
    kind="hinge",
    window=128,
    epochs=0,
)
RECIPES: dict[str, Pix2PixRecipe] = {
    "paper": Pix2PixRecipe(),
    "light": _LIGHT,
    "tiny": replace(_LIGHT, net=TINY, window=64),
}


@dataclass(frozen=True)
class Switches(PairSwitches):
    """`--option NAME=VALUE`.

    Attributes:
        start: weights to begin with. rate: factor on the recipe's rate.
    """

    start: str = ""
    rate: float = 1.0


def prepare(pack: Pack, recipe: Recipe) -> Trainable:
    """The trainable for `python -m reenact train pix2pix`."""
    if recipe.recipe not in RECIPES:
        raise UnknownNameError("recipe", recipe.recipe, RECIPES)
    switches = read_settings(Switches, recipe.options)
    return Pix2PixTraining(pack, recipe, RECIPES[recipe.recipe], switches)


class Pix2PixTraining(GeneratorCritic):
    """See `GeneratorCritic`."""

    def __init__(self, pack: Pack, recipe: Recipe, own: Pix2PixRecipe, switches: Switches) -> None:
        self.own, self.switches = own, switches
        generator = make_generator(own.net)
        if switches.start:
            from reenact.methods.pix2pix.weights import read_network

            start = Path(switches.start)
            begin_from(generator, read_network(start).state_dict(), start)
        is_light = own.net.kind == "light"
        super().__init__(generator, own, recipe.batch_size, is_light=is_light, speed=switches.rate)
        self.data, self.sheet_data = drawn_data(pack, recipe.seed, switches, own.window)

    def generate(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        output = self.networks["generator"](batch["source"], batch["lines"])
        return output, {"pixel": self.own.pixel * (output - batch["target"]).abs().mean()}

    def sample(self, batch: Batch, networks: Networks) -> Tensor:
        output = networks["generator"](batch["source"], batch["lines"])
        return torch.cat([batch["source"], output, batch["target"]], dim=3)

    def export(self, path: Path, networks: Networks) -> None:
        save_tensors(networks["generator"].state_dict(), path)

    def notes(self) -> dict[str, str]:
        return {"recipe": str(self.own), "switches": str(self.switches)}
