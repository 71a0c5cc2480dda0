"""Join a trained converter and a trained generator into the method's weights file.

python -m reenact.methods.freenet --ulc ULC.safetensors --gag RUN/weights.safetensors -o OUT
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from reenact.methods.freenet.config import GAGConfig, ULCConfig
from reenact.methods.freenet.training import RECIPES


def main(
    ulc: Annotated[Path, typer.Option(help="Of `python -m reenact.training.ulc_taught`.")],
    gag: Annotated[Path, typer.Option(help="Of `python -m reenact train freenet`.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The weights file.")],
) -> None:
    """Write both in half precision, with a card."""
    from reenact.losses.models import read_tensors
    from reenact.training.results import save_tensors
    from reenact.training.ulc_taught import RECIPE

    record = json.loads(gag.with_suffix(".json").read_text())
    generator: GAGConfig = RECIPES[record["recipe"]["recipe"]].net
    converter: ULCConfig = RECIPE.net
    card = {"method": "freenet", "ulc": asdict(converter), "gag": asdict(generator)}
    card["training"] = {k: v for k, v in record.items() if k != "weights_sha256"}
    tensors = read_tensors(ulc) | read_tensors(gag)
    save_tensors({name: value.half() for name, value in tensors.items()}, output)
    output.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n")


if __name__ == "__main__":
    typer.run(main)
