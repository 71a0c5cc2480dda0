"""Make pairs and train the network on them.

python -m reenact.methods.warp_repair make  --data DATA --models MODELS --cache DIR --pairs DIR
python -m reenact.methods.warp_repair train --squeeze FILE --pairs DIR --out FILE --minutes 28
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from reenact import terminal
from reenact.methods.warp_repair.config import RepairConfig

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=__doc__)
logger = logging.getLogger(__name__)
KINDS = {"single": 0.45, "london": 0.27, "clips": 0.28}
"""Share of each kind of pair."""

_PER_FILE = 100
_EVERY = 3  # frames of clips that are used


@app.command()
def make(
    data: Annotated[Path, typer.Option(help="Folder with london, sfhq and clips.")],
    models: Annotated[Path, typer.Option(help="Folder with MediaPipe's .task.")],
    cache: Annotated[Path, typer.Option(help="Where extracted meshes are kept.")],
    pairs: Annotated[Path, typer.Option(help="Where the pairs go.")],
    count: int = 1400,
    split: str = "train",
    worker: Annotated[int, typer.Option(help="Another number makes other pairs.")] = 0,
) -> None:
    """Make pairs of one split, in files of a hundred; run several workers side by side."""
    import cv2

    from reenact.methods import warp
    from reenact.methods.warp_repair.faces import faces_of
    from reenact.methods.warp_repair.pairs import PairMaker
    from reenact.training.expression_meshes import load_meshes

    cv2.setNumThreads(1)
    faces = []
    for name in ("london", "sfhq", "clips"):
        found = faces_of(name, data, load_meshes(name, data, models, cache))
        faces += [face for face in found if face.split == split and face.frame % _EVERY == 0]
    maker = PairMaker(warp.create(), faces, RepairConfig())
    rng = np.random.default_rng([7, worker, split == "train"])
    pairs.mkdir(parents=True, exist_ok=True)
    for part in range(-(-count // _PER_FILE)):
        made = _some(maker, rng, min(_PER_FILE, count - part * _PER_FILE))
        # Hidden until it is whole: a training run may be looking.
        hidden = pairs / f".{split}_{worker}_{part}.npz"
        np.savez(hidden, **{key: np.stack([pair[key] for pair in made]) for key in made[0]})
        hidden.rename(pairs / hidden.name[1:])
        logger.info("%d pairs", part * _PER_FILE + len(made))


def _some(maker, rng: np.random.Generator, count: int) -> list[dict]:
    names, shares = list(KINDS), list(KINDS.values())
    made: list[dict] = []
    while len(made) < count:
        if (pair := maker.make(names[rng.choice(len(names), p=shares)], rng)) is not None:
            made.append(pair)
    return made


@app.command()
def train(
    pairs: Annotated[Path, typer.Option(help="Folder that `make` filled.")],
    squeeze: Annotated[Path, typer.Option(help="squeezenet1_1_caffe.safetensors.")],
    out: Annotated[Path, typer.Option(help="The weights file; its card goes beside it.")],
    minutes: float = 28.0,
    threads: int = 2,
) -> None:
    """Train for some minutes; averaged weights are saved every three minutes and at the end."""
    import torch

    from reenact.methods.warp_repair.training import PairFiles, Recipe, Trainer
    from reenact.methods.warp_repair.training import train as run
    from reenact.methods.warp_repair.weights import NAME

    torch.set_num_threads(threads)
    config, recipe = RepairConfig(), Recipe(minutes=minutes)
    files = PairFiles(pairs, "train")
    if not len(files):
        raise typer.BadParameter(f"{pairs} must hold pairs. Make some with `make`.")
    card = {
        "method": NAME,
        "config": config.to_dict(),
        "recipe": asdict(recipe),
        "pairs": len(files),
    }
    out.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n")
    run(Trainer(config, recipe, squeeze), files, out)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    terminal.main(app, "python -m reenact.methods.warp_repair")
