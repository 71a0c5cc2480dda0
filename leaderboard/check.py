"""Accepts or refuses records, with every reason: what `leaderboard check` says of a submission."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.metrics import METRICS
from bench.protocol import load_protocol, protocol_names
from leaderboard.store import Entry, read_record, record_paths
from reenact.errors import InputError

SCHEMA = 2
MEAN_TOLERANCE = 1e-5
"""A record's mean and that of its rows may differ by this share, from rounding."""

_NUMBER = (int, float)
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
    "interval_95": (list, type(None)),
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
    """The record, where it can be read, and why it is refused."""
    try:
        record = read_record(path)
    except InputError as error:
        return None, [str(error)]
    if record.get("schema") != SCHEMA:
        got = record.get("schema", "none")
        return None, [f"`schema` must be {SCHEMA}, got {got}: run the protocol anew."]
    reasons = list(_shape(record, _FIELDS, ""))
    if reasons:
        return None, reasons
    for name, metric in record["metrics"].items():
        if isinstance(metric, dict):
            reasons += _shape(metric, _METRIC_FIELDS, f"metrics.{name}.")
        else:
            reasons.append(f"`metrics.{name}` must be an object.")
    if reasons:
        return None, reasons
    entry = Entry(record, path)
    for check in (_place, _protocol, _weights, _figures, _rows):
        reasons += check(entry, folder)
    return entry, reasons


def _shape(
    found: dict[str, Any], fields: dict[str, type | tuple[type, ...]], where: str
) -> Iterator[str]:
    for name, kind in fields.items():
        if name not in found:
            yield f"`{where}{name}` is missing."
        elif not isinstance(found[name], kind) or (kind is int and isinstance(found[name], bool)):
            yield f"`{where}{name}` has the wrong type: {type(found[name]).__name__}."


def _place(entry: Entry, folder: Path) -> Iterator[str]:
    """<protocol>@<version>/<method>/<12 hexadecimal digits>.json, as the content says."""
    parts = entry.path.relative_to(folder).parts
    wanted = (entry.protocol, entry.method)
    if parts[-3:-1] != wanted:
        yield f"The record must lie in {'/'.join(wanted)}/, got {'/'.join(parts[:-1]) or '.'}/."
    if not re.fullmatch(r"[0-9a-f]{12}", entry.path.stem):
        yield f"The file's name must be 12 hexadecimal digits, got '{entry.path.stem}'."


def _protocol(entry: Entry, folder: Path) -> Iterator[str]:
    name, _, version = entry.protocol.partition("@")
    if name not in protocol_names():
        yield f"Protocol '{name}' is unknown. Available: {', '.join(protocol_names())}."
        return
    protocol = load_protocol(name)
    if version != str(protocol.version):
        return  # an older version: shown on a board of its own, as its fingerprint differs
    if entry.record["fingerprint"] != protocol.fingerprint:
        yield (
            f"`fingerprint` must be {protocol.fingerprint} for {entry.protocol}, got "
            f"{entry.record['fingerprint']}: it was measured by other rules."
        )
    missing = [metric for metric in protocol.metrics if metric not in entry.record["metrics"]]
    if missing:
        yield f"Metrics of the protocol are missing: {', '.join(missing)}."


def _weights(entry: Entry, folder: Path) -> Iterator[str]:
    for name, digest in entry.record["weights_sha256"].items():
        if not isinstance(digest, str) or not re.fullmatch(r"[0-9a-f]{64}", digest):
            yield f"`weights_sha256` of {name} must be 64 hexadecimal digits."


def _figures(entry: Entry, folder: Path) -> Iterator[str]:
    for name, metric in entry.record["metrics"].items():
        interval = metric["interval_95"] or [None, None]
        if len(interval) != 2:
            yield f"`metrics.{name}.interval_95` must be two numbers."
            continue
        numbers = [n for n in (metric["mean"], *interval) if n is not None]
        if not all(isinstance(n, _NUMBER) and math.isfinite(n) for n in numbers):
            yield f"`metrics.{name}` must hold finite numbers."
        elif len(numbers) == 3 and not interval[0] <= interval[1]:
            yield f"The interval of {name} must go from low to high."
        if metric["mean"] is None and not metric["not_computed"] and metric["count"]:
            yield f"`metrics.{name}.mean` is null although {metric['count']} pairs were measured."
        known = METRICS.get(name)
        if known and known.is_higher_better != metric["is_higher_better"]:
            yield f"`metrics.{name}.is_higher_better` is not this metric's direction."


def _rows(entry: Entry, folder: Path) -> Iterator[str]:
    """The rows are there, whole, and give the record's own means."""
    try:
        rows = entry.rows
    except InputError as error:
        yield str(error)
        return
    record = entry.record
    missing = [name for name in ("pair", "group") if name not in rows]
    if missing:
        yield f"The rows have no column {' and '.join(missing)}."
        return
    if len(rows) != record["pairs"]:
        yield f"The rows must be {record['pairs']} pairs, got {len(rows)}."
    if rows["pair"].duplicated().any():
        yield "A pair is in the rows twice."
    for name, metric in record["metrics"].items():
        if name not in rows or metric["mean"] is None:
            continue
        values = rows[name].dropna()
        if len(values) != metric["count"]:
            got, said = len(values), metric["count"]
            yield f"The rows have {got} values of {name}, the record says {said}."
        elif _per(metric, name) == "pair" and not _is_near(float(values.mean()), metric["mean"]):
            yield f"The rows' mean of {name} is {values.mean():.6g}, not {metric['mean']:.6g}."
    failed = {failure.get("pair") for failure in record["failures"]} - set(rows["pair"])
    if failed:
        yield f"A failed pair is not in the rows: {sorted(map(str, failed))[0]}."


def _per(metric: dict[str, Any], name: str) -> str:
    return metric.get("per") or (METRICS[name].per if name in METRICS else "pair")


def _is_near(first: float, second: float) -> bool:
    return abs(first - second) <= MEAN_TOLERANCE * max(1.0, abs(second))
