"""Make the method's weights file of a finished run.

python -m reenact.methods.stylefusion --run RUN/weights.safetensors -o OUT
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from reenact.methods.stylefusion.recipes import RECIPES


def main(
    run: Annotated[Path, typer.Option(help="Of `python -m reenact train stylefusion`.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The weights file.")],
) -> None:
    """Write both networks in half precision, with a card."""
    from reenact.losses.models import read_tensors
    from reenact.training.results import save_tensors

    record = json.loads(run.with_suffix(".json").read_text())
    recipe = RECIPES[record["recipe"]["recipe"]]
    card = {"method": "stylefusion", "generator": asdict(recipe.net)}
    card["encoder"] = asdict(recipe.encoder)
    card["training"] = {k: v for k, v in record.items() if k != "weights_sha256"}
    tensors = {name: value.half() for name, value in read_tensors(run).items()}
    save_tensors(tensors, output)
    output.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n")


if __name__ == "__main__":
    typer.run(main)
