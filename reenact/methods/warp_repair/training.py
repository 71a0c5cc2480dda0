"""Training the repair network on made pairs (`pairs.py`); `__main__.py` has the commands."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from reenact.methods.warp_repair.config import RepairConfig
from reenact.methods.warp_repair.losses import (
    PatchCritic,
    SqueezeFeatures,
    perceptual_loss,
    pixel_loss,
)
from reenact.methods.warp_repair.networks import RepairNet, mouth_share

logger = logging.getLogger(__name__)
_KEYS = ("warped", "target", "drawn", "flow", "gate", "kind")


@dataclass(frozen=True)
class Recipe:
    """How the network is trained.

    Attributes:
        minutes: wall time; the rate falls to nothing at its end.
        batch: pairs a step.
        rate: Adam's learning rate.
        perceptual, adversarial, small: weights of the losses; `small` keeps skin as it is.
        mouth_weight: how much more a place in the mouth counts.
        critic_from: share of the time after which the critic joins.
        ema: how slowly the averaged weights follow, a step.
        seed: of the weights and the draws.
    """

    minutes: float = 30.0
    batch: int = 8
    rate: float = 1e-3
    perceptual: float = 0.15
    adversarial: float = 0.0
    small: float = 0.1
    mouth_weight: float = 4.0
    critic_from: float = 0.55
    ema: float = 0.99
    seed: int = 0


@dataclass
class Batch:
    """Pairs as tensors, 0..1, channels first."""

    warped: Tensor
    target: Tensor
    drawn: Tensor
    flow: Tensor
    gate: Tensor
    is_real: Tensor


class PairFiles:
    """All pairs of a folder, in memory; looks for new ones where asked to."""

    def __init__(self, folder: Path, split: str) -> None:
        self.folder, self.split = folder, split
        self.seen: set[Path] = set()
        self.arrays: dict[str, NDArray] = {}
        self.look()

    def look(self) -> int:
        """Load the files that are new; the number of pairs."""
        parts = {key: [self.arrays[key]] if self.arrays else [] for key in _KEYS}
        for path in sorted(set(self.folder.glob(f"{self.split}_*.npz")) - self.seen):
            with np.load(path) as found:
                for key in _KEYS:
                    parts[key].append(found[key])
            self.seen.add(path)
        if parts["kind"]:
            self.arrays = {key: np.concatenate(values) for key, values in parts.items()}
        return len(self)

    def __len__(self) -> int:
        return len(self.arrays.get("kind", ()))

    def batch(self, rows: NDArray, rng: np.random.Generator | None = None) -> Batch:
        """Pairs by number, mirrored and in another light where there is an `rng`."""
        part = {key: self.arrays[key][rows] for key in _KEYS}
        batch = as_batch(part)
        return batch if rng is None else _augmented(batch, rng)


def as_batch(part: dict[str, NDArray]) -> Batch:
    """Arrays of pairs (N, ...) as tensors."""
    warped, target, flow = (
        torch.from_numpy(np.ascontiguousarray(part[key])).permute(0, 3, 1, 2).float()
        for key in ("warped", "target", "flow")
    )
    drawn = torch.from_numpy(part["drawn"]).float() / 255
    gate = torch.from_numpy(part["gate"]).float()[:, None] / 255
    is_real = torch.from_numpy(part["kind"].astype(np.float32)).view(-1, 1, 1, 1)
    return Batch(warped / 255, target / 255, drawn, flow, gate, is_real)


def _augmented(batch: Batch, rng: np.random.Generator) -> Batch:
    count = len(batch.warped)
    flips = torch.from_numpy(rng.random(count) < 0.5).view(-1, 1, 1, 1)
    for name in ("warped", "target", "drawn", "gate", "flow"):
        value = getattr(batch, name)
        mirrored = value.flip(3)
        if name == "flow":
            mirrored = mirrored * torch.tensor([-1.0, 1.0]).view(1, 2, 1, 1)
        setattr(batch, name, torch.where(flips, mirrored, value))
    log_gain = rng.normal(0, 0.1, (count, 1, 1, 1)) + rng.normal(0, 0.04, (count, 3, 1, 1))
    gain = torch.from_numpy(np.exp(log_gain)).float()
    gamma = torch.from_numpy(np.exp(rng.normal(0, 0.12, (count, 1, 1, 1)))).float()
    for name in ("warped", "target"):
        value = getattr(batch, name).clamp(1e-3, 1) ** gamma * gain
        setattr(batch, name, value.clamp(0, 1))
    return batch


def repaired(network: nn.Module, batch: Batch) -> Tensor:
    """(B, 3, S, S) the repaired windows."""
    change = network(batch.warped, batch.drawn, batch.flow)
    return batch.warped + batch.gate * change


class Trainer:
    """One run."""

    def __init__(self, config: RepairConfig, recipe: Recipe, squeeze: Path) -> None:
        torch.manual_seed(recipe.seed)
        self.config, self.recipe = config, recipe
        self.network = RepairNet(config).to(memory_format=torch.channels_last)
        self.average = {k: v.clone() for k, v in self.network.state_dict().items()}
        self.critic = PatchCritic()
        self.features = SqueezeFeatures(squeeze)
        rate = recipe.rate
        self.optimizer = torch.optim.AdamW(self.network.parameters(), rate, betas=(0.9, 0.99))
        self.judge = torch.optim.Adam(self.critic.parameters(), rate / 2, betas=(0.5, 0.99))
        self.steps = 0

    def step(self, batch: Batch, progress: float) -> dict[str, float]:
        """One step; `progress` is 0 at the start and 1 at the end."""
        recipe = self.recipe
        rate = recipe.rate * min(1.0, (self.steps + 1) / 50, (1 - progress) / 0.3 + 0.01)
        self.optimizer.param_groups[0]["lr"] = rate
        change = self.network(batch.warped, batch.drawn, batch.flow)
        output = batch.warped + batch.gate * change
        mouth = mouth_share(batch.drawn)
        # A photograph warped there and back has its folds already: it teaches the mouth alone.
        teaches = torch.maximum(batch.is_real, mouth)
        weight = batch.gate * teaches * (1 + recipe.mouth_weight * mouth)
        skin_only = batch.is_real * (1 - mouth)
        target = _background(batch)
        judged = target + teaches * (output - target)
        parts = {
            "pixel": pixel_loss(output, batch.target, weight, skin_only),
            "perceptual": perceptual_loss(self.features, _middle(judged), _middle(target)),
            "small": (batch.gate * (1 - mouth) * change.abs()).mean(),
        }
        loss = parts["pixel"] + recipe.perceptual * parts["perceptual"]
        loss = loss + recipe.small * parts["small"]
        if progress >= recipe.critic_from and recipe.adversarial > 0:
            parts["critic"] = self._judge(output.detach(), batch)
            grown = min(1.0, (progress - recipe.critic_from) / 0.1)
            loss = loss - recipe.adversarial * grown * self._seen(output, batch).mean()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        if not torch.isfinite(loss):
            raise FloatingPointError(f"The loss is {loss.item()} at step {self.steps}.")
        self.optimizer.step()
        self._follow()
        return {key: float(value.detach()) for key, value in parts.items()}

    def _seen(self, picture: Tensor, batch: Batch) -> Tensor:
        """The critic on the middle of the window, where the mouth is."""
        return self.critic(_middle(picture), _middle(batch.drawn))

    def _judge(self, output: Tensor, batch: Batch) -> Tensor:
        made, real = self._seen(output, batch), self._seen(_background(batch), batch)
        loss = F.relu(1 + made).mean() + F.relu(1 - real).mean()
        self.judge.zero_grad(set_to_none=True)
        loss.backward()
        self.judge.step()
        return loss

    def _follow(self) -> None:
        self.steps += 1
        keep = min(self.recipe.ema, self.steps / (self.steps + 10))
        with torch.no_grad():
            for key, value in self.network.state_dict().items():
                self.average[key].lerp_(value, 1 - keep)


def _background(batch: Batch) -> Tensor:
    """The target inside of the gate, the warped picture outside of it."""
    return batch.warped + batch.gate * (batch.target - batch.warped)


def _middle(picture: Tensor) -> Tensor:
    """The part of a window that the mouth and the folds beside it are in."""
    edge = 3 * picture.shape[-1] // 16
    return picture[..., edge:-edge, edge:-edge]


def train(
    trainer: Trainer, pairs: PairFiles, save: Path, *, save_every_s: float = 180
) -> RepairNet:
    """Train for the recipe's minutes; checkpoints of the averaged weights go to `save`."""
    rng = np.random.default_rng(trainer.recipe.seed)
    start = saved = time.time()
    total_s = trainer.recipe.minutes * 60
    sums: dict[str, float] = {}
    while (spent := time.time() - start) < total_s:
        rows = rng.integers(len(pairs), size=trainer.recipe.batch)
        parts = trainer.step(pairs.batch(rows, rng), spent / total_s)
        for key, value in parts.items():
            sums[key] = sums.get(key, 0.0) + value
        if trainer.steps % 50 == 0:
            shown = {key: round(value / 50, 5) for key, value in sums.items()}
            sums.clear()
            logger.info("%d steps, %.0f s, %d pairs: %s", trainer.steps, spent, len(pairs), shown)
        if time.time() - saved > save_every_s:
            saved = time.time()
            save_network(trainer.average, save)
            pairs.look()
    save_network(trainer.average, save)
    network = RepairNet(trainer.config)
    network.load_state_dict(trainer.average)
    return network


def save_network(state: dict[str, Tensor], path: Path) -> None:
    """Write weights in half precision, whole or not at all."""
    from safetensors.torch import save_file

    temporary = path.with_suffix(".tmp")
    save_file({k: v.half().contiguous() for k, v in state.items()}, temporary)
    temporary.replace(path)
