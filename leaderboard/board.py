"""A board: records that were measured alike, ranked metric by metric with ties."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from leaderboard.cells import FAILED, SPEED, Cell, Column, metric_cells, metric_column, own_cells
from leaderboard.store import Entry


@dataclass(frozen=True)
class Row:
    """One record on a board.

    Attributes:
        label: the method, with the record's hash where a method is on the board twice.
        marks: what a reader must know: "partial", "seen".
    """

    entry: Entry
    label: str
    cells: dict[str, Cell]
    marks: tuple[Literal["partial", "seen"], ...] = ()

    @property
    def name(self) -> str:
        return self.entry.name


@dataclass(frozen=True)
class Board:
    """Rows that may be compared.

    Attributes:
        name: `protocol@version#fingerprint`.
        is_current: whether the fingerprint is that of the protocol that the project has now.
    """

    name: str
    protocol: str
    fingerprint: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    is_current: bool = True
    summary: str = ""

    @property
    def title(self) -> str:
        return board_title(self.rows[0].entry)

    @property
    def measured(self) -> tuple[Column, ...]:
        """Columns in which some row has a figure."""
        return tuple(
            c for c in self.columns if any(r.cells[c.name].value is not None for r in self.rows)
        )

    @property
    def not_computed(self) -> dict[str, str]:
        """Why the other columns have none, by title."""
        others = [column for column in self.columns if column not in self.measured]
        return {c.title: self.rows[0].cells[c.name].note for c in others}

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def make_boards(entries: Iterable[Entry]) -> list[Board]:
    """One board for each protocol, version and fingerprint, by name; current ones first."""
    return [make_board(group) for group in group_entries(entries).values()]


def group_entries(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The entries of each board by its name, in the order of `make_boards`; nothing is ranked."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.board_name, []).append(entry)
    return {
        name: groups[name]
        for name in sorted(groups, key=lambda n: (not _protocol(groups[n][0])[0], n))
    }


def board_title(entry: Entry) -> str:
    """What the board of an entry is called."""
    is_current = _protocol(entry)[0]
    return (
        entry.protocol if is_current else f"{entry.protocol} (older: {entry.record['fingerprint']})"
    )


def make_board(entries: Sequence[Entry]) -> Board:
    """Rank records of one protocol, version and fingerprint.

    Args:
        entries: of one `board_name`, at least one.
    """
    first = entries[0]
    assert len({entry.board_name for entry in entries}) == 1, "fingerprints must not mix"
    names = list(dict.fromkeys(name for entry in entries for name in entry.record["metrics"]))
    is_partial = {entry.name: bool(entry.record["is_partial"]) for entry in entries}
    whole = [entry for entry in entries if not is_partial[entry.name]]
    columns = [metric_column(name) for name in names]
    cells: dict[str, dict[str, Cell]] = {entry.name: {} for entry in entries}
    for column in columns:
        for name, cell in metric_cells(column, entries, whole).items():
            cells[name][column.name] = cell
    for entry in entries:
        cells[entry.name] |= own_cells(entry)
    rows = [
        Row(entry, _label(entry, entries), cells[entry.name], _marks(entry)) for entry in entries
    ]
    is_current, summary = _protocol(first)
    return Board(
        first.board_name,
        first.protocol,
        first.record["fingerprint"],
        (*columns, FAILED, SPEED),
        tuple(sorted_rows(rows, columns[0])) if columns else tuple(rows),
        is_current,
        summary,
    )


def sorted_rows(rows: Iterable[Row], column: Column, *, reverse: bool = False) -> list[Row]:
    """Best first; rows without the figure come last either way."""
    sign = -1 if column.is_higher_better else 1
    found = [(row, row.cells[column.name].value) for row in rows]
    have = [(row, sign * value) for row, value in found if value is not None]
    have.sort(key=lambda item: (item[1], item[0].label), reverse=reverse)
    return [row for row, _ in have] + [row for row, value in found if value is None]


def _label(entry: Entry, entries: Sequence[Entry]) -> str:
    twice = sum(other.method == entry.method for other in entries) > 1
    return f"{entry.method} {entry.path.stem[:6]}" if twice else entry.method


def _marks(entry: Entry) -> tuple[Literal["partial", "seen"], ...]:
    marks: list[Literal["partial", "seen"]] = []
    if entry.record["is_partial"]:
        marks.append("partial")
    if entry.record["data_seen_in_training"]:
        marks.append("seen")
    return tuple(marks)


def _protocol(entry: Entry) -> tuple[bool, str]:
    """Whether the project measures by these very rules now, and what the protocol is."""
    from bench.protocol import find_protocol, load_protocol, protocol_names
    from reenact.errors import UnknownNameError

    try:
        protocol = find_protocol(entry.protocol)
    except UnknownNameError:
        return False, ""
    newest = load_protocol(protocol.name) if protocol.name in protocol_names() else protocol
    return newest.fingerprint == entry.record["fingerprint"], protocol.summary
