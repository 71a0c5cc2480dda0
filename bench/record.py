"""The record of a run: what was measured, how, with what, on what machine; and the pairs beside it.

<out>/<protocol>@<version>/<method>/<hash>.json       means, intervals, failures, circumstances
<out>/<protocol>@<version>/<method>/<hash>.parquet    one row a pair

The hash is of what was measured and what came out; a run that gives the same figures again has the
same name. `bench.record_check` tells what is wrong with a record.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.baselines import TRAINED_ON
from bench.circumstances import circumstances
from bench.measure import mean_with_failures, reduce
from bench.metrics import METRICS
from bench.protocol import Protocol
from bench.record_check import check_record
from bench.rows import Row, table_sha256, to_table
from bench.stats import estimate
from reenact.errors import InputError, OutputError
from reenact.files import atomic_path

if TYPE_CHECKING:
    import pandas

    from bench.runner import MethodRun

__all__ = ["SCHEMA", "check_record", "circumstances", "make_record", "record_name", "save_record"]

SCHEMA = 2
RESULTS = Path("leaderboard") / "results"
"""Where records go, where nothing else is said."""


def make_record(
    protocol: Protocol, run: MethodRun, limit: int | None, data: Path | None = None
) -> dict[str, Any]:
    """Everything that must be known to read, repeat and compare a result.

    Args:
        limit: of the run.
        data: the folder that was measured on, which tells what a method saw in training.
    """
    pictures = sorted((row.pair, row.content) for row in run.rows)
    return {
        "schema": SCHEMA,
        "protocol": f"{protocol.name}@{protocol.version}",
        "fingerprint": protocol.fingerprint,
        "method": run.name,
        "weights_sha256": run.weights,
        "data_seen_in_training": bool(_folders(protocol, data) & set(TRAINED_ON.get(run.name, ()))),
        "data_sha256": hashlib.sha256(json.dumps(pictures).encode()).hexdigest(),
        "is_partial": limit is not None,
        "limit": limit,
        "pairs": len(run.rows),
        "unusable": [asdict(pair) for pair in run.unusable],
        "metrics": {name: _summary(name, run) for name in protocol.metrics},
        "failures": [
            {"pair": row.pair, "metric": metric, "reason": reason}
            for row in run.rows
            for metric, reason in row.failures.items()
        ],
        "pairs_sha256": table_sha256(_table(run.rows, protocol.metrics)),
        "seconds": round(run.seconds, 2),
        "measured_with": run.measured_with,
        **circumstances(),
    }


def _folders(protocol: Protocol, data: Path | None) -> set[str]:
    """Names of the data: of the folder, of those in it that the protocol reads, of their origin."""
    names = {data.resolve().name if data is not None else protocol.data_folder}
    for value in protocol.settings.values():
        words = {value} if isinstance(value, str) else set(value) if _is_words(value) else set()
        names |= {word for word in words if data is not None and (data / word).is_dir()}
    return names | set(protocol.settings.get("origin", ()))


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _summary(name: str, run: MethodRun) -> dict[str, Any]:
    """One metric: its number, interval, failures, and how it is read."""
    known = METRICS[name]
    failures = sum(name in row.failures for row in run.rows)
    mean = low = high = float("nan")
    count, warning, more = 0, "", {}
    if name not in run.absent:
        if known.per == "set":
            rows = [row for row in run.rows if name in row.features]
            found = reduce(name, _stacked(name, rows), rows)
            mean, low, high = found["value"], found["low"], found["high"]
            count, warning, more = found["count"], found["warning"], found["extras"]
        else:
            rows = [row for row in run.rows if name in row.values]
            got = estimate([row.values[name] for row in rows], [row.group for row in rows])
            mean, low, high, count = got.mean, got.low, got.high, got.count
    both = mean_with_failures(name, mean, count, failures)
    return {
        "mean": _number(mean),
        "interval_95": [_number(low), _number(high)],
        "mean_with_failures": None if both is None else _number(both),
        "count": count,
        "failures": failures,
        "unit": known.unit,
        "is_higher_better": known.is_higher_better,
        "per": known.per,
        "not_computed": run.absent.get(name),
        "warning": warning or None,
        "extras": {key: _number(float(value)) for key, value in more.items()},
    }


def _stacked(name: str, rows: list[Row]):
    import numpy as np

    if not rows:
        return np.zeros((0, 1), np.float32)
    return np.stack([row.features[name] for row in rows])


def _number(value: float) -> float | None:
    """JSON has no NaN."""
    return None if value != value else round(value, 6)


def _table(rows: Iterable[Row], metrics: Iterable[str]) -> pandas.DataFrame:
    names = list(metrics)
    return to_table(list(rows), [name for name in names if METRICS[name].per == "pair"], names)


def record_name(record: dict[str, Any]) -> str:
    """12 hexadecimal digits: what was measured, and what came out."""
    fields = ("protocol", "fingerprint", "method", "weights_sha256", "data_sha256", "limit")
    named = {name: record.get(name) for name in (*fields, "pairs_sha256")}
    return hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()[:12]


def save_record(record: dict[str, Any], run: MethodRun, out: Path) -> Path:
    """Write the record and its pairs, whole or not at all; where the record is.

    Raises:
        InputError: records of other rules are there already.
        OutputError: the folder cannot be written.
    """
    folder = out / record["protocol"] / record["method"]
    _refuse_mixed(record, folder.parent)
    path = folder / f"{record_name(record)}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"Folder '{folder}' cannot be written: {error.strerror}.") from error
    with atomic_path(path.with_suffix(".parquet")) as unfinished:
        _table(run.rows, record["metrics"]).to_parquet(unfinished, index=False)
    with atomic_path(path) as unfinished:
        text = json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        unfinished.write_text(text, encoding="utf-8")
    return path


def _refuse_mixed(record: dict[str, Any], folder: Path) -> None:
    """Records of one protocol and version must all have been measured by the same rules."""
    for path in sorted(folder.glob("*/*.json")):
        try:
            other = json.loads(path.read_text(encoding="utf-8")).get("fingerprint")
        except (OSError, ValueError, AttributeError):
            continue  # `leaderboard check` says what is wrong with it
        if other != record["fingerprint"]:
            raise InputError(
                f"Records of {record['protocol']} must have one fingerprint, {path} has {other} "
                f"and this run {record['fingerprint']}. Use another `--out`, or delete it."
            )
