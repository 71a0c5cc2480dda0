"""Join trained generators and the shape model into the method's weights file.

python -m reenact.methods.g2gan --run RUN/weights.safetensors --shapes SHAPES.safetensors -o OUT
"""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from reenact import terminal
from reenact.errors import InputError
from reenact.methods.g2gan.training import RECIPES, configured


def main(
    run: Annotated[Path, typer.Option(help="Of `python -m reenact train g2gan`.")],
    shapes: Annotated[Path, typer.Option(help="Of `python -m reenact.methods.g2gan.fit_shape`.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The weights file.")],
    broad: Annotated[float, typer.Option(min=0.0, help="See `G2GANConfig`; light alone.")] = 0.0,
) -> None:
    """Write both in half precision, with a card."""
    from reenact.losses.models import read_tensors
    from reenact.training.results import run_record, write_method

    recipe = run_record(run, "g2gan")["recipe"]
    own = configured(RECIPES[recipe["recipe"]], recipe["options"].get("config", "D"))
    net = replace(own.net, broad=broad)
    if broad and not (net.kind == "light" and net.is_residual):
        raise InputError("`--broad` must be 0 for generators that do not move the source's pixels.")
    tensors = read_tensors(run)
    tensors |= {f"shape.{name}": value for name, value in read_tensors(shapes).items()}
    write_method(output, tensors, run, {"network": asdict(net)})


if __name__ == "__main__":
    terminal.program(main, "reenact.methods.g2gan")
