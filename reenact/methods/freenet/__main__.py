"""Join a trained converter and a trained generator into the method's weights file.

python -m reenact.methods.freenet --ulc ULC.safetensors --gag RUN/weights.safetensors -o OUT
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from reenact import terminal
from reenact.methods.freenet.config import GAGConfig, ULCConfig
from reenact.methods.freenet.training import RECIPES


def main(
    ulc: Annotated[Path, typer.Option(help="Of `python -m reenact.training.ulc_taught`.")],
    gag: Annotated[Path, typer.Option(help="Of `python -m reenact train freenet`.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The weights file.")],
) -> None:
    """Write both in half precision, with a card."""
    from reenact.losses.models import read_tensors
    from reenact.training.results import run_record, write_method
    from reenact.training.ulc_taught import RECIPE

    generator: GAGConfig = RECIPES[run_record(gag, "freenet")["recipe"]["recipe"]].net
    converter: ULCConfig = RECIPE.net
    settings = {"ulc": asdict(converter), "gag": asdict(generator)}
    write_method(output, read_tensors(ulc) | read_tensors(gag), gag, settings)


if __name__ == "__main__":
    terminal.program(main, "reenact.methods.freenet")
