"""Accepts or refuses records, with every reason: what `leaderboard check` says of a submission."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.record_check import check_record
from leaderboard.store import Entry, read_record, record_paths
from reenact.errors import InputError

_NUMBER = (int, float)
_PLACE = "<protocol>@<version>/<method>/"
_FIELDS: dict[str, type | tuple[type, ...]] = {
    "schema": int,
    "protocol": str,
    "fingerprint": str,
    "method": str,
    "weights_sha256": dict,
    "data_seen_in_training": bool,
    "is_partial": bool,
    "limit": (int, type(None)),
    "pairs": int,
    "unusable": list,
    "metrics": dict,
    "failures": list,
    "pairs_sha256": str,
    "seconds": _NUMBER,
    "command": str,
    "commit": (str, type(None)),
    "device": dict,
    "versions": dict,
    "time": str,
}
_METRIC_FIELDS: dict[str, type | tuple[type, ...]] = {
    "mean": (*_NUMBER, type(None)),
    "interval_95": list,
    "mean_with_failures": (*_NUMBER, type(None)),
    "count": int,
    "failures": int,
    "unit": str,
    "is_higher_better": bool,
    "not_computed": (str, type(None)),
}


@dataclass(frozen=True)
class Verdict:
    """What is said of one record; no reasons means accepted."""

    path: Path
    reasons: tuple[str, ...]

    @property
    def is_accepted(self) -> bool:
        return not self.reasons


def check_folder(folder: Path) -> list[Verdict]:
    """Check every record of a folder, as `bench run --out` makes it.

    Raises:
        InputError: there is no such folder, or it holds no record.
    """
    if not folder.is_dir():
        raise InputError(f"`FOLDER` must be a folder with records, got '{folder}'.")
    paths = record_paths(folder)
    if not paths:
        raise InputError(
            f"'{folder}' holds no records. Make some: "
            "`python -m bench run PROTOCOL --methods a,b --out FOLDER`."
        )
    return [Verdict(path, tuple(check_path(path, folder)[1])) for path in paths]


def check_path(path: Path, folder: Path) -> tuple[Entry | None, list[str]]:
    """The record, where it can be read, and why it is refused.

    `bench.record_check` looks at a record by itself; here is added what a board relies on.
    """
    reasons = [reason.removeprefix(f"{path.name}: ") for reason in check_record(path)]
    depth = len(path.relative_to(folder).parts)
    if depth != 3:
        reasons.append(f"The record must lie in {_PLACE} of the folder, not {depth - 1} deep.")
    if reasons:
        return None, reasons
    try:
        entry = Entry(read_record(path), path)
        reasons += _shapes(entry.record)
        reasons += [] if reasons else [*_intervals(entry), *_failed(entry)]
    except InputError as error:
        return None, [str(error)]
    return entry, reasons


def _shapes(record: dict[str, Any]) -> Iterator[str]:
    yield from _shape(record, _FIELDS, "")
    for name, metric in record["metrics"].items():
        yield from _shape(metric, _METRIC_FIELDS, f"metrics.{name}.")


def _shape(
    found: dict[str, Any], fields: dict[str, type | tuple[type, ...]], where: str
) -> Iterator[str]:
    for name, kind in fields.items():
        if name not in found:
            yield f"`{where}{name}` is missing."
        elif not isinstance(found[name], kind) or (kind is int and isinstance(found[name], bool)):
            yield f"`{where}{name}` has the wrong type: {type(found[name]).__name__}."


def _intervals(entry: Entry) -> Iterator[str]:
    for name, metric in entry.record["metrics"].items():
        interval = metric["interval_95"]
        if len(interval) != 2:
            yield f"`metrics.{name}.interval_95` must be two numbers."
        elif None not in interval and interval[0] > interval[1]:
            yield f"The interval of {name} must go from low to high."
        if metric["mean"] is None and not metric["not_computed"] and metric["count"]:
            yield f"`metrics.{name}.mean` is null although {metric['count']} pairs were measured."


def _failed(entry: Entry) -> Iterator[str]:
    pairs = set(entry.rows["pair"])
    unknown = [f for f in entry.record["failures"] if _pair_of(f) not in pairs]
    if unknown:
        yield f"A failed pair is not in the rows: {unknown[0]}."


def _pair_of(failure: Any) -> str | None:
    is_whole = isinstance(failure, dict) and {"pair", "metric", "reason"} <= set(failure)
    return str(failure["pair"]) if is_whole else None
