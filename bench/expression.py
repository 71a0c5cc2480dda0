"""Measure the expression model on people it was not fitted on.

    python -m bench.expression --data ../shared/data

Every row drives a face at rest with another person's expression (or the
person's own, where it says so) and compares with the real mesh of that
expression. The error is the mean 2D distance over the 478 points, in pixels of a
256 x 256 crop: the square around the source's mesh, 1.5 times its longer side.
The truth is laid into the source's head pose on points that expressions hardly
move. The model is fitted anew for each fold; see `reenact/training/expression.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from numpy.typing import NDArray

from reenact import terminal
from reenact.geometry.canonical import canonicalize, place
from reenact.geometry.expression import ExpressionModel
from reenact.geometry.regions import INNER_LIP_CENTER
from reenact.training.expression import CACHE, Recipe, train
from reenact.training.expression_meshes import DATA_SETS, load_meshes
from reenact.training.expression_sets import (
    Meshes,
    Split,
    canonical,
    clip_rests,
    fit_basis,
    london_pairs,
)

CROP_PX, CROP_SCALE = 256, 1.5
OPEN_MOUTH = 0.1  # gap over the distance of the outer eye corners
WAYS = ("copy", "shape 0.85", "recipe", "ours")


@dataclass(frozen=True)
class Case:
    """One thing to predict: meshes in pixels, the teacher's coefficients for the recipe.

    Attributes:
        source, driving, truth: (478, 3).
        change: (52,) driving minus source coefficients.
    """

    source: NDArray
    driving: NDArray
    truth: NDArray
    change: NDArray


def landmark_error(predicted: NDArray, case: Case, mean: NDArray) -> float:
    """Mean 2D distance to the truth in the source's pose, pixels of the 256 crop."""
    truth = place(case.source, mean).apply(canonicalize(case.truth, mean)[0])
    side = np.ptp(case.source[:, :2], axis=0).max() * CROP_SCALE
    away = np.linalg.norm(predicted[:, :2] - truth[:, :2], axis=1).mean()
    return float(away * CROP_PX / side)


def mouth_gap(points: NDArray, over: tuple[int, int] = (33, 263)) -> float:
    """Inner lip gap over the distance of two points, in the picture."""
    upper, lower = INNER_LIP_CENTER
    gap, base = (np.linalg.norm(points[a, :2] - points[b, :2]) for a, b in ((upper, lower), over))
    return float(gap / base)


def predictors(
    model: ExpressionModel, basis: NDArray
) -> dict[str, Callable[[Case], NDArray[np.float64]]]:
    """Each way of retargeting, as a function from a case to a mesh in pixels."""

    def moved(case: Case, delta: NDArray) -> NDArray:
        own, placement = canonicalize(case.source, model.mean)
        return placement.apply(own + delta)

    def toward(case: Case) -> NDArray:
        own, theirs = (canonicalize(p, model.mean)[0] for p in (case.source, case.driving))
        return moved(case, 0.85 * (theirs - own))

    return {
        "copy": lambda case: case.source,
        "shape 0.85": toward,
        "recipe": lambda case: moved(case, np.tensordot(case.change, basis, 1)),
        "ours": lambda case: model.transfer(case.source, case.driving),
    }


