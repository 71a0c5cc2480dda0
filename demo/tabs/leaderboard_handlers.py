"""What the tab *Leaderboard* does, without Gradio's parts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from demo import text_leaderboard as words
from demo.components.board_table import board_html, details_html, printed_html
from demo.components.markup import status
from leaderboard.board import Board, Row, board_title, group_entries, make_board, sorted_rows
from leaderboard.cells import Column
from leaderboard.plots import quality_against_speed
from leaderboard.printed import PrintedTable, printed_for, printed_tables
from leaderboard.samples import find_sample, is_synthetic
from leaderboard.store import Entry, load_entries
from leaderboard.table import SUFFIXES, Format, export, export_printed

ROWS = (words.ROWS_ALL, words.ROWS_WHOLE, words.ROWS_UNSEEN)


@dataclass(frozen=True)
class View:
    """What a visitor has chosen.

    Attributes:
        board: a board's name, or a printed table's.
        sort: a column's name; None for the first.
        columns: names of those that are shown; None for all.
    """

    board: str
    sort: str | None = None
    reverse: bool = False
    search: str = ""
    rows: str = words.ROWS_ALL
    columns: tuple[str, ...] | None = None
    intervals: bool = True
    selected: str | None = None


class Boards:
    """Records are read once, when the first visitor opens the tab; each board is ranked once."""

    def __init__(self, load: Callable[[], Iterable[Entry]] = load_entries) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._groups: dict[str, list[Entry]] | None = None
        self._made: dict[str, Board] = {}

    def groups(self) -> dict[str, list[Entry]]:
        """The records of each board, by the board's name."""
        with self._lock:
            if self._groups is None:
                self._groups = group_entries(self._load())
            return self._groups

    def get(self, name: str) -> Board | None:
        """A board; None where no board has this name."""
        group = self.groups().get(name)
        if group is None:
            return None
        with self._lock:
            if name not in self._made:
                self._made[name] = make_board(group)
            return self._made[name]

    def choices(self) -> list[tuple[str, str]]:
        """(what is shown, name): what was measured here comes first."""
        measured = [(board_title(group[0]), name) for name, group in self.groups().items()]
        printed = [(words.REPORTED_GROUP + t.title, t.name) for t in printed_tables()]
        return measured + printed

    def first(self) -> str:
        """What a visitor sees first: synthetic people, where they were measured."""
        names = list(self.groups())
        synthetic = [name for name in names if is_synthetic(name.split("#")[0])]
        return (synthetic + names + [table.name for table in printed_tables()])[0]


class LeaderboardHandlers:
    """From a view to what is shown. Nothing of a visitor is kept in here."""

    def __init__(self, boards: Boards) -> None:
        self.boards = boards

    def board(self, view: View) -> Board | None:
        """The board; None for a printed table."""
        return self.boards.get(view.board)

    def printed(self, view: View) -> PrintedTable | None:
        """The printed table that was chosen, or that belongs to the board."""
        board = self.board(view)
        if board is not None:
            return printed_for(board.protocol)
        return next((t for t in printed_tables() if t.name == view.board), None)

    def columns(self, view: View) -> list[Column]:
        """Those that are shown."""
        board = self.board(view)
        if board is None:
            return []
        wanted = view.columns
        return [c for c in board.columns if wanted is None or c.name in wanted]

    def measured(self, view: View) -> list[str]:
        """Names of the columns that are shown at first: those with figures."""
        board = self.board(view)
        return [] if board is None else [column.name for column in board.measured]

    def sort_column(self, view: View) -> Column | None:
        """What rows are sorted by."""
        board = self.board(view)
        if board is None:
            return None
        names = [column.name for column in board.columns]
        return board.column(view.sort if view.sort in names else board.measured[0].name)

    def rows(self, view: View) -> list[Row]:
        """Those that are shown, in order."""
        board, column = self.board(view), self.sort_column(view)
        if board is None or column is None:
            return []
        wanted = view.search.strip().lower()
        hidden = {words.ROWS_WHOLE: "partial", words.ROWS_UNSEEN: "seen"}.get(view.rows)
        rows = [
            row for row in board.rows if wanted in row.label.lower() and hidden not in row.marks
        ]
        return sorted_rows(rows, column, reverse=view.reverse)

    def table(self, view: View) -> str:
        """HTML of the board, and of the printed table beside it."""
        board, column, printed = self.board(view), self.sort_column(view), self.printed(view)
        html = "" if self.boards.groups() else status(words.NO_RECORDS)
        if board is not None and column is not None:
            if not board.is_current:
                html += status(words.older(board.title))
            html += f'<p class="hint">{escape(board.summary)}</p>' if board.summary else ""
            html += board_html(
                self.rows(view),
                self.columns(view),
                sort=column.name,
                reverse=view.reverse,
                intervals=view.intervals,
                selected=view.selected,
            )
        return html + (printed_html(printed) if printed is not None else "")

    def row(self, view: View) -> Row | None:
        """The row whose details are shown."""
        return next((row for row in self.rows(view) if row.name == view.selected), None)

    def details(self, view: View) -> tuple[str, str | None]:
        """HTML of the details, and the command."""
        row = self.row(view)
        if row is None:
            return details_html(None, None, is_synthetic=False), None
        sample = find_sample(row.entry)
        html = details_html(row, sample, is_synthetic=is_synthetic(row.entry.protocol))
        return html, row.entry.record["command"]

    def plot(self, view: View, theme: str) -> Any:
        """The plot; None where there is nothing to draw."""
        board, column = self.board(view), self.sort_column(view)
        if board is None or column is None:
            return None
        shown = replace(board, rows=tuple(self.rows(view)))
        figures = [c for c in board.columns if c.name in board.rows[0].entry.record["metrics"]]
        quality = column if column in figures else figures[0]
        return quality_against_speed(shown, quality, is_dark=theme == "dark")

    def export(self, view: View, kind: Format) -> tuple[str, str]:
        """What is shown as a file: its name and its text."""
        board, printed = self.board(view), self.printed(view)
        if board is not None:
            text = export(board, kind, self.rows(view), self.columns(view))
            return board.protocol + SUFFIXES[kind], text
        assert printed is not None, "a view shows a board or a printed table"
        return printed.name.replace(":", "_") + SUFFIXES[kind], export_printed(printed, kind)


def sort_by(view: View, column: str) -> View:
    """A click on a heading: sort by it; a second one turns the order around."""
    is_same = view.sort == column
    return replace(view, sort=column, reverse=is_same and not view.reverse)
