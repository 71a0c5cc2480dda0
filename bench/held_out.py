"""`warp` on photographs of people that its expression model never saw.

    python -m bench.held_out --data ../shared/data

The embedded model is fitted on all of london. Here the protocol `expression-synthesis@1` is run
twice instead, each time on the half of the people that a model was not fitted on: both the source
person and the driving person are new to it. See `bench/expression.py` for how the folds are made.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from bench.expression import fold_models
from bench.protocol import load_protocol
from bench.record import make_record
from bench.runner import MethodRun, run
from bench.tables import print_records
from reenact import terminal
from reenact.geometry.expression import ExpressionModel
from reenact.methods.warp.method import Warp
from reenact.training.expression import CACHE, Recipe
from reenact.training.expression_sets import Split

FOLDERS = ("neutral", "smiling")


def main(
    data: Annotated[Path, typer.Option(help="Folder with london, clips, sfhq and ict_facekit.")],
    models: Annotated[Path | None, typer.Option(help="Folder with the teacher's .task.")] = None,
    cache: Annotated[Path, typer.Option(help="Where meshes and fold models are kept.")] = CACHE,
) -> None:
    """Print the protocol's table over both halves."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    models = models or data.resolve().parent / "models"
    fitted = fold_models(data, models, cache, Recipe())
    halves = [half(data / "london", fold, model) for fold, model in enumerate(fitted)]
    protocol = load_protocol("expression-synthesis@1")
    records = [make_record(protocol, done, None) for done in merged(halves)]
    for record in records:
        record["data_seen_in_training"] = False  # the folds' models, not the embedded one
    print_records(protocol, records)


def half(london: Path, fold: int, model: ExpressionModel) -> list[MethodRun]:
    """The protocol on the people that a fold's model was not fitted on."""
    people = sorted(path.name for path in (london / FOLDERS[0]).glob("*.jpg"))
    left_out = np.array(people)[~Split(fold).london(len(people))]
    with tempfile.TemporaryDirectory() as folder:
        for name in FOLDERS:
            (Path(folder) / name).mkdir()
            for person in left_out:
                (Path(folder) / name / person).symlink_to((london / name / person).resolve())
        return run(load_protocol("expression-synthesis@1"), ["copy", Warp(model)], Path(folder))


def merged(halves: list[list[MethodRun]]) -> list[MethodRun]:
    """One run a method, with the rows of both halves."""
    whole = halves[0]
    for more in halves[1:]:
        for here, there in zip(whole, more, strict=True):
            here.rows += there.rows
            here.unusable += there.unusable
            here.seconds += there.seconds
    return whole


if __name__ == "__main__":
    terminal.program(main, "bench.held_out")