def recipe_basis(meshes: Meshes, split: Split, mean: NDArray, ridge: float) -> NDArray:
    """The baseline's basis: differences within the people of london and the clips."""
    london, clips = meshes["london"], meshes["clips"]
    neutral, smiling = (r[split.london(len(r))] for r in london_pairs(london))
    faces = canonical(london["points"], mean)
    rows = [(london["coef"][smiling] - london["coef"][neutral], faces[smiling] - faces[neutral], 1)]
    for i, (_, frames, still) in enumerate(clip_rests(clips)):
        if split.clip(i):
            frames = frames[:: max(1, len(frames) // 100)]
            rest = canonical(clips["points"][still], mean).mean(axis=0)
            change = clips["coef"][frames] - clips["coef"][still].mean(axis=0)
            rows.append((change, canonical(clips["points"][frames], mean) - rest, 0.5))
    return fit_basis(rows, ridge)


def case(data: dict[str, NDArray], source: int, driving: int, truth: int) -> Case:
    """The rows of a data set as one case."""
    rows = (data["points"][row].astype(np.float64) for row in (source, driving, truth))
    return Case(*rows, np.nan_to_num(data["coef"][driving] - data["coef"][source]))


def london_cases(data, fold: int, own: bool = False) -> Iterator[Case]:
    neutral, smiling = (r[~Split(fold).london(len(r))] for r in london_pairs(data))
    for shift in (0,) if own else (3, 11, 20):
        for a, b in enumerate(np.roll(np.arange(len(neutral)), shift)):
            yield case(data, neutral[a], smiling[b], smiling[a])


def omi_cases(data, fold: int) -> Iterator[Case]:
    """Generated people that no fit has seen, from reserved to smiling."""
    names = [str(name) for name in data["names"]]
    low, high = ([i for i, n in enumerate(names) if n.endswith(f"_{k}.jpg")] for k in (0, 2))
    for a in range(len(low)):
        yield case(data, low[a], high[(a + 7) % len(low)], high[a])


def ict_cases(data, fold: int, own: bool = False, mouth_open: bool = False) -> Iterator[Case]:
    person, bank = data["person"], data["bank"]
    held = ~Split(fold).ict(person)
    for a in np.flatnonzero(held & (bank >= 0)):
        rest = np.flatnonzero((person == person[a]) & (bank < 0))
        others = np.flatnonzero(held & (bank == bank[a]) & (person != person[a]))
        if len(rest) and len(others) and (not mouth_open or mouth_gap(data["points"][a]) > 0.25):
            yield case(data, rest[0], a if own else others[0], a)


def clip_cases(data, fold: int) -> Iterator[Case]:
    for i, (_, frames, still) in enumerate(clip_rests(data)):
        if not Split(fold).clip(i):
            for frame in frames[::8]:
                yield case(data, still[0], frame, frame)


SUITES: dict[str, tuple[str, Callable]] = {
    "london, another's smile": ("london", london_cases),
    "london, own smile": ("london", lambda d, f: london_cases(d, f, own=True)),
    "omi_smile, another's smile": ("omi_smile", omi_cases),
    "ICT, another's expression": ("ict", ict_cases),
    "ICT, mouth wide open": ("ict", lambda d, f: ict_cases(d, f, mouth_open=True)),
    "ICT, own expression": ("ict", lambda d, f: ict_cases(d, f, own=True)),
    "clips, own expression": ("clips", clip_cases),
}


def measure(meshes: Meshes, models: list[ExpressionModel], ridge: float) -> dict[str, dict]:
    """Mean error of each way on each suite over both folds, and the mouth's error of ours."""
    table = {}
    ways = [
        predictors(model, recipe_basis(meshes, Split(fold), model.mean, ridge))
        for fold, model in enumerate(models)
    ]
    for suite, (data, cases_of) in SUITES.items():
        errors, gaps = [], []
        for fold, model in enumerate(models):
            for one in cases_of(meshes[data], fold):
                found = {way: ways[fold][way](one) for way in WAYS}
                errors.append([landmark_error(found[way], one, model.mean) for way in WAYS])
                if (gap := mouth_gap(one.driving)) > OPEN_MOUTH:
                    gaps.append(abs(mouth_gap(found["ours"]) - gap))
        means = np.mean(errors, axis=0).round(3).tolist()
        table[suite] = dict(zip(WAYS, means, strict=True)) | {
            "pairs": len(errors),
            "mouth": round(float(np.mean(gaps)), 3) if gaps else None,
        }
    return table


def fold_models(data: Path, models: Path, cache: Path, recipe: Recipe) -> list[ExpressionModel]:
    """One model a fold, fitted where the cache has none yet."""
    loaded = []
    for fold in (0, 1):
        file = cache / f"fold{fold}-{abs(hash(recipe)) % 10**8:08d}.safetensors"
        if not file.is_file():
            train(data, models, cache, file, fold, recipe)
        loaded.append(ExpressionModel.load(file))
    return loaded


def main(
    data: Annotated[Path, typer.Option(help="Folder with london, clips, sfhq and ict_facekit.")],
    models: Annotated[Path | None, typer.Option(help="Folder with the teacher's .task.")] = None,
    cache: Annotated[
        Path, typer.Option(help="Meshes of these data and models are kept here.")
    ] = CACHE,
    ridge: Annotated[float, typer.Option(help="Of the baseline recipe.")] = 5.0,
) -> None:
    """Print the table of errors on held-out people."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(1)
    models = models or data.resolve().parent / "models"
    fitted = fold_models(data, models, cache, Recipe())
    meshes = {n: load_meshes(n, data, models, cache) for n in (*DATA_SETS, "omi_smile")}
    table = measure(meshes, fitted, ridge)
    print(f"{'landmark error, px of 256 (lower is better)':44}{'pairs':>6}", end="")
    print("".join(f"{way:>12}" for way in WAYS), f"{'mouth error':>12}")
    for suite, row in table.items():
        mouth = "-" if row["mouth"] is None else f"{row['mouth']:.3f}"
        print(f"{suite:44}{row['pairs']:6d}", end="")
        print("".join(f"{row[way]:12.2f}" for way in WAYS), f"{mouth:>12}")


if __name__ == "__main__":
    terminal.program(main, "bench.expression")
