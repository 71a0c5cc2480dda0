"""Make the method's weights file of a finished run.

python -m reenact.methods.pix2pix --run RUN/weights.safetensors -o OUT
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from reenact.methods.pix2pix.training import RECIPES


def main(
    run: Annotated[Path, typer.Option(help="Of `python -m reenact train pix2pix`.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The weights file.")],
) -> None:
    """Write the network in half precision, with a card."""
    from reenact.losses.models import read_tensors
    from reenact.training.results import save_tensors

    record = json.loads(run.with_suffix(".json").read_text())
    network = RECIPES[record["recipe"]["recipe"]].net
    card = {"method": "pix2pix", "network": asdict(network)}
    card["training"] = {k: v for k, v in record.items() if k != "weights_sha256"}
    tensors = read_tensors(run)
    save_tensors({name: value.half() for name, value in tensors.items()}, output)
    output.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n")


if __name__ == "__main__":
    typer.run(main)
