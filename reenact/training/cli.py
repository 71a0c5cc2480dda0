"""`pack` and `train`, for `python -m reenact`.

Hook: `from reenact.training.cli import add_commands; add_commands(app)`. Heavy modules load when
a command runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reenact import terminal
from reenact.errors import InputError

Data = Annotated[list[str], typer.Option("--data", help="NAME=FOLDER; may be given several times.")]


def add_commands(app: typer.Typer) -> None:
    """Give an app the commands of this file."""
    app.command()(pack)


def pack(
    data: Data,
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write, .pack.")],
    size: Annotated[int, typer.Option(help="Side of the crops, pixels.")] = 256,
    limit_mb: Annotated[float, typer.Option(help="Most MiB of the file.")] = 60.0,
    seed: Annotated[int, typer.Option(help="Of the split by person.")] = 0,
    held_out: Annotated[float, typer.Option(help="Share of people held out, 0 to 1.")] = 0.2,
) -> None:
    """Pack pictures into one file of face crops and landmarks, to train from."""
    from reenact.data.packing import write_pack
    from reenact.data.sets import load_set

    sets = [load_set(name, folder) for name, folder in parse_data(data)]
    with terminal.progress_bar("Pictures") as progress:
        report = write_pack(
            sets,
            output,
            size=size,
            limit_mb=limit_mb,
            seed=seed,
            held_out=held_out,
            progress=progress,
        )
    print("\n".join(report.lines()))


def parse_data(words: list[str]) -> list[tuple[str, str]]:
    """`NAME=FOLDER` words as pairs.

    Example:
        >>> parse_data(["london=../london", "pack=faces.pack"])
        [('london', '../london'), ('pack', 'faces.pack')]

    Raises:
        InputError: a word without a name or without a folder.
    """
    pairs = []
    for word in words:
        name, _, folder = word.partition("=")
        if not name or not folder:
            raise InputError(f"`--data` must be NAME=FOLDER, got {word!r}. Example: london=DIR.")
        pairs.append((name, folder))
    return pairs
