"""A board or a printed table as CSV, Markdown or LaTeX, with ranks and significance marks."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Literal

from leaderboard.board import Board, Row
from leaderboard.cells import Cell, Column
from leaderboard.printed import PrintedTable

Format = Literal["csv", "markdown", "latex"]
FORMATS: tuple[Format, ...] = ("csv", "markdown", "latex")
SUFFIXES = {"csv": ".csv", "markdown": ".md", "latex": ".tex"}

LEGEND = (
    "Mean [95 % interval over people]. Bold: no other method is better beyond doubt (paired "
    "bootstrap over people, 95 %). Worse than the best mean by a paired sign-flip test, "
    "Holm-corrected: ** p < 0.01, * p < 0.05."
)
MARKS = {
    "partial": "only a part of the pairs: not ranked",
    "seen": "its weights were trained on these data, or on what they are made of",
}
REPORTED = "Reported by the paper, not measured here."
_MARK_SIGNS = {"partial": "‡", "seen": "†"}


def export(
    board: Board,
    kind: Format,
    rows: Sequence[Row] | None = None,
    columns: Sequence[Column] | None = None,
) -> str:
    """A board as text.

    Args:
        rows, columns: those to show, in order; None for all rows, and for the columns in which
            something was measured.
    """
    shown_rows = board.rows if rows is None else rows
    shown = board.measured if columns is None else columns
    make = {"csv": _csv, "markdown": _markdown, "latex": _latex}
    return make[kind](board, shown_rows, shown)


def number(value: float, column: Column) -> str:
    """A figure as it is shown."""
    return f"{value:.{column.digits}f}"


def row_title(row: Row) -> str:
    """Method with the signs of its marks."""
    return row.label + "".join(_MARK_SIGNS[mark] for mark in row.marks)


def gaps(board: Board) -> list[str]:
    """What no record of the board has, and why."""
    return [f"{title}: {reason}" for title, reason in board.not_computed.items()]


def footnotes(rows: Sequence[Row]) -> list[str]:
    """What the signs beside methods mean."""
    used = dict.fromkeys(mark for row in rows for mark in row.marks)
    return [f"{_MARK_SIGNS[mark]} {MARKS[mark]}" for mark in used]


def _csv(board: Board, rows: Sequence[Row], columns: Sequence[Column]) -> str:
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\n").writerow
    parts = ("", "_low", "_high", "_n", "_failures", "_rank", "_p_against_best")
    write(
        ["protocol", "fingerprint", "method", "record", "marks"]
        + [column.name + part for column in columns for part in parts]
    )
    for row in rows:
        line = [board.protocol, board.fingerprint, row.entry.method, row.entry.path.stem]
        line.append(" ".join(row.marks))
        for column in columns:
            cell = row.cells[column.name]
            values = (cell.value, cell.low, cell.high, cell.count, cell.failures, cell.rank, cell.p)
            line += ["" if value is None else str(value) for value in values]
        write(line)
    return text.getvalue()


def _markdown(board: Board, rows: Sequence[Row], columns: Sequence[Column]) -> str:
    head = ["method", *(column.heading for column in columns)]
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * len(columns) + "|"]
    for row in rows:
        cells = [_markdown_cell(row.cells[column.name], column) for column in columns]
        lines.append("| " + " | ".join([row_title(row), *cells]) + " |")
    notes = [LEGEND.replace("*", "\\*"), *footnotes(rows), *gaps(board)]
    title = f"**{board.title}** (fingerprint {board.fingerprint})"
    return "\n".join([title, "", *lines, "", *notes]) + "\n"


def _markdown_cell(cell: Cell, column: Column) -> str:
    if cell.value is None:
        return "not computed"
    shown = number(cell.value, column)
    if cell.rank == 1:
        shown = f"**{shown}**"
    return f"{shown}{cell.stars.replace('*', chr(92) + '*')}{_interval(cell, column)}"


def _interval(cell: Cell, column: Column) -> str:
    if cell.low is None or cell.high is None:
        return ""
    return f" [{number(cell.low, column)}, {number(cell.high, column)}]"


def _latex(board: Board, rows: Sequence[Row], columns: Sequence[Column]) -> str:
    lines = [
        r"\begin{table}",
        r"\centering",
        rf"\begin{{tabular}}{{l{'r' * len(columns)}}}",
        r"\toprule",
        " & ".join(["Method", *(_tex_heading(column) for column in columns)]) + r" \\",
        r"\midrule",
    ]
    for row in rows:
        cells = [_latex_cell(row.cells[column.name], column) for column in columns]
        name = tex(row.label) + "".join(_TEX_MARKS[mark] for mark in row.marks)
        lines.append(" & ".join([name, *cells]) + r" \\")
    notes = [tex(LEGEND), *(f"{_TEX_MARKS[mark]} {tex(MARKS[mark])}" for mark in _used(rows))]
    caption = f"{tex(board.title)}, fingerprint {board.fingerprint}. {' '.join(notes)}"
    lines += [r"\bottomrule", r"\end{tabular}", rf"\caption{{{caption}}}", r"\end{table}"]
    return "% needs \\usepackage{booktabs}\n" + "\n".join(lines) + "\n"


_TEX_MARKS = {"partial": r"$^\ddagger$", "seen": r"$^\dagger$"}


def _used(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(mark for row in rows for mark in row.marks))


def _tex_heading(column: Column) -> str:
    arrow = r"$\uparrow$" if column.is_higher_better else r"$\downarrow$"
    return f"{tex(column.title)} {arrow}" + (f" ({tex(column.unit)})" if column.unit else "")


def _latex_cell(cell: Cell, column: Column) -> str:
    if cell.value is None:
        return "--"
    shown = number(cell.value, column)
    if cell.rank == 1:
        shown = rf"\textbf{{{shown}}}"
    stars = f"$^{{{cell.stars}}}$" if cell.stars else ""
    interval = _interval(cell, column)
    return f"{shown}{stars}" + (rf" {{\scriptsize{interval}}}" if interval else "")


def tex(text: str) -> str:
    """Text with LaTeX's special letters escaped."""
    special = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    special |= {letter: "\\" + letter for letter in "&%$#_{}"}
    special |= {"<": "$<$", ">": "$>$", "±": r"$\pm$", "↑": r"$\uparrow$", "↓": r"$\downarrow$"}
    return "".join(special.get(letter, letter) for letter in text)


