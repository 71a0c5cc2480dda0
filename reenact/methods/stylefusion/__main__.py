"""Make the method's weights file of a finished run.

python -m reenact.methods.stylefusion --run RUN/weights.safetensors -o OUT
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from reenact import terminal
from reenact.methods.stylefusion.recipes import RECIPES


def main(
    run: Annotated[Path, typer.Option(help="Of `python -m reenact train stylefusion`.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The weights file.")],
) -> None:
    """Write both networks in half precision, with a card."""
    from reenact.losses.models import read_tensors
    from reenact.training.results import run_record, write_method

    recipe = RECIPES[run_record(run, "stylefusion")["recipe"]["recipe"]]
    settings = {"generator": asdict(recipe.net), "encoder": asdict(recipe.encoder)}
    write_method(output, read_tensors(run), run, settings)


if __name__ == "__main__":
    terminal.program(main, "reenact.methods.stylefusion")
