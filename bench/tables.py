"""Tables of records for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.protocol import Protocol
    from bench.runner import MethodRun

MAX_GROUPS = 20
"""Tables by clip or person with more rows than this for a method are not printed."""


def print_records(protocol: Protocol, records: list[dict[str, Any]]) -> None:
    """Print the records of a protocol: a line a metric, a column a method."""
    from rich.table import Table

    from bench.metrics import METRICS

    title = f"{protocol.name}@{protocol.version}"
    if any(record["is_partial"] for record in records):
        title += " (partial)"
    table = Table(title=title, title_justify="left")
    table.add_column("metric")
    for record in records:
        mark = " *" if record["data_seen_in_training"] else ""
        table.add_column(record["method"] + mark, justify="right")
    for name in protocol.metrics:
        found, known = [record["metrics"][name] for record in records], METRICS[name]
        if not found[0]["not_computed"]:
            unit = f", {known.unit}" if known.unit else ""
            table.add_row(f"{known.title}{unit} {known.arrow}", *map(_cell, found))
    for label, count in _counts(records).items():
        table.add_row(label, *count)
    _console().print(table)
    print("Mean [95 % interval over people or clips]. Failed pairs are not in the means.")
    for name in protocol.metrics:
        found = [record["metrics"][name] for record in records]
        note = found[0]["not_computed"] or found[0]["warning"]
        if note:
            said = "not computed. " if found[0]["not_computed"] else ""
            print(f"{METRICS[name].title}: {said}{note}")
    for record in records:
        failed = {failure["pair"] for failure in record["failures"]}
        if failed and len(failed) == record["pairs"]:
            print(f"{record['method']}: every pair failed. {record['failures'][0]['reason']}")
    if any(record["data_seen_in_training"] for record in records):
        print("* Its weights were trained on these data, or on what they are made of.")


def _counts(records: list[dict[str, Any]]) -> dict[str, list[str]]:
    failed = [len({failure["pair"] for failure in record["failures"]}) for record in records]
    return {
        "pairs": [str(record["pairs"]) for record in records],
        "failed": [str(count) for count in failed],
        "unusable": [str(len(record["unusable"])) for record in records],
        "seconds a pair": [_pace(record) for record in records],
    }


def _pace(record: dict[str, Any]) -> str:
    return f"{record['seconds'] / record['pairs']:.2f}" if record["pairs"] else "none"


def _cell(metric: dict[str, Any]) -> str:
    if metric["mean"] is None:
        return "none"
    low, high = metric["interval_95"]
    between = "" if low is None or high is None else f" \\[{low:.3f}, {high:.3f}]"
    failed = f", {metric['failures']} failed" if metric["failures"] else ""
    return f"{metric['mean']:.3f}{between} n={metric['count']}{failed}"


def print_groups(protocol: Protocol, runs: list[MethodRun]) -> None:
    """Print the means of each clip or person, where they are few enough to read."""
    from rich.table import Table

    from bench.metrics import METRICS

    groups = list(dict.fromkeys(row.group for run in runs for row in run.rows))
    if not 1 < len(groups) <= MAX_GROUPS:
        return
    shown = [name for name in protocol.metrics if any(name in row.values for row in runs[0].rows)]
    table = Table(title="Mean by clip or person", title_justify="left")
    table.add_column("clip or person")
    table.add_column("method")
    for name in shown:
        table.add_column(f"{METRICS[name].title} {METRICS[name].arrow}", justify="right")
    table.add_column("pairs", justify="right")
    for group in groups:
        for run in runs:
            rows = [row for row in run.rows if row.group == group]
            values = [[row.values[name] for row in rows if name in row.values] for name in shown]
            cells = [f"{sum(v) / len(v):.3f}" if v else "none" for v in values]
            table.add_row(group, run.name, *cells, str(len(rows)))
    _console().print(table)


def _console():
    from rich.console import Console

    return Console(width=None if Console().is_terminal else 130)