def export_printed(table: PrintedTable, kind: Format) -> str:
    """A paper's table as text; it says in every format that nobody measured it here."""
    head = ["method", *(table.column_title(column) for column in table.columns)]
    rows = []
    for method in table.methods:
        found = [table.cells.get((method, column)) for column in table.columns]
        rows.append([method, *("" if f is None else f.text for f in found)])
    if kind == "csv":
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["source", *head])
        writer.writerows([f"reported: {table.title}", *row] for row in rows)
        return text.getvalue()
    if kind == "markdown":
        lines = [f"**{table.title}.** {REPORTED}", "", "| " + " | ".join(head) + " |"]
        lines.append("|---" + "|---:" * len(table.columns) + "|")
        lines += ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join([*lines, "", *table.notes]).rstrip() + "\n"
    lines = ["% needs \\usepackage{booktabs}", r"\begin{table}", r"\centering"]
    lines += [rf"\begin{{tabular}}{{l{'r' * len(table.columns)}}}", r"\toprule"]
    lines += [" & ".join(map(tex, head)) + r" \\", r"\midrule"]
    lines += [" & ".join(map(tex, row)) + r" \\" for row in rows]
    caption = tex(" ".join([f"{table.title}. {REPORTED}", *(f"{n}." for n in table.notes)]))
    lines += [r"\bottomrule", r"\end{tabular}", rf"\caption{{{caption}}}", r"\end{table}"]
    return "\n".join(lines) + "\n"
