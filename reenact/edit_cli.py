"""`python -m reenact interpolate` and `presets`: expressions as data, from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reenact.registry import DEFAULT

MethodName = Annotated[
    str | None,
    typer.Option(
        "--method", "-m", help="See `methods`.", show_default=f"{DEFAULT}, or that of --weights"
    ),
]
Weights = Annotated[
    str | None,
    typer.Option(help="Weights: a file, a run's folder, or org/repo@revision on the Hub."),
]


def add_commands(app: typer.Typer) -> None:
    """Add the commands to `reenact`."""
    app.command()(interpolate)
    app.command()(presets)


def interpolate(
    source: Annotated[Path, typer.Argument(help="Picture that gives the identity.")],
    first: Annotated[str, typer.Argument(help="Picture, edits file (.json) or preset.")],
    second: Annotated[str, typer.Argument(help="The same, for the other end.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Strip (.png, .jpg, .webp), .gif or .mp4.")
    ],
    steps: Annotated[int, typer.Option(help="How many pictures, both ends among them.")] = 7,
    method: MethodName = None,
    face: Annotated[
        int | None, typer.Option(help="Face of the source, from left to right from 0.")
    ] = None,
    weights: Weights = None,
) -> None:
    """Go from one expression to another in N steps, as a strip, GIF or clip."""
    from reenact.clips import check_not_an_input
    from reenact.files import check_can_write
    from reenact.interpolation import SUFFIXES, check_steps, interpolate, shown_side, write_frames
    from reenact.registry import create_for

    target = check_can_write(output, SUFFIXES)
    check_not_an_input(target, source, first, second)
    check_steps(steps)
    chosen = create_for(method, weights)
    made = interpolate(source, first, second, chosen, steps=steps, face=face)
    count = write_frames(made, target)
    ends = f"from {Path(first).name} to {Path(second).name}"
    size = f"each at most {shown_side(target)} pixels wide and high"
    print(f"{target}: {count} steps {ends}, {size}, by {chosen.name}.")


def presets() -> None:
    """List the expressions that `interpolate` knows by name."""
    from reenact.geometry.presets import PRESETS

    for name, preset in PRESETS.items():
        parts = {**preset.sliders, **preset.shapes}
        print(f"{name:<12}{', '.join(f'{part} {value:g}' for part, value in parts.items())}")
