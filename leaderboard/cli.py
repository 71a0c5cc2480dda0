"""`python -m leaderboard`: boards as text, and the check of a submission."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reenact import terminal
from reenact.errors import InputError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from leaderboard.board import Board
    from leaderboard.cells import Column

COLUMN_WIDTH = 19
"""Characters that a column of figures with its interval takes."""

app = typer.Typer(
    help="Compare results that were measured alike.",
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def show(
    protocol: Annotated[
        str | None, typer.Argument(help="A protocol, or reported:PAPER-tableN; all without it.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="With all figures, for programs.")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="For READMEs.")] = False,
    as_latex: Annotated[bool, typer.Option("--latex", help="For papers.")] = False,
    folder: Annotated[
        Path | None, typer.Option(help="Other records than the project's own.")
    ] = None,
) -> None:
    """Show boards, and the papers' printed figures beside them, always marked as reported."""
    from leaderboard.board import make_boards
    from leaderboard.printed import printed_for, printed_tables
    from leaderboard.store import RESULTS, load_entries
    from leaderboard.table import Format, export, export_printed

    if as_csv + as_markdown + as_latex > 1:
        raise InputError("Use one of --csv, --markdown and --latex.")
    if folder is not None and not folder.is_dir():
        raise InputError(f"`folder` must be a folder with records, got '{folder}'.")
    kind: Format | None = "csv" if as_csv else "latex" if as_latex else None
    kind = "markdown" if as_markdown else kind
    boards = make_boards(load_entries(folder or RESULTS))
    printed = list(printed_tables())
    if protocol is not None:
        known = [board.protocol for board in boards] + [table.name for table in printed]
        short = [name.split("@")[0] for name in known]
        if protocol not in (*known, *short):
            raise UnknownNameError("board", protocol, dict.fromkeys(short))
        boards = [b for b in boards if protocol in (b.protocol, b.protocol.split("@")[0])]
        beside = printed_for(protocol)
        printed = [t for t in printed if t.name == protocol or t is beside]
    elif kind is not None:
        raise InputError("`PROTOCOL` must be named for --csv, --markdown and --latex.")
    for board in boards:
        print(export(board, kind) if kind else "", end="")
        if not kind:
            _print_board(board)
    for table in printed if protocol or not boards else []:
        print(export_printed(table, kind or "markdown"))
    if not protocol and boards:
        print("Printed by papers: " + ", ".join(table.name for table in printed))


@app.command()
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="As `bench run --out` makes it; else the project's own.")
    ] = None,
) -> None:
    """Check every record of a folder and give all reasons; exit code 2 where one is refused."""
    from leaderboard.check import check_folder
    from leaderboard.store import RESULTS

    place = folder or RESULTS
    verdicts = check_folder(place)
    for verdict in verdicts:
        said = "accepted" if verdict.is_accepted else "REFUSED"
        print(f"{said}  {verdict.path.relative_to(place)}")
        for reason in verdict.reasons:
            print(f"    {reason}")
    refused = sum(not verdict.is_accepted for verdict in verdicts)
    if refused:
        raise InputError(
            f"{refused} of {len(verdicts)} records are refused, for the reasons above."
        )
    print(f"All {len(verdicts)} records are accepted.")


@app.command()
def samples() -> None:
    """Make the sample pictures of records of synthetic people, which the demo shows."""
    from leaderboard.samples import make_samples
    from leaderboard.store import load_entries

    with terminal.progress_bar("Pictures") as progress:
        made = make_samples(load_entries(), progress=progress)
    print(f"{len(made)} made." + "".join(f"\n    {path}" for path in made))


def main() -> None:
    """The program `python -m leaderboard`."""
    terminal.main(app, "python -m leaderboard")


def _print_board(board: Board) -> None:
    """As many tables below each other as the columns need at this width."""
    from rich.console import Console

    from leaderboard.table import LEGEND, footnotes, gaps

    console = Console(width=None if Console().is_terminal else 120)
    console.print(f"{board.title}  (fingerprint {board.fingerprint})", style="italic")
    step = max(1, (console.width - 24) // COLUMN_WIDTH)
    for first in range(0, len(board.measured), step):
        console.print(_table(board, board.measured[first : first + step]))
    for line in (LEGEND, *footnotes(board.rows), *gaps(board)):
        console.print(line, highlight=False, markup=False)


def _table(board: Board, columns: Sequence[Column]) -> Table:
    from rich.table import Table

    from leaderboard.table import number, row_title

    table = Table()
    table.add_column("method", no_wrap=True)
    for column in columns:
        unit = f"\n{column.unit}" if column.unit else ""
        table.add_column(f"{column.title} {column.arrow}{unit}", justify="right")
    for row in board.rows:
        cells = []
        for column in columns:
            cell = row.cells[column.name]
            shown = "none" if cell.value is None else number(cell.value, column) + cell.stars
            if cell.rank == 1:
                shown = f"[bold]{shown}[/bold]"
            between = ""
            if cell.low is not None and cell.high is not None:
                between = f"\n\\[{number(cell.low, column)}, {number(cell.high, column)}]"
            cells.append(shown + between)
        table.add_row(row_title(row), *cells)
    return table
