"""Make the method's weights file of a finished run.

python -m reenact.methods.pix2pix --run RUN/weights.safetensors -o OUT
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from reenact import terminal
from reenact.methods.pix2pix.training import RECIPES


def main(
    run: Annotated[Path, typer.Option(help="Of `python -m reenact train pix2pix`.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The weights file.")],
) -> None:
    """Write the network in half precision, with a card."""
    from reenact.losses.models import read_tensors
    from reenact.training.results import run_record, write_method

    network = RECIPES[run_record(run, "pix2pix")["recipe"]["recipe"]].net
    write_method(output, read_tensors(run), run, {"network": asdict(network)})


if __name__ == "__main__":
    terminal.program(main, "reenact.methods.pix2pix")
