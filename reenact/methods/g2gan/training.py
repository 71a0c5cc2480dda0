"""Training the pair of generators (section 3.1, Eq. 8; section 4.2).

python -m reenact train g2gan --data pack=FILE --minutes 25 --recipe light
python -m reenact train g2gan --data pack=FILE --minutes 2 --option config=A    ablation A to D
python -m reenact train g2gan --data pack=FILE --minutes 2 --option config=cgan  the baseline
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from reenact.data.drawn_pairs import PairSwitches, drawn_data
from reenact.data.pack import Pack
from reenact.errors import InputError, UnknownNameError
from reenact.losses.adversarial import discriminator_loss, generator_loss
from reenact.losses.identity import load_identity
from reenact.losses.parts import parts_mask
from reenact.losses.perceptual import load_perceptual
from reenact.methods.g2gan.config import LIGHT, TINY, G2GANConfig, G2GANLossWeights
from reenact.methods.g2gan.data import ExpressionPairs, with_rendered
from reenact.methods.g2gan.losses import (
    cycle_loss,
    identity_weight,
    paired_pixel_loss,
    turn_weight,
)
from reenact.methods.g2gan.networks import Critics, Generators, Geometry, LightUNet, heat_maps
from reenact.methods.g2gan.weights import begin_with, read_shapes
from reenact.training.adversarial import GANRecipe, GeneratorCritic, frozen
from reenact.training.recipe import Recipe, read_settings
from reenact.training.results import save_tensors
from reenact.training.trainable import Batch, Networks, Trainable


@dataclass(frozen=True)
class G2GANRecipe(GANRecipe):
    """How the pair is trained.

    Attributes:
        net, losses: see there; `losses.adversarial` counts, `adversarial` only says on or off.
    """

    net: G2GANConfig = G2GANConfig()
    losses: G2GANLossWeights = G2GANLossWeights()


_PAPER = G2GANRecipe(rate=1e-4, beta1=0.5, kind="log", epochs=0, window=128)
_LIGHT_LOSSES = G2GANLossWeights(
    adversarial=0.05, perceptual=0.5, parts=4.0, mask=0.05, paint=2.5, correction=0.002,
    cycle_every=3, identity_every=3,
)  # fmt: skip
_LIGHT = replace(
    _PAPER, net=LIGHT, losses=_LIGHT_LOSSES, rate=5e-4, beta1=0.9, beta2=0.99, kind="hinge",
    adversarial_from=0.3,
)  # fmt: skip
RECIPES: dict[str, G2GANRecipe] = {
    "paper": _PAPER,  # section 4.2: batches of 5 with `--batch-size 5`
    "light": _LIGHT,
    "tiny": replace(_LIGHT, net=TINY, window=64),
}
CONFIGS = ("A", "B", "C", "D", "cgan", "cgan-moved")
"""Section 4.3: A without the cycle, B without identity, C unpaired, D all; the baseline, which is
told picture and heat maps; and a stronger one, which is told the motion as the others are."""


@dataclass(frozen=True)
class Switches(PairSwitches):
    """`--option NAME=VALUE`.

    Attributes:
        config: one of `CONFIGS`.
        shapes: file of the shape model, for `C` and `guessed`; see `fit_shape.py`.
        guessed: share of the pairs with a face at rest whose neutral landmarks G_N gets guessed,
            as it does in use, and not as they are.
        start: weights to begin with, where they fit: of this method or of another light one.
        rendered: pack of rendered people, of which there is a share of `rendered_share`.
        perceptual, identity_net: `on`, or `off` where no such network is at hand.
        rate: factor on the recipe's rate.
    """

    config: str = "D"
    shapes: str = ""
    guessed: float = 0.0
    start: str = ""
    rendered: str = ""
    rendered_share: float = 0.3
    perceptual: str = "on"
    identity_net: str = "on"
    rate: float = 1.0


def prepare(pack: Pack, recipe: Recipe) -> Trainable:
    """The trainable for `python -m reenact train g2gan`."""
    if recipe.recipe not in RECIPES:
        raise UnknownNameError("recipe", recipe.recipe, RECIPES)
    switches = read_settings(Switches, recipe.options)
    own = configured(RECIPES[recipe.recipe], switches.config)
    return G2GANTraining(pack, recipe, own, switches)


def configured(recipe: G2GANRecipe, config: str) -> G2GANRecipe:
    """A recipe with what a configuration of section 4.3 leaves out.

    Raises:
        UnknownNameError: no such configuration.
    """
    baseline = {"cycle": 0.0, "identity": 0.0, "identity_end": 0.0, "perceptual": 0.0, "paint": 0.0}
    left_out = {
        "A": {"cycle": 0.0},
        "B": {"identity": 0.0, "identity_end": 0.0},
        "C": {"pixel": 0.0, "perceptual": 0.0},
        "D": {},
        "cgan": baseline,
        "cgan-moved": baseline,
    }
    if config not in left_out:
        raise UnknownNameError("configuration", config, CONFIGS)
    is_residual, sees_motion = not config.startswith("cgan"), config != "cgan"
    net = replace(recipe.net, is_residual=is_residual, sees_motion=sees_motion)
    return replace(recipe, net=net, losses=replace(recipe.losses, **left_out[config]))


class G2GANTraining(GeneratorCritic):
    """See `GeneratorCritic`: its generator is the pair, its critic all three."""

    def __init__(self, pack: Pack, recipe: Recipe, own: G2GANRecipe, switches: Switches) -> None:
        self.own, self.switches = own, switches
        known = read_shapes(Path(switches.shapes)) if switches.shapes else None
        if known is None and (switches.config == "C" or switches.guessed):
            raise InputError("`--option shapes=FILE` must name the shape model of `fit_shape`.")
        generators, critics = Generators(own.net), Critics(own.net)
        if switches.start:
            begin_with(generators, Path(switches.start))
        light = own.net.kind == "light"
        super().__init__(
            generators, own, recipe.batch_size, is_light=light, critic=critics,
            speed=switches.rate,
        )  # fmt: skip
        weights = own.losses
        needs = weights.perceptual > 0 and switches.perceptual == "on"
        self.features = load_perceptual() if needs else None
        needs = weights.identity_end > 0 and switches.identity_net == "on"
        self.identity = load_identity() if needs else None
        self.frozen = [one for one in (self.features, self.identity) if one is not None]
        drawn, sheet = drawn_data(pack, recipe.seed, switches, own.window)
        pairs = drawn.pairs
        if switches.rendered:
            rendered = Pack.open(switches.rendered)
            pairs = with_rendered(pairs, rendered, switches.rendered_share, recipe.seed)
        shapes = known if switches.config == "C" else None
        side, window = pack.size, own.window or None
        self.data = ExpressionPairs(
            pairs, side, window, shapes, recipe.seed, guess=known, guessed=switches.guessed
        )
        self.sheet_data = ExpressionPairs(sheet.pairs, side, window, seed=None)
        self._pictures: dict[str, Tensor] = {}

    def losses(self, batch: Batch, phase: str) -> dict[str, Tensor]:
        return self._judge(batch) if phase == "critic" else self._make(batch)

    def generate(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        """Both outputs, one after the other, and the losses without the adversarial ones."""
        both = self._outputs(batch, self.networks["generator"])
        return torch.cat([both["e"][0], both["n"][0]]), self._losses(batch, both)

    def _outputs(self, batch: Batch, generators: Generators) -> dict[str, tuple[Tensor, ...]]:
        """Eq. 1, both ways: output, share of paint, correction, paint."""
        return {
            "e": _run(generators.express, batch["neutral"], batch, "e"),
            "n": _run(generators.remove, batch["expression"], batch, "n"),
        }

    def _make(self, batch: Batch) -> dict[str, Tensor]:
        output, losses = self.generate(batch)
        made_e, made_n = output.chunk(2)
        self._pictures = {"e": made_e.detach(), "n": made_n.detach()}
        if self.is_adversarial:
            critics, kind = self.networks["critic"], self.gan.kind
            with frozen(critics):
                heat = heat_maps(batch["heat_e"], made_e.shape[-1], self.own.net.kind)
                scores = [critics.alone("expression", made_e), critics.alone("neutral", made_n)]
                scores.append(critics.together(made_e, heat))
                found = sum(generator_loss(score, kind) for score in scores)  # Eq. 2
            losses["adversarial"] = self.own.losses.adversarial * found
        return losses

    def _losses(self, batch: Batch, both: dict[str, tuple[Tensor, ...]]) -> dict[str, Tensor]:
        weights, out = self.own.losses, {}
        made_e, mask_e, turn_e, paint_e = both["e"]
        made_n, mask_n, turn_n, paint_n = both["n"]
        parts_e, parts_n = parts_mask(batch["maps_e"]), parts_mask(batch["maps_n"])
        if self.switches.config != "C":
            out["pixel"] = weights.pixel * self._pixel(batch, made_e, made_n, parts_e, parts_n)
            if self.features is not None:
                found = self.features(made_e, batch["expression"])
                found = found + self.features(made_n, batch["neutral"])
                out["perceptual"] = 0.5 * weights.perceptual * found
            if weights.paint:
                painted = self._pixel(batch, paint_e, paint_n, parts_e, parts_n)
                out["paint"] = weights.paint * painted
        if weights.mask:
            beside = (mask_e * (1 - parts_e)).mean() + (mask_n * (1 - parts_n)).mean()
            out["mask"] = weights.mask * beside
            out["correction"] = weights.correction * (turn_e.abs().mean() + turn_n.abs().mean())
        weight = turn_weight(weights.cycle, self.step, weights.cycle_every)
        if weight:
            out["cycle"] = weight * self._cycle(batch, made_e, made_n)
        growing = identity_weight(weights, self.progress)
        weight = turn_weight(growing, self.step, weights.identity_every)
        if weight and self.identity is not None:
            out["identity"] = weight * self._identity_gap(batch, made_e, made_n)
        return out

    def _pixel(self, batch: Batch, made_e, made_n, parts_e, parts_n) -> Tensor:
        weight, kind = self.own.losses.parts, batch["kind"]
        there = paired_pixel_loss(
            made_e, batch["expression"], batch["real_e"], parts_e, kind, weight
        )
        back = paired_pixel_loss(made_n, batch["neutral"], batch["real_n"], parts_n, kind, weight)
        return there + back

    def _cycle(self, batch: Batch, made_e: Tensor, made_n: Tensor) -> Tensor:
        """Eq. 4 and 5."""
        generators, kind = self.networks["generator"], self.own.net.kind
        again_n = _back(generators.remove, made_e, batch, "n", "heat_e", kind)
        again_e = _back(generators.express, made_n, batch, "e", "heat_own", kind)
        return cycle_loss((batch["neutral"], batch["expression"]), (again_n, again_e))

    def _identity_gap(self, batch: Batch, made_e: Tensor, made_n: Tensor) -> Tensor:
        """Eq. 6, as 1 - cosine of the features."""
        there = self.identity(made_e, batch["wanted_e"], batch["neutral"], batch["neutral_mesh"])
        back = self.identity(
            made_n, batch["wanted_n"], batch["expression"], batch["expression_mesh"]
        )
        return there + back

    def _judge(self, batch: Batch) -> dict[str, Tensor]:
        """Eq. 3; only photographs as they were taken stand for real ones."""
        critics, kind = self.networks["critic"], self.gan.kind
        real_e, real_n = batch["real_e"] > 0, batch["real_n"] > 0
        total = sum(p.sum() for p in critics.parameters()) * 0.0
        if not self.is_adversarial:
            return {"critic": total}
        faces, rests = batch["expression"][real_e], batch["neutral"][real_n]
        made_e, made_n = self._pictures["e"], self._pictures["n"]
        size, net = made_e.shape[-1], self.own.net.kind
        if len(faces):
            real = critics.alone("expression", faces)
            total = total + discriminator_loss(real, critics.alone("expression", made_e), kind)
            own = heat_maps(batch["heat_own"][real_e], size, net)
            heat = heat_maps(batch["heat_e"], size, net)
            made = critics.together(made_e, heat)
            total = total + discriminator_loss(critics.together(faces, own), made, kind)
        if len(rests):
            real = critics.alone("neutral", rests)
            total = total + discriminator_loss(real, critics.alone("neutral", made_n), kind)
        return {"critic": total}

    def sample(self, batch: Batch, networks: Networks) -> Tensor:
        made = self._outputs(batch, networks["generator"])
        shown = [batch["neutral"], made["e"][0], batch["expression"], made["n"][0]]
        return torch.cat(shown, dim=3)

    def export(self, path: Path, networks: Networks) -> None:
        save_tensors(networks["generator"].state_dict(), path)

    def notes(self) -> dict[str, str]:
        used = {"perceptual": self.features, "identity": self.identity}
        named = {name: one.source if one is not None else "none" for name, one in used.items()}
        return named | {"recipe": str(self.own), "switches": str(self.switches)}


def _run(generator, picture: Tensor, batch: Batch, to: str) -> tuple[Tensor, ...]:
    """A generator's output, share of paint, correction, paint; the paper's has only the first."""
    heat = batch["heat_e" if to == "e" else "heat_own"]
    is_light = isinstance(generator, LightUNet)
    maps = heat_maps(heat, picture.shape[-1], "light" if is_light else "paper")
    if not is_light:
        output = generator(picture, Geometry(maps))
        return output, torch.zeros_like(output[:, :1]), torch.zeros_like(output[:, :2]), output
    mouth = batch[f"maps_{to}"][:, 2:3]
    return generator.parts(picture, Geometry(maps, mouth, batch[f"flow_{to}"]))


def _back(generator, picture: Tensor, batch: Batch, to: str, heat: str, kind: str) -> Tensor:
    """An output brought back to the picture that it was made of, Eq. 5."""
    maps = heat_maps(batch[heat], picture.shape[-1], kind)
    mouth = batch[f"own_{to}"][:, 2:3]
    return generator(picture, Geometry(maps, mouth, batch[f"back_{to}"]))
