"""Train the landmark converter: `python -m reenact.training.ulc --data DIR --out FILE`.

Section 4.1 trains for 1000 epochs with batches of 16. `--minutes N` ends earlier and squeezes the
schedule of the rate into that time.
"""

from __future__ import annotations

import copy
import json
import logging
import math
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from torch import nn

from reenact import terminal
from reenact.errors import InputError
from reenact.methods.freenet.config import LOSS_SETTINGS, ULCRecipe
from reenact.methods.freenet.recipes import RECIPES, recipe_of
from reenact.methods.freenet.ulc import ULC, parameter_count
from reenact.methods.freenet.ulc_losses import Discriminators, converter_loss, discriminator_loss
from reenact.training.ulc_batches import PairBatches
from reenact.training.ulc_pairs import all_pairs, converter, coordinate_errors
from reenact.training.ulc_tables import FaceTable, rafd_table, split_people

logger = logging.getLogger(__name__)
LOOKS = 25
"""How often training looks at the validation people."""
RISE = 0.05
"""Share of the training in which the rate of `cosine` rises."""


def rate_share(progress: float, schedule: str) -> float:
    """The learning rate over its first value, at a share (0 to 1) of the training.

    Example:
        >>> rate_share(0.2, "steps"), round(rate_share(0.7, "steps"), 6)
        (1.0, 0.01)
    """
    if schedule == "steps":
        return 0.1 ** sum(progress >= mark for mark in (0.3, 0.6, 0.9))
    if schedule == "cosine":
        return min(progress / RISE, 1.0) * (1 + math.cos(math.pi * min(progress, 1.0))) / 2
    raise InputError(f"`schedule` must be steps or cosine, got {schedule!r}.")


def fit(table: FaceTable, recipe: ULCRecipe, minutes: float | None = None) -> list[ULC]:
    """Train a recipe's networks on the people of a table.

    Args:
        table: whom to learn from.
        recipe: how.
        minutes: for all networks together; None trains the recipe's steps.

    Returns:
        `recipe.members` networks in evaluation mode, whose mean is the answer.
    """
    share = None if minutes is None else minutes / recipe.members
    seeds = range(recipe.seed, recipe.seed + recipe.members)
    return [_fit_one(table, replace(recipe, seed=seed), share) for seed in seeds]


def _fit_one(table: FaceTable, recipe: ULCRecipe, minutes: float | None) -> ULC:
    torch.manual_seed(recipe.seed)
    learn, check = _validation_split(table, recipe)
    batches = PairBatches(learn, recipe.augmentation, recipe.seed)
    ulc = ULC(recipe.net).train()
    if recipe.axes:
        ulc.learn_axes(batches.points.flatten(0, 3))
    judges = Discriminators(recipe.net.points, recipe.net.width)
    optimizers = _optimizers(ulc, judges, recipe)
    average = copy.deepcopy(ulc).requires_grad_(False) if recipe.average else ulc
    best, best_error, looks = None, math.inf, 0
    for step, progress in _steps(recipe, minutes):
        for optimizer in optimizers:
            optimizer.param_groups[0]["lr"] = recipe.learning_rate * rate_share(
                progress, recipe.schedule
            )
        loss = _step(ulc, judges, optimizers, batches, recipe)
        if average is not ulc:
            _follow(average, ulc, min(recipe.average, step / (step + 10)))
        if progress * LOOKS >= looks + 1 or progress >= 1:
            looks = int(progress * LOOKS)
            error = _validate(average, check)
            logger.info("Step %d (%.0f %%): loss %.3f%s.", step, 100 * progress, loss, _told(error))
            if error is not None and error < best_error:
                best, best_error = copy.deepcopy(average.state_dict()), error
            ulc.train()
    if best is not None:
        average.load_state_dict(best)
    return average.eval().folded()


def _steps(recipe: ULCRecipe, minutes: float | None) -> Iterator[tuple[int, float]]:
    """Step numbers from 1 and the share of the training that is over, by steps or by the clock."""
    start = time.monotonic()
    for step in range(1, recipe.steps + 1):
        done = step / recipe.steps
        if minutes is not None:
            done = max(done, (time.monotonic() - start) / (60 * minutes))
        yield step, min(done, 1.0)
        if done >= 1:
            return


