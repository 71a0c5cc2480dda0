"""Boards, printed tables and one record's details as HTML. Whatever comes from files is escaped."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from pathlib import Path

from demo import text_leaderboard as words
from leaderboard.board import Row
from leaderboard.cells import Cell, Column
from leaderboard.printed import PrintedTable
from leaderboard.table import number

CLICKS = """
element.addEventListener("click", (event) => {
  const header = event.target.closest("[data-sort]");
  if (header) return trigger("select", { sort: header.dataset.sort });
  const row = event.target.closest("[data-row]");
  if (row) trigger("click", { row: row.dataset.row });
});
"""
"""A click on a heading sorts, one on a row shows it."""


def board_html(
    rows: Sequence[Row],
    columns: Sequence[Column],
    *,
    sort: str,
    reverse: bool,
    intervals: bool,
    selected: str | None,
) -> str:
    """The table of a board.

    Args:
        rows, columns: what is shown, in order.
        sort: name of the column that rows are sorted by.
        reverse: worst first.
        intervals: whether the 95 % intervals are shown.
        selected: name of the row whose details are open.
    """
    if not rows:
        return f'<p class="empty">{escape(words.NOTHING_FOUND)}</p>'
    labels = {row.name: row.label for row in rows}
    heads = "".join(_head(column, sort, reverse) for column in columns)
    body = "".join(
        f'<tr data-row="{escape(row.name)}" class="{"chosen" if row.name == selected else ""}">'
        f"{_first(row, row.name == selected)}"
        + "".join(_cell(row.cells[c.name], c, intervals, labels) for c in columns)
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(words.TABLE)}">'
        f'<table class="board"><thead><tr><th scope="col">{escape(words.METHOD)}</th>{heads}</tr>'
        f"</thead><tbody>{body}</tbody></table></div>"
    )


def _head(column: Column, sort: str, reverse: bool) -> str:
    is_sorted = column.name == sort
    best_first = "descending" if column.is_higher_better else "ascending"
    worst_first = "ascending" if column.is_higher_better else "descending"
    state = (worst_first if reverse else best_first) if is_sorted else "none"
    sign = ("▴" if reverse else "▾") if is_sorted else ""
    unit = f"<small>{escape(column.unit)}</small>" if column.unit else ""
    return (
        f'<th scope="col" aria-sort="{state}"><button type="button" '
        f'title="{escape(column.meaning)}" data-sort="{escape(column.name)}">'
        f"{escape(column.title)} {column.arrow}{sign}{unit}</button></th>"
    )


def _first(row: Row, is_selected: bool) -> str:
    marks = "".join(
        f'<span class="mark" title="{escape(words.MARKS_ABOUT[m])}">{escape(words.MARKS[m])}</span>'
        for m in row.marks
    )
    pressed = "true" if is_selected else "false"
    return (
        f'<th scope="row"><button type="button" aria-pressed="{pressed}">{escape(row.label)}'
        f"</button>{marks}</th>"
    )


def _cell(cell: Cell, column: Column, intervals: bool, labels: dict[str, str]) -> str:
    if cell.value is None:
        return f'<td class="none" title="{escape(cell.note)}">{escape(words.NOT_COMPUTED)}</td>'
    tied = [labels.get(name, name) for name in cell.tied_with]
    said = [f"n = {cell.count}" if cell.count is not None else ""]
    said += [f"tied with {', '.join(tied)}" if tied else "", cell.note]
    about = escape(". ".join(part for part in said if part))
    rank = ""
    if cell.rank is not None:
        rank = f'<sup title="rank">{"=" if tied else ""}{cell.rank}</sup>'
    between = ""
    if intervals and cell.low is not None and cell.high is not None:
        low, high = number(cell.low, column), number(cell.high, column)
        between = f"<small>[{low}, {high}]</small>"
    best = "best" if cell.rank == 1 else ""
    shown = f"<b>{number(cell.value, column)}</b>{cell.stars}{rank}{between}"
    return f'<td class="{best}" title="{about}">{shown}</td>'


def printed_html(table: PrintedTable) -> str:
    """A paper's table, marked as reported."""
    heads = "".join(f'<th scope="col">{escape(table.column_title(c))}</th>' for c in table.columns)
    body = ""
    for method in table.methods:
        found = [table.cells.get((method, column)) for column in table.columns]
        cells = "".join(
            f'<td title="{escape(f.note)}">{escape(f.text)}</td>' if f else "<td></td>"
            for f in found
        )
        body += f'<tr><th scope="row">{escape(method)}</th>{cells}</tr>'
    notes = "".join(f"<li>{escape(note)}</li>" for note in table.notes)
    about = escape(words.REPORTED_ABOUT.format(title=table.title))
    return (
        f'<div class="reported"><h3>{escape(table.title)} '
        f'<span class="mark">{escape(words.REPORTED)}</span></h3><p class="hint">{about}</p>'
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(words.PRINTED)}">'
        f'<table class="board"><thead><tr><th scope="col">{escape(words.METHOD)}</th>{heads}</tr>'
        f'</thead><tbody>{body}</tbody></table></div><ul class="hint">{notes}</ul></div>'
    )


def details_html(row: Row | None, sample: Path | None, *, is_synthetic: bool) -> str:
    """What is known about a record, and its sample pictures.

    Args:
        sample: a JPEG, shown for synthetic people only.
    """
    if row is None:
        return f'<p class="hint">{escape(words.PICK)}</p>'
    record = row.entry.record
    weights = ", ".join(f"{n}: {d[:12]}" for n, d in record["weights_sha256"].items())
    device = record["device"]
    facts = {
        "pairs": f"{record['pairs']}" + (f" (limit {record['limit']})" if record["limit"] else ""),
        "failed": str(len({failure["pair"] for failure in record["failures"]})),
        "fingerprint": record["fingerprint"],
        "weights": weights or "none",
        "commit": record["commit"] or "not known",
        "device": f"{device.get('gpu') or device.get('cpu', '')}",
        "time": record["time"][:16].replace("T", " "),
    }
    listed = "".join(
        f"<dt>{escape(words.FACTS[name])}</dt><dd>{escape(str(value))}</dd>"
        for name, value in facts.items()
    )
    about = "".join(f"<p class='hint'>{escape(words.MARKS_ABOUT[m])}</p>" for m in row.marks)
    return (
        f'<div class="details"><h3>{escape(row.label)}</h3>{about}'
        f"{_sample(row, sample, is_synthetic)}<dl>{listed}</dl></div>"
    )


def _sample(row: Row, sample: Path | None, is_synthetic: bool) -> str:
    if not is_synthetic or sample is None:
        message = words.NO_SAMPLES if is_synthetic else words.REAL_PEOPLE
        return f'<p class="hint">{escape(message)}</p>'
    data = base64.b64encode(sample.read_bytes()).decode()
    alt = escape(words.SAMPLES_ALT.format(method=row.label))
    heads = "".join(f"<span>{escape(head)}</span>" for head in words.SAMPLE_HEADS)
    return (
        f'<figure class="samples"><figcaption>{heads}</figcaption>'
        f'<img src="data:image/jpeg;base64,{data}" alt="{alt}"></figure>'
    )
