"""Training GC-GAN: E first, then G and D with E fixed (section 3.3).

python -m reenact train gcgan --data pack=FILE --minutes 25 --recipe light
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from reenact.data.drawn_pairs import drawn_data
from reenact.data.pack import Pack
from reenact.errors import UnknownNameError
from reenact.losses.adversarial import Scores, gradient_penalty
from reenact.losses.parts import parts_mask, pixel_loss
from reenact.losses.perceptual import load_perceptual
from reenact.methods.gcgan.embedding import Embedding
from reenact.methods.gcgan.labels import labelled_faces
from reenact.methods.gcgan.networks import Critic, make_generator
from reenact.methods.gcgan.pairs import WindowPairs
from reenact.methods.gcgan.pretrain import train_embedding
from reenact.methods.gcgan.recipes import RECIPES, GCGANRecipe, Switches, switched
from reenact.methods.gcgan.weights import read_embedding, read_networks, widened
from reenact.nn.mover import sample
from reenact.nn.weights import begin_from
from reenact.training.adversarial import GeneratorCritic
from reenact.training.recipe import Recipe, read_settings
from reenact.training.results import save_tensors
from reenact.training.trainable import Batch, Networks, Trainable

_FLOW_UNIT = 8.0  # pixels


def prepare(pack: Pack, recipe: Recipe) -> Trainable:
    """The trainable for `python -m reenact train gcgan`.

    Raises:
        InputError: there are no labels for the contrastive loss.
    """
    if recipe.recipe not in RECIPES:
        raise UnknownNameError("recipe", recipe.recipe, RECIPES)
    switches = read_settings(Switches, recipe.options)
    own = switched(RECIPES[recipe.recipe], switches)
    return GCGANTraining(pack, recipe, own, switches)


class GCGANTraining(GeneratorCritic):
    """See `GeneratorCritic`; E is kept with the networks, and no phase trains it."""

    def __init__(self, pack: Pack, recipe: Recipe, own: GCGANRecipe, switches: Switches) -> None:
        self.own, self.switches = own, switches
        generator = make_generator(own.net)
        if switches.start:
            start = Path(switches.start)
            begin_from(generator, widened(read_networks(start)[0], generator), start)
        self.is_mover = own.net.kind == "light"
        critic = None if own.kind == "hinge" else Critic()
        super().__init__(
            generator, own, recipe.batch_size, is_light=own.kind == "hinge", critic=critic
        )
        faces = labelled_faces(
            pack, Path(switches.meshes) if switches.meshes else None, clusters=switches.clusters
        )
        self.embedding = self._embedding(faces)
        self.networks["embedding"] = self.embedding
        needs = own.perceptual > 0 and switches.perceptual == "on"
        self.features = load_perceptual() if needs else None
        self.frozen: Sequence[nn.Module] = [self.features] if self.features else []
        made = faces.get("made")
        rests = made.rest if made is not None else None
        drawn, sheet = drawn_data(pack, recipe.seed, switches)
        size, seen = own.net.size, self.embedding if own.net.guide == "embedding" else None
        mouth = own.net.mouth
        self.data = WindowPairs(
            drawn.pairs, size, seen, rests, own.foreign, own.still, recipe.seed, own.exact, mouth
        )
        self.sheet_data = WindowPairs(sheet.pairs, size, seen, rests, 1.0, mouth=mouth)

    def _embedding(self, faces) -> Embedding:
        named = self.switches.embedding or self.switches.start
        if named:
            return read_embedding(Path(named)).requires_grad_(False)
        return train_embedding(faces, self.own.embedding)

    def guides(self, batch: Batch) -> tuple[Tensor, ...]:
        """What G sees, in the order of its arguments."""
        guide = batch["lines"] if self.own.net.guide == "landmarks" else batch["z"]
        return batch["source"], guide, batch["own"], batch["begin"], batch["mouth"]

    def generate(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        own, generator = self.own, self.networks["generator"]
        out: dict[str, Tensor] = {}
        parts = parts_mask(batch["maps"])
        if self.is_mover:
            output, mask, flow, paint = generator.parts(*self.guides(batch))
            out["mask"] = own.mask * (mask * (1 - parts)).mean()
            out["flow"] = own.flow * (flow - batch["flow"]).abs().mean() / _FLOW_UNIT
            if own.paint:
                gap = pixel_loss(paint, batch["target"], parts, batch["kind"], own.parts)
                out["paint"] = own.paint * gap
        else:
            output = generator(*self.guides(batch))
        if own.parts:
            gap = pixel_loss(output, batch["target"], parts, batch["kind"], own.parts)
        else:
            gap = (output - batch["target"]).abs().mean()
        out["pixel"] = own.pixel * gap
        if self.features is not None:
            out["perceptual"] = own.perceptual * self.features(output, batch["target"])
        return output, out

    def scores(self, pictures: Tensor, batch: Batch) -> Scores:
        if self.own.kind == "hinge":
            return super().scores(pictures, batch)
        return self.networks["critic"](pictures)

    def losses(self, batch: Batch, phase: str) -> dict[str, Tensor]:
        """Equations 5 to 7; WGAN-GP."""
        out = super().losses(batch, phase)
        if phase == "critic" and self.own.kind == "wgan" and self.is_adversarial:
            penalty = gradient_penalty(self.networks["critic"], batch["target"], self._made)
            out["penalty"] = self.own.penalty * penalty
        return out

    def sample(self, batch: Batch, networks: Networks) -> Tensor:
        generator, source = networks["generator"], batch["source"]
        if not self.is_mover:
            return torch.cat([source, generator(*self.guides(batch)), batch["target"]], dim=3)
        output, mask, *_ = generator.parts(*self.guides(batch))
        begun = sample(source, batch["begin"])
        return torch.cat([source, begun, output, batch["target"], mask.expand_as(output)], dim=3)

    def export(self, path: Path, networks: Networks) -> None:
        parts = {"generator": networks["generator"], "embedding": self.embedding}
        tensors = {
            f"{part}.{name}": value
            for part, network in parts.items()
            for name, value in network.state_dict().items()
            if not name.endswith("num_batches_tracked")
        }
        save_tensors(tensors, path)

    def notes(self) -> dict[str, str]:
        used = self.features.source if self.features is not None else "none"
        return {"perceptual": used, "recipe": str(self.own), "switches": str(self.switches)}