def _validation_split(table: FaceTable, recipe: ULCRecipe) -> tuple[FaceTable, FaceTable | None]:
    """The people to learn from, and those who only tell when to stop; by the recipe's seed."""
    count = round(len(table.people) * recipe.validation)
    if count == 0:
        return table, None
    if count < 2 or count > len(table.people) - 2:
        raise InputError(f"`validation` must leave two people on each side, got {count}.")
    order = np.random.default_rng(recipe.seed).permutation(len(table.people))
    return table.select(order[count:]), table.select(order[:count])


def _optimizers(ulc: ULC, judges: Discriminators, recipe: ULCRecipe) -> list:
    betas = (recipe.beta1, recipe.beta2)
    own = {"lr": recipe.learning_rate, "betas": betas, "fused": True}
    optimizers = [torch.optim.AdamW(ulc.parameters(), weight_decay=recipe.weight_decay, **own)]
    if recipe.losses.adversarial:
        optimizers.append(torch.optim.Adam(judges.parameters(), **own))
    return optimizers


def _step(ulc, judges, optimizers, batches: PairBatches, recipe: ULCRecipe) -> float:
    """One step of the converter, then one of the discriminators; gives the converter's loss."""
    batch = batches.draw(recipe.batch, recipe.sources)
    judges.requires_grad_(False)
    loss, output = converter_loss(ulc, batch, recipe.losses, judges)
    _descend(loss, optimizers[0])
    if recipe.losses.adversarial:
        judges.requires_grad_(True)
        _descend(discriminator_loss(judges, batch, output), optimizers[1])
    value = loss.item()
    if not math.isfinite(value):
        raise InputError(f"Training ended: the loss is {value}. Lower `learning_rate`.")
    return value


def _descend(loss, optimizer) -> None:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


@torch.no_grad()
def _follow(average: nn.Module, module: nn.Module, keep: float) -> None:
    """Exponential moving average of the weights."""
    for slow, fast in zip(average.parameters(), module.parameters(), strict=True):
        slow.lerp_(fast, 1 - keep)


def _validate(ulc: ULC, table: FaceTable | None) -> float | None:
    if table is None:
        return None
    pairs = all_pairs(table, 4000)
    return float(coordinate_errors(converter([ulc]), table, pairs).mean())


def _told(error: float | None) -> str:
    return "" if error is None else f", {error:.3f} px on the validation people"


def save(networks: list[ULC], recipe: ULCRecipe, path: Path) -> None:
    """Weights as safetensors in half precision, with the recipe beside them as JSON."""
    from safetensors.torch import save as pack

    arrays = {
        f"{i}.{name}": value.half().contiguous()
        for i, net in enumerate(networks)
        for name, value in net.state_dict().items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    for file, data in (
        (path, pack(arrays, {"format": "reenact.ulc.1"})),
        (path.with_suffix(".json"), (json.dumps(asdict(recipe), indent=2) + "\n").encode()),
    ):
        part = file.with_name(file.name + ".part")
        part.write_bytes(data)
        part.replace(file)


def main(
    data: Annotated[Path, typer.Option(help="Folder with rafd_106.npz.")],
    out: Annotated[Path, typer.Option(help="The weights file to write.")],
    recipe: Annotated[str, typer.Option(help=", ".join(RECIPES))] = "paper",
    losses: Annotated[str, typer.Option(help=", ".join(LOSS_SETTINGS))] = "",
    split: Annotated[str, typer.Option(help="all, or held-out: without every 7th person")] = "all",
    minutes: Annotated[float | None, typer.Option(help="End after this long.")] = None,
    threads: Annotated[int, typer.Option(help="Of the processor.")] = 1,
) -> None:
    """Fit the converter to a set of landmarks and write its weights."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(threads)
    table, chosen = rafd_table(data), recipe_of(recipe, losses)
    if split == "held-out":
        table = table.select(split_people(len(table.people))[0])
    networks = fit(table, chosen, minutes)
    save(networks, chosen, out)
    logger.info("Wrote %s (%.2f M numbers).", out, sum(map(parameter_count, networks)) / 1e6)


if __name__ == "__main__":
    terminal.program(main, "reenact.training.ulc")
