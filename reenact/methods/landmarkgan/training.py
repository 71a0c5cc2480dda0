"""Training LandmarkGAN on some people, each of whom gets a decoder and a face of their own.

python -m reenact train landmarkgan --data clip=me.mp4 --minutes 30 --run runs/me
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer, RMSprop

from reenact.data.pack import Pack
from reenact.errors import UnknownNameError
from reenact.losses.adversarial import discriminator_loss, generator_loss
from reenact.losses.landmarks import DetectedLandmarks
from reenact.losses.perceptual import load_perceptual
from reenact.methods.landmarkgan.config import RECIPES, LandmarkGANRecipe
from reenact.methods.landmarkgan.converter_losses import converter_losses
from reenact.methods.landmarkgan.faces import People, PersonFaces
from reenact.methods.landmarkgan.losses import Critics, pixel_loss, same_cut
from reenact.methods.landmarkgan.networks import make_networks
from reenact.methods.landmarkgan.start import Begin, converter_data, read_drivers, with_warped
from reenact.methods.landmarkgan.weights import write_people
from reenact.training.adversarial import frozen
from reenact.training.recipe import Recipe, read_settings
from reenact.training.trainable import Batch, Networks, Trainable


@dataclass(frozen=True)
class Switches:
    """`--option NAME=VALUE`.

    Attributes:
        begin: weights whose shared layers are taken over; `none` begins from nothing. Left out,
            they are the embedded ones, where they have the recipe's shape.
        drivers: a packed file of other people, whose landmarks the converter also learns from.
    """

    begin: str = ""
    drivers: str = ""


def prepare(pack: Pack, recipe: Recipe) -> Trainable:
    """The trainable for `python -m reenact train landmarkgan`."""
    if recipe.recipe not in RECIPES:
        raise UnknownNameError("recipe", recipe.recipe, RECIPES)
    switches = read_settings(Switches, recipe.options)
    return LandmarkGANTraining(pack, recipe, RECIPES[recipe.recipe], switches)


class LandmarkGANTraining(Trainable):
    """See `Trainable`; phases are those of both networks together and of the critics."""

    phases = ("generator", "critic")

    def __init__(
        self, pack: Pack, recipe: Recipe, own: LandmarkGANRecipe, switches: Switches
    ) -> None:
        self.own, self.switches, self.pack = own, switches, pack
        self.begin = Begin.find(switches.begin, own.net)
        read_drivers(switches.drivers)
        self.perceptual = load_perceptual() if own.perceptual else None
        people = People.of(pack)
        count, size = len(people.names), own.net.face.size
        converter, face = make_networks(own.net, count)
        self.people = with_warped(people, pack, own, switches.drivers, self.begin, recipe.seed)
        self.converter_data = converter_data(
            self.people, pack.size, own, switches.drivers, self.begin, recipe.seed
        )
        if not self.begin.fill(converter, face):
            points = torch.cat(self.converter_data.points)
            drivers = [pair[0] for pair in self.converter_data.taught]
            converter.fit(torch.cat([points, *drivers]))
            face.spread.fit(points)
        pair = nn.ModuleDict({"converter": converter, "face": face})
        is_light = own.net != RECIPES["paper"].net
        self.networks = {"generator": pair, "critic": Critics(count, is_light)}
        for network in self.networks.values():
            network.to(memory_format=torch.channels_last)
        self.detector = DetectedLandmarks()
        self.frozen = [one for one in (self.detector, self.perceptual) if one is not None]
        rows, seed = self.people.rows, recipe.seed
        self.data = PersonFaces(pack, self.people, rows, size, seed, own.warped_share)
        shown = tuple(h or r for h, r in zip(self.people.held_out, self.people.rows, strict=True))
        self.sheet_data = PersonFaces(pack, self.people, shown, size, None)
        self.step, self.progress = 0, 0.0
        self._made: tuple[Tensor, Tensor] | None = None

    def optimizer(self, phase: str) -> Optimizer:
        kind = RMSprop if self.own.optimizer == "rmsprop" else Adam
        more = {} if kind is RMSprop else {"betas": (0.8, 0.99)}
        if phase == "critic":
            return kind(self.networks["critic"].parameters(), 0.5 * self.own.rate, **more)
        pair = self.networks["generator"]
        groups = [
            {"params": list(pair["face"].parameters()), "lr": self.own.rate},
            {"params": list(pair["converter"].parameters()), "lr": self.own.converter_rate},
        ]
        return kind(groups, self.own.rate, **more)

    def rate(self, step: int, progress: float) -> float:
        self.step, self.progress = step, progress
        if self.own.every:
            return self.own.fall ** (step // self.own.every)
        return super().rate(step, progress) * min(1.0, (step + 1) / 50)

    def losses(self, batch: Batch, phase: str) -> dict[str, Tensor]:
        return self._judged(batch) if phase == "critic" else self._made_by_all(batch)

    def _made_by_all(self, batch: Batch) -> dict[str, Tensor]:
        own, pair = self.own, self.networks["generator"]
        seen = batch["points"] + own.jitter * torch.randn_like(batch["points"])
        output = pair["face"].mixed(seen, batch["person"])
        target = batch["target"]
        losses = {"L2I": own.pixel * pixel_loss(output, target, batch["face"], own.face_weight)}
        if self.step % own.landmarks_every == 0:
            losses["I2L"] = own.landmarks * self.detector(output, batch["wanted"])  # Eq. 3
        if self.perceptual is not None:
            made, real = same_cut((output, target), own.patch)
            losses["perceptual"] = own.perceptual * self.perceptual(made, real)
        if self.step < own.converter_steps:
            losses |= converter_losses(
                pair["converter"], self.converter_data, own.converter_batch, own.taught
            )
        if self.is_adversarial:
            losses["gan"] = own.adversarial * self._fooled(output, batch["person"])
        return losses

    @property
    def is_adversarial(self) -> bool:
        """Whether the critics have joined in."""
        return self.own.adversarial > 0 and self.progress >= self.own.adversarial_from

    def _fooled(self, output: Tensor, people: Tensor) -> Tensor:
        """Equation 6 for the generator: faces of converted landmarks must look real."""
        crossed, whose = self._crossed(people)
        pictures, all_people = torch.cat([output, crossed]), torch.cat([people, whose])
        self._made = pictures.detach(), all_people
        with frozen(self.networks["critic"]):
            return generator_loss(self.networks["critic"](pictures, all_people), self.own.kind)

    def _crossed(self, people: Tensor) -> tuple[Tensor, Tensor]:
        """One face for each person of a batch, driven by somebody else of the run."""
        pair, data = self.networks["generator"], self.converter_data
        whose, faces = people.unique(), []
        for person in whose.tolist():
            others = [n for n in range(len(self.people.names)) if n != person] or [person]
            driver = data.draw(others[int(torch.randint(len(others), ()))], 1).to(people.device)
            points = pair["converter"](driver, person)
            faces.append(pair["face"](points if self.own.joint else points.detach(), person))
        return torch.cat(faces), whose

    def _judged(self, batch: Batch) -> dict[str, Tensor]:
        critics = self.networks["critic"]
        if not self.is_adversarial or self._made is None:
            return {"critic": sum(p.sum() for p in critics.parameters()) * 0.0}
        real = critics(batch["target"], batch["person"])
        return {"critic": discriminator_loss(real, critics(*self._made), self.own.kind)}

    def sample(self, batch: Batch, networks: Networks) -> Tensor:
        """Target, the face of its own landmarks, and the face of another one's, converted."""
        pair, people = networks["generator"], batch["person"]
        output = pair["face"].mixed(batch["points"], people)
        driver = batch["points"].roll(1, 0)
        rows = [
            pair["face"](pair["converter"](one[None], int(person)), int(person))
            for one, person in zip(driver, people, strict=True)
        ]
        return torch.cat([batch["target"], output, batch["target"].roll(1, 0), torch.cat(rows)], 3)

    def export(self, path: Path, networks: Networks) -> None:
        write_people(path, networks["generator"], self.own.net, self.people, self.pack)

    def notes(self) -> dict[str, str]:
        losses = [self.detector.source, *([self.perceptual.source] if self.perceptual else [])]
        return {
            "recipe": str(self.own),
            "switches": str(self.switches),
            "people": ", ".join(self.people.names),
            "begun_from": self.begin.name,
            "losses": ", ".join(losses),
        }
