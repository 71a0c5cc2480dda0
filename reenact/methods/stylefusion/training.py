"""Training generator and encoder together.

python -m reenact train stylefusion --data pack=FILE --minutes N --recipe light

A generator alone would need days to learn faces from a critic. So an encoder gives it styles of
real faces, which it must draw again, and of two faces whose expression layers are exchanged
(`faces.py`); the mapping learns to give styles like those, and the critic sees what it draws of
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.optim import Adam, Optimizer

from reenact.data.pack import Pack
from reenact.errors import InputError, UnknownNameError
from reenact.losses.perceptual import load_perceptual
from reenact.methods.stylefusion.critic import Critic, augment, r1_penalty
from reenact.methods.stylefusion.encoder import Encoder
from reenact.methods.stylefusion.faces import FacePairs
from reenact.methods.stylefusion.fuse import fixed_layers
from reenact.methods.stylefusion.generator import Generator
from reenact.methods.stylefusion.recipes import RECIPES, StyleRecipe
from reenact.training.adversarial import frozen
from reenact.training.recipe import Recipe, read_settings
from reenact.training.results import save_tensors
from reenact.training.trainable import Batch, Networks, Trainable

_POOL = 1024  # styles of the encoder that the mapping is compared with
_DIRECTIONS = 64
_RISE = 50
_GENTLY = 0.25
_FEATURES_PX = 32  # smaller pictures have no features to compare


@dataclass(frozen=True)
class Switches:
    """`--option NAME=VALUE`.

    Attributes:
        keep: triples that are made; keep_file: where they are kept between runs.
    """

    keep: int = 8000
    keep_file: str = ""

    def __post_init__(self) -> None:
        if self.keep < 1:
            raise InputError(f"`keep` must be 1 or more, got {self.keep}.")


def prepare(pack: Pack, recipe: Recipe) -> Trainable:
    """The trainable for `python -m reenact train stylefusion`."""
    if recipe.recipe not in RECIPES:
        raise UnknownNameError("recipe", recipe.recipe, RECIPES)
    switches = read_settings(Switches, recipe.options)
    return StyleTraining(pack, recipe, RECIPES[recipe.recipe], switches)


class StyleTraining(Trainable):
    """See `Trainable`."""

    averaged = ("generator", "encoder")
    phases = ("generator", "critic")

    def __init__(self, pack: Pack, recipe: Recipe, own: StyleRecipe, switches: Switches) -> None:
        self.own, self.switches, self.seed = own, switches, recipe.seed
        net = own.net
        critic = Critic(net.size, own.critic)
        critic.register_buffer("pool", torch.zeros(_POOL, net.style))
        critic.register_buffer("pooled", torch.zeros((), dtype=torch.long))
        self.networks = {
            "generator": Generator(net),
            "encoder": Encoder(own.encoder, net),
            "critic": critic,
        }
        for network in self.networks.values():
            network.to(memory_format=torch.channels_last)
        self.perceptual = load_perceptual() if own.perceptual else None
        self.frozen = () if self.perceptual is None else (self.perceptual,)
        file = Path(switches.keep_file) if switches.keep_file else None
        self.data = FacePairs(pack, net, count=switches.keep, seed=recipe.seed, file=file)
        self.sheet_data = FacePairs(pack, net, "held_out", real_share=0.0, count=64)
        self.networks["encoder"].begin(self._faces(pack))
        begin_gently(self.networks["generator"])
        self.step, self.progress = 0, 0.0
        self._made: Tensor | None = None

    def _faces(self, pack: Pack) -> Tensor:
        """(N, 3, S, S) all faces of the data, and their mirror images."""
        rows = pack.indices("train")
        faces = np.stack([self.data.normal(row).transpose(2, 0, 1) for row in rows])
        return torch.from_numpy(np.concatenate([faces, faces[..., ::-1]])).float() / 255

    def optimizer(self, phase: str) -> Optimizer:
        rate = self.own.rate
        if phase == "critic":
            return Adam(self.networks["critic"].parameters(), 0.3 * rate, (0.0, 0.99))
        groups = [{"params": part, "lr": factor * rate} for factor, part in self._parts().items()]
        return Adam(groups, rate, (0.9, 0.99))

    def _parts(self) -> dict[float, list[torch.nn.Parameter]]:
        """Parameters by the factor on their rate: demodulated convolutions bear more."""
        generator, encoder = self.networks["generator"], self.networks["encoder"]
        convs = [layer.weight for layer in generator.synthesis.layers]
        rest = [p for p in generator.synthesis.parameters() if all(p is not c for c in convs)]
        learned = [p for p in encoder.parameters() if p.requires_grad]
        return {3.0: convs, 1.0: rest, 0.3: learned, 15.0: list(generator.mapping.parameters())}

    def rate(self, step: int, progress: float) -> float:
        self.step, self.progress = step, progress
        return super().rate(step, progress) * min(1.0, (step + 1) / _RISE)

    @property
    def is_adversarial(self) -> bool:
        """Whether the critic has joined in."""
        return self.own.adversarial > 0 and self.progress >= self.own.adversarial_from

    def losses(self, batch: Batch, phase: str) -> dict[str, Tensor]:
        return self._judged(batch) if phase == "critic" else self._drawn(batch)

    def _drawn(self, batch: Batch) -> dict[str, Tensor]:
        own, generator = self.own, self.networks["generator"]
        count = len(batch["source"])
        faces = torch.cat([batch["source"], batch["driving"]])
        shared, change = self.networks["encoder"](faces)  # (2B, D), (2B, L, D)
        styles = shared.unsqueeze(1) + change
        mixed = exchange(styles[:count], styles[count:], fixed_layers(own.net))
        again = self._again(shared, styles)  # (B, L, D)
        wanted = torch.cat([self._picked(faces), batch["target"]])
        weights = torch.cat([torch.ones_like(wanted[:count, :1]), self._focus(batch)])
        halvings = sum(self.progress < share for share in own.grow)
        if halvings:
            wanted, weights = (F.avg_pool2d(x, 2**halvings) for x in (wanted, weights))
        together = torch.cat([again, mixed])
        output = generator.small(together, halvings) if halvings else generator(together)
        scale = torch.cat([torch.ones(count), torch.full((count,), own.mixed)]).to(output.device)
        gap = ((output - wanted).abs() * weights).mean(dim=(1, 2, 3))
        out = {"pixel": own.pixel * (gap * scale).mean()}
        if self.perceptual is not None and output.shape[-1] >= _FEATURES_PX:
            out["perceptual"] = own.perceptual * self.perceptual(output, wanted)
        out["near"] = own.near * change.square().mean()
        out["match"] = own.match * self._match(shared.detach())
        return out | self._adversarial(output[count:])

    def _again(self, shared: Tensor, styles: Tensor) -> Tensor:
        """Styles of half of the sources and half of the driving faces; some by the shared alone."""
        kept, plain = self._picked(styles), self._picked(shared).unsqueeze(1)
        is_plain = torch.rand(len(kept), device=kept.device) < self.own.plain
        return torch.where(is_plain[:, None, None], plain.expand_as(kept), kept)

    @staticmethod
    def _picked(both: Tensor) -> Tensor:
        """(2B, ...) to (B, ...): every second source and driving face."""
        return both[::2]

    def _focus(self, batch: Batch) -> Tensor:
        """(B, 1, S, S) 1 and more where the expression changes something."""
        gap = (batch["target"] - batch["source"]).abs().mean(dim=1, keepdim=True)
        near = F.avg_pool2d(gap, 5, stride=1, padding=2)
        return 1 + self.own.focus * (near / 0.06).clamp(0, 1)

    def _match(self, styles: Tensor) -> Tensor:
        """Sliced Wasserstein distance of the mapping's styles and the encoder's latest ones."""
        critic, mapping = self.networks["critic"], self.networks["generator"].mapping
        pool, start = critic.pool, int(critic.pooled) % _POOL
        place = (torch.arange(len(styles), device=pool.device) + start) % _POOL
        pool[place] = styles.float()
        critic.pooled += len(styles)
        full = pool[: min(int(critic.pooled), _POOL)]
        made = mapping(torch.randn_like(full)).float()
        way = F.normalize(torch.randn(pool.shape[1], _DIRECTIONS, device=pool.device), dim=0)
        a, b = (x @ way for x in (made, full.clone()))
        return (a.sort(dim=0).values - b.sort(dim=0).values).abs().mean()

    def _adversarial(self, mixed: Tensor) -> dict[str, Tensor]:
        if not self.is_adversarial:
            self._made = None
            return {}
        generator, critic = self.networks["generator"], self.networks["critic"]
        z = torch.randn(self.own.samples, self.own.net.style, device=mixed.device)
        made = torch.cat([generator(generator.styles(z)), mixed[: self.own.samples]])
        self._made = made.detach()
        with frozen(critic):
            loss = F.softplus(-critic(augment(made, critic.strength))).mean()
        return {"adversarial": self.own.adversarial * loss}

    def _judged(self, batch: Batch) -> dict[str, Tensor]:
        """The critic's loss; nothing to learn, but a gradient, before it has joined in."""
        critic = self.networks["critic"]
        if self._made is None:
            return {"critic": sum(p.sum() for p in critic.parameters()) * 0.0}
        real = torch.cat([batch["source"], batch["driving"]])[: len(self._made)]
        scores = critic(augment(real, critic.strength))
        made = critic(augment(self._made, critic.strength))
        critic.adapt(scores, self.own.adapt)
        out = {"critic": F.softplus(-scores).mean() + F.softplus(made).mean()}
        if self.step % self.own.r1_every == 0:
            out["r1"] = self.own.r1 * self.own.r1_every * r1_penalty(critic, real)
        return out

    def sample(self, batch: Batch, networks: Networks) -> Tensor:
        generator, encoder = networks["generator"], networks["encoder"]
        source, driving = (encoder.styles(batch[n]) for n in ("source", "driving"))
        mixed = exchange(source, driving, fixed_layers(self.own.net))
        noise = torch.Generator().manual_seed(1)
        z = torch.randn(len(source), self.own.net.style, generator=noise).to(source.device)
        made = [generator(s) for s in (source, driving, mixed, generator.styles(z))]
        columns = (batch["source"], made[0], batch["driving"], made[1], batch["target"], *made[2:])
        return torch.cat(columns, dim=3).clamp(0, 1)

    def export(self, path: Path, networks: Networks) -> None:
        generator = networks["generator"]
        noise = torch.Generator().manual_seed(0)
        with torch.no_grad():
            z = torch.randn(4096, self.own.net.style, generator=noise)
            mean = generator.mapping(z.to(generator.mean_style.device)).mean(dim=0)
        tensors = {f"generator.{n}": v for n, v in generator.state_dict().items()}
        tensors |= {f"encoder.{n}": v for n, v in networks["encoder"].state_dict().items()}
        save_tensors(tensors | {"generator.mean_style": mean}, path)

    def notes(self) -> dict[str, str]:
        perceptual = "none" if self.perceptual is None else self.perceptual.source
        own, switches = str(self.own), str(self.switches)
        return {"recipe": own, "switches": switches, "perceptual": perceptual}


def exchange(source: Tensor, driving: Tensor, layers: tuple[int, ...]) -> Tensor:
    """(B, L, D) styles of the source, with some layers of the driving face."""
    is_driving = torch.zeros(source.shape[1], 1, dtype=torch.bool, device=source.device)
    is_driving[list(layers)] = True
    return torch.where(is_driving, driving, source)


@torch.no_grad()
def begin_gently(generator: Generator) -> None:
    """Start from one gray face for all styles: what random styles would draw is only in the way."""
    for layer in generator.synthesis.layers:
        layer.style.weight.mul_(_GENTLY)
    for picture in generator.synthesis.pictures:
        picture.style.weight.mul_(_GENTLY)
        picture.weight.mul_(_GENTLY)
