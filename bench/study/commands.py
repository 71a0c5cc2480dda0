"""`python -m bench sheet` and `python -m bench score`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from reenact import terminal
from reenact.errors import InputError


def add_study_commands(app: typer.Typer) -> None:
    """Add both commands to a command line."""
    app.command("sheet")(sheet)
    app.command("score")(score)


def sheet(
    protocol: Annotated[str, typer.Argument(help="See `list`.")],
    methods: Annotated[str, typer.Option(help="Names with commas.")],
    out: Annotated[Path, typer.Option(help="A new folder.")],
    data: Annotated[Path | None, typer.Option(help="The data folder.")] = None,
    kind: Annotated[
        str, typer.Option(help="real-or-generated, pairwise or rating.")
    ] = "real-or-generated",
    count: Annotated[
        int | None, typer.Option(help="Trials a participant; real and generated each.")
    ] = None,
    catch: Annotated[int, typer.Option(help="Catch trials.")] = 6,
    practice: Annotated[int, typer.Option(help="Practice trials.")] = 4,
    exposure_ms: Annotated[
        int | None, typer.Option(help="How long a picture stays; no limit without it.")
    ] = None,
    size_px: Annotated[int, typer.Option(help="Side of the pictures.")] = 256,
    workers: Annotated[int, typer.Option(help="Participants wanted in all.")] = 30,
    seed: Annotated[int, typer.Option(help="Another seed, another study.")] = 0,
    limit: Annotated[
        int | None, typer.Option(help="Draw from the first clips or people only: faster.")
    ] = None,
    images_url: Annotated[
        str, typer.Option(help="Where the pictures for Mechanical Turk will lie.")
    ] = "https://YOUR-SERVER/FOLDER",
    rendered: Annotated[
        bool, typer.Option(help="The data show rendered people: nobody is asked for photographs.")
    ] = False,
    code: Annotated[str, typer.Option(help="Completion code shown at the end (Prolific).")] = "",
) -> None:
    """Make a blinded study for people: offline page, Mechanical Turk files, and a key."""
    from bench.protocol import load_protocol
    from bench.study.sheet import (
        StudySettings,
        check_folder,
        check_settings,
        make_sheet,
        save_sheet,
    )
    from bench.tasks import data_folder

    chosen = load_protocol(protocol)
    names = [name.strip() for name in methods.split(",") if name.strip()]
    if not names:
        raise InputError("`methods` must name at least one method. Use `--methods warp`.")
    if limit is not None and limit < 1:
        raise InputError(f"`limit` must be 1 or more, got {limit}.")
    settings = StudySettings(
        kind, count, catch, practice, exposure_ms, seed, size_px, workers, images_url, code
    )
    if rendered:
        settings = replace(settings, is_rendered=True)
    check_settings(settings, names)
    check_folder(out)
    folder = data_folder(chosen, data)
    with terminal.progress_bar("Pictures") as progress:
        made = make_sheet(chosen, names, folder, settings, progress, limit)
    save_sheet(made, out)
    forms, trials = len(made.page["forms"]), len(made.page["forms"][0])
    print(f"Study {made.study}: {forms} form(s) of {trials} trials in '{out}'.")
    for note in made.notes:
        print(f"Note: {note}")
    print(f"Hand out '{out / 'hand_out'}', keep '{out / 'KEY.json'}' to yourself; see README.txt.")


def score(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="What `sheet` made.")],
    results: Annotated[
        list[Path] | None, typer.Option(help="Answers; else all of DIR/results.")
    ] = None,
    least_right: Annotated[
        float, typer.Option(help="Share of catch trials that must be right.")
    ] = 0.8,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Score a study: percent fooled, preferences or ratings, with intervals and agreement."""
    from bench.study.report import lines, report

    if not 0 <= least_right <= 1:
        raise InputError(f"`least_right` must be 0 to 1, got {least_right}.")
    done = report(folder, results or (), least_right)
    print(json.dumps(done, indent=2) if as_json else "\n".join(lines(done)))
