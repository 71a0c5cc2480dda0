"""The figures of a board: each record's own, and how they rank with ties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bench.metrics import METRICS
from bench.ranks import rank_methods, rank_values
from bench.stats import estimate
from leaderboard.store import Entry

SPEED_NAME = "ms_a_pair"
FAILED_NAME = "failed_pairs"


@dataclass(frozen=True)
class Column:
    """A column of figures.

    Attributes:
        name: of the metric, or `SPEED_NAME` or `FAILED_NAME`.
        title, unit, meaning: for people.
        digits: after the point.
    """

    name: str
    title: str
    unit: str
    meaning: str
    is_higher_better: bool
    digits: int = 3

    @property
    def arrow(self) -> str:
        return "↑" if self.is_higher_better else "↓"

    @property
    def heading(self) -> str:
        """Title, arrow and unit in one line."""
        return f"{self.title} {self.arrow}" + (f" ({self.unit})" if self.unit else "")


@dataclass(frozen=True)
class Cell:
    """One figure.

    Attributes:
        value: None where it was not computed; `note` says why.
        low, high: 95 % interval, None where there is none.
        rank: 1 and the number of methods that are better beyond doubt; None where not ranked.
        tied_with: rows that are neither better nor worse beyond doubt.
        p: of the paired test against the best mean, Holm-corrected; None for the best itself.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    count: int | None = None
    failures: int = 0
    rank: int | None = None
    tied_with: tuple[str, ...] = ()
    p: float | None = None
    note: str = ""

    @property
    def stars(self) -> str:
        """** p < 0.01, * p < 0.05: worse than the best mean."""
        if self.p is None or self.rank == 1:
            return ""
        return "**" if self.p < 0.01 else "*" if self.p < 0.05 else ""


SPEED = Column(
    SPEED_NAME,
    "Speed",
    "ms a pair",
    "What the method took for a pair on the computer of its record: compare on one computer only.",
    False,
    0,
)
FAILED = Column(
    FAILED_NAME,
    "Failed",
    "pairs",
    "Pairs without an output, or with one that shows no face.",
    False,
    0,
)


def metric_column(name: str) -> Column:
    known = METRICS.get(name)
    if known is None:
        return Column(name, name, "", "", True)
    digits = 1 if "%" in known.unit else 2 if known.unit.startswith(("dB", "px")) else 3
    return Column(name, known.title, known.unit, known.meaning, known.is_higher_better, digits)


def own_cells(entry: Entry) -> dict[str, Cell]:
    """What is not a metric: failed pairs and speed."""
    failed = len({failure["pair"] for failure in entry.record["failures"]})
    seconds = entry.seconds_a_pair
    return {
        FAILED_NAME: Cell(failed, count=entry.record["pairs"]),
        SPEED_NAME: Cell(None if seconds is None else 1000 * seconds),
    }


def metric_cells(
    column: Column, entries: Sequence[Entry], whole: Sequence[Entry]
) -> dict[str, Cell]:
    """A column's cells; only whole records are ranked."""
    figures = {entry.name: _figure(entry, column.name) for entry in entries}
    names = [e.name for e in whole if figures[e.name].value is not None]
    if len(names) < 2:
        return figures
    known = METRICS.get(column.name)
    ranked = [entry for entry in whole if entry.name in names]
    if known is not None and known.per == "pair":
        return figures | _by_pairs(column, ranked, figures)
    return figures | _by_intervals(column, names, figures)


def _figure(entry: Entry, metric: str) -> Cell:
    """The record's own figure. Failed pairs enter it with the metric's worst value."""
    found: dict[str, Any] | None = entry.record["metrics"].get(metric)
    if found is None:
        return Cell(None, note="not measured")
    if found["not_computed"]:
        return Cell(None, note=f"not computed: {found['not_computed']}")
    low, high = found["interval_95"] or (None, None)
    value, note = found["mean"], found.get("warning") or ""
    if found["failures"] and found.get("mean_with_failures") is not None:
        value, low, high = found["mean_with_failures"], None, None
        note = f"{found['failures']} failed pairs count as the worst value. {note}".strip()
    return Cell(value, low, high, found["count"], found["failures"], note=note)


def _by_pairs(
    column: Column, entries: Sequence[Entry], figures: dict[str, Cell]
) -> dict[str, Cell]:
    """Paired tests over the pairs that all of them have; intervals count failed pairs too."""
    values = {entry.name: _values(entry, column.name) for entry in entries}
    rows = entries[0].rows
    groups = dict(zip(rows["pair"], rows["group"], strict=True))
    common = set.intersection(*(set(of_pair) for of_pair in values.values())) & set(groups)
    if not common:
        return {}
    figures = {n: _with_failures(figures[n], values[n], groups) for n in values}
    values = {n: {p: v for p, v in of.items() if p in common} for n, of in values.items()}
    ranking = rank_methods(values, groups, is_higher_better=column.is_higher_better)
    best = next(iter(ranking.ranks))
    cells = {}
    for name, rank in ranking.ranks.items():
        p = ranking.p_holm.get((name, best), ranking.p_holm.get((best, name)))
        p = None if p is None or p != p else p
        cells[name] = _ranked(figures[name], rank.rank, rank.tied_with, p)
    return cells


def _with_failures(cell: Cell, values: dict[str, float], groups: dict[str, str]) -> Cell:
    """The cell with the interval of all its pairs, where some failed."""
    if cell.low is not None or cell.value is None or not values:
        return cell
    pairs = [pair for pair in values if pair in groups]
    found = estimate([values[pair] for pair in pairs], [groups[pair] for pair in pairs])
    if found.low != found.low:  # one person only
        return cell
    return replace(cell, low=found.low, high=found.high)


def _values(entry: Entry, metric: str) -> dict[str, float]:
    """A value a pair; a failed pair has the metric's worst, where it has one."""
    if metric not in entry.rows:
        return {}
    column = entry.rows.set_index("pair")[metric]
    values = {pair: float(value) for pair, value in column.items() if value == value}
    worst = METRICS[metric].when_failed
    if worst is not None:
        failed = [f["pair"] for f in entry.record["failures"] if f["metric"] == metric]
        values |= dict.fromkeys(failed, worst)
    return values


def _by_intervals(
    column: Column, names: Sequence[str], figures: dict[str, Cell]
) -> dict[str, Cell]:
    """Without values a pair: by the values and their intervals, or by exact values."""
    known = METRICS.get(column.name)
    is_exact = known is not None and known.per == "method"
    values = {}
    for name in names:
        cell = figures[name]
        value, nothing = float(cell.value or 0.0), float("nan")
        if cell.low is None or cell.high is None:
            values[name] = (value, value, value) if is_exact else (value, nothing, nothing)
        else:
            values[name] = (value, cell.low, cell.high)
    ranks = rank_values(values, is_higher_better=column.is_higher_better)
    return {name: _ranked(figures[name], r.rank, r.tied_with, None) for name, r in ranks.items()}


def _ranked(cell: Cell, rank: int, tied_with: tuple[str, ...], p: float | None) -> Cell:
    return replace(cell, rank=rank, tied_with=tied_with, p=p)
