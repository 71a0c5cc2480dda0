"""`pack` and `train`, for `python -m reenact`.

Hook: `from reenact.training.cli import add_commands; add_commands(app)`. Heavy modules load when
a command runs.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reenact import terminal
from reenact.errors import InputError

if TYPE_CHECKING:
    from reenact.training.recipe import Recipe

Data = Annotated[
    list[str],
    typer.Option("--data", help="NAME=FOLDER or pack=FILE; several times."),
]

_KEPT = ("recipe", "batch_size", "seed", "precision", "clip", "workers")
_KEPT += ("log_every", "sheet_every", "save_every")


def add_commands(app: typer.Typer) -> None:
    """Give an app the commands of this file."""
    app.command()(pack)
    app.command()(train)


def pack(
    data: Data,
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write, .pack.")],
    size: Annotated[int, typer.Option(help="Side of the crops, pixels.")] = 256,
    limit_mb: Annotated[float, typer.Option(help="Most MiB of the file.")] = 60.0,
    seed: Annotated[int, typer.Option(help="Of the split by person.")] = 0,
    held_out: Annotated[float, typer.Option(help="Share of people held out, 0 to 1.")] = 0.2,
) -> None:
    """Pack pictures into one file of face crops and landmarks, to train from."""
    from reenact.data.pack import Pack
    from reenact.data.packing import write_pack
    from reenact.data.sets import load_set

    words = parse_data(data)
    packs = [Pack.open(file) for name, file in words if name == "pack"]
    sets = [load_set(name, folder) for name, folder in words if name != "pack"]
    with terminal.progress_bar("Pictures") as progress:
        report = write_pack(
            sets,
            output,
            size=size,
            limit_mb=limit_mb,
            seed=seed,
            held_out=held_out,
            progress=progress,
            packs=packs,
        )
    print("\n".join(report.lines()))


def train(
    context: typer.Context,
    method: Annotated[str, typer.Argument(help="See `methods`; or landmark-net.")],
    data: Annotated[
        list[str] | None,
        typer.Option(
            "--data",
            help="pack=FILE; NAME=FOLDER of a data set, which is packed first; or clip=FILE of "
            "one person, for landmarkgan.",
        ),
    ] = None,
    minutes: Annotated[float | None, typer.Option(help="End by itself after so long.")] = None,
    steps: Annotated[int | None, typer.Option(help="End after so many steps.")] = None,
    run: Annotated[Path, typer.Option("--run", help="Folder of the runs.")] = Path("runs"),
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run of --run.")] = False,
    recipe: Annotated[str, typer.Option(help="The method's recipe: light, paper ...")] = "light",
    option: Annotated[
        list[str] | None, typer.Option("--option", help="NAME=VALUE of the method.")
    ] = None,
    batch_size: Annotated[int, typer.Option(help="Pairs of each step and process.")] = 8,
    seed: Annotated[int, typer.Option(help="Of weights, pairs and noise.")] = 0,
    workers: Annotated[int, typer.Option(help="Processes that make pairs.")] = 0,
    precision: Annotated[str, typer.Option(help="auto, no or bf16.")] = "auto",
    clip: Annotated[float, typer.Option(help="Largest gradient norm; 0 for no limit.")] = 0.0,
    save_every: Annotated[int, typer.Option(help="Steps between checkpoints.")] = 500,
    sheet_every: Annotated[int, typer.Option(help="Steps between sample sheets.")] = 1000,
    log_every: Annotated[int, typer.Option(help="Steps between log lines.")] = 50,
) -> None:
    """Train a method; ends with finished weights, or goes on from where it was stopped."""
    from reenact.training.recipe import Recipe
    from reenact.training.start import packed, training_of
    from reenact.training.start import train as start

    training_of(method)  # a wrong name is said before anything is packed
    wanted = Recipe(
        method=method,
        recipe=recipe,
        options=parse_options(option or []),
        batch_size=batch_size,
        steps=steps,
        minutes=minutes,
        seed=seed,
        precision=precision,
        clip=clip,
        workers=workers,
        log_every=log_every,
        sheet_every=sheet_every,
        save_every=save_every,
    )
    if resume:
        _check_kept(context, wanted, parse_data(data or []), run)
    else:
        with terminal.progress_bar("Pictures") as progress:
            wanted = packed(wanted.checked(), parse_data(data or []), run, progress)
    if os.environ.get("RANK", "0") != "0":  # one of several processes, not the one that speaks
        start(wanted, run, resume=resume)
        return
    try:
        with terminal.progress_bar("Training") as progress:
            weights = start(wanted, run, resume=resume, progress=progress)
    except KeyboardInterrupt as stop:
        raise terminal.Stopped(_how_to_go_on(method, run)) from stop
    print(f"{weights}: finished. Log, curves and samples are in {weights.parent}.")


def _check_kept(
    context: typer.Context, wanted: Recipe, data: list[tuple[str, str]], run: Path
) -> None:
    """Refuse options that a resumed run would not follow: it keeps its own recipe.

    Raises:
        InputError: one was given, and is another than the run's; or there is no run.
    """
    from reenact.training.recipe import Recipe
    from reenact.training.run_folder import open_run

    folder = open_run(run)
    own = Recipe.from_json(folder.options)
    is_given = {name: context.get_parameter_source(name).name == "COMMANDLINE" for name in _KEPT}
    given = {name: getattr(wanted, name) for name in _KEPT if is_given[name]}
    kept = {name: getattr(own, name) for name in _KEPT} | own.options
    packs = [f"{name}={file}" for name, file in data if name == "pack"]
    if packs:
        given, kept = given | {"data": " ".join(packs)}, kept | {"data": " ".join(own.data)}
    for name, value in (given | wanted.options).items():
        if value != kept.get(name):
            raise InputError(
                f"`--resume` keeps a run's recipe: `{name}` must be {kept.get(name, 'left out')} "
                f"as in {folder.path}, got {value}. Leave it out, or start a new run."
            )


def _how_to_go_on(method: str, run: Path) -> str:
    """What to say where somebody stops a run by hand."""
    from reenact.training.run_folder import open_run

    try:
        folder = open_run(run)
    except InputError:
        return "Stopped: nothing was written."
    if not folder.checkpoint.is_file():
        return f"Stopped before the first step: {folder.path} holds nothing to go on from."
    again = f"python -m reenact train {method} --resume --run {folder.path}"
    return f"Stopped: what was learned is kept. Go on with `{again}`."


def parse_data(words: list[str], option: str = "--data") -> list[tuple[str, str]]:
    """`NAME=VALUE` words as pairs.

    Example:
        >>> parse_data(["london=../london", "pack=faces.pack"])
        [('london', '../london'), ('pack', 'faces.pack')]

    Raises:
        InputError: a word without a name or without a value.
    """
    pairs = []
    for word in words:
        name, _, value = word.partition("=")
        if not name or not value:
            example = "rate=0.5" if option == "--option" else "london=DIR"
            raise InputError(f"`{option}` must be NAME=VALUE, got {word!r}. Example: {example}.")
        pairs.append((name, value))
    return pairs


def parse_options(words: list[str]) -> dict[str, str]:
    """`NAME=VALUE` words of `--option` by name.

    Raises:
        InputError: as `parse_data`; or one name has two values.
    """
    options: dict[str, str] = {}
    for name, value in parse_data(words, "--option"):
        if options.setdefault(name, value) != value:
            raise InputError(
                f"`--option` {name} must have one value, got {options[name]!r} and {value!r}."
            )
    return options
