"""A network of a few weights for tests of the training loop; also a program of its own.

python -m tests.tiny_training ROOT STEPS [--resume] [--batch N] [--noise] [--slow SECONDS]
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

from reenact.training.recipe import Recipe
from reenact.training.results import save_tensors
from reenact.training.trainable import Trainable


class Data:
    """Random 8 x 8 pictures by number; the target is the negative."""

    def __getitem__(self, number: int) -> dict:
        image = np.random.default_rng(number).integers(0, 256, (3, 8, 8), np.uint8)
        return {"source": image, "target": 255 - image, "person": np.int64(number % 3)}


class Tiny(Trainable):
    """A GAN with two phases; `noise` makes its losses random, `bad_step` makes one NaN."""

    phases = ("discriminator", "generator")

    def __init__(self, *, noise: bool = False, slow: float = 0.0, bad_step: int = -1) -> None:
        self.networks = {"generator": nn.Conv2d(3, 3, 3, padding=1)}
        self.networks["discriminator"] = nn.Conv2d(3, 1, 3, padding=1)
        self.data = self.sheet_data = Data()
        self.noise, self.slow, self.bad_step, self.calls = noise, slow, bad_step, 0

    def optimizer(self, phase):
        return torch.optim.Adam(self.networks[phase].parameters(), lr=1e-2)

    def losses(self, batch, phase):
        generator, discriminator = self.networks["generator"], self.networks["discriminator"]
        output = generator(batch["source"])
        if self.noise:
            output = output + 0.01 * torch.randn_like(output)
        if phase == "discriminator":
            time.sleep(self.slow)
            self.calls += 1
            real, made = discriminator(batch["target"]), discriminator(output.detach())
            return {"d": (real - 1).square().mean() + made.square().mean()}
        l1 = (output - batch["target"]).abs().mean()
        if self.calls == self.bad_step:
            l1 = l1 * float("nan")
        return {"l1": l1, "g": 0.01 * (discriminator(output) - 1).square().mean()}

    def sample(self, batch, networks):
        return torch.cat([batch["source"], networks["generator"](batch["source"])], dim=3).clip(
            0, 1
        )

    def export(self, path, networks):
        save_tensors(networks["generator"].state_dict(), path)


def recipe(**values) -> Recipe:
    """A short run that logs each step."""
    values = {"batch_size": 4, "log_every": 1, "save_every": 5, "sheet_rows": 2} | values
    return Recipe(method="warp", **values)


def main() -> None:
    from reenact.training.start import train

    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("steps", type=int)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--noise", action="store_true")
    parser.add_argument("--slow", type=float, default=0.0)
    given = parser.parse_args()
    torch.set_num_threads(1)
    train(
        recipe(steps=given.steps, batch_size=given.batch),
        given.root,
        resume=given.resume,
        prepare=lambda _: Tiny(noise=given.noise, slow=given.slow),
    )


if __name__ == "__main__":
    main()
