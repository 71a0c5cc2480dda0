"""What is wrong with a record: `check_record(path)`, an empty list where nothing is."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.metrics import METRICS
from bench.protocol import find_protocol
from bench.rows import COLUMNS, table_sha256
from reenact.errors import UnknownNameError

if TYPE_CHECKING:
    import pandas

MOST_BYTES = 20_000_000
_TOLERANCE = 1e-5
_FIELDS = (
    *("schema", "protocol", "fingerprint", "method", "weights_sha256", "data_seen_in_training"),
    *("is_partial", "limit", "pairs", "unusable", "metrics", "failures", "pairs_sha256"),
    *("seconds", "command", "commit", "device", "versions", "time"),
)
_METRIC_FIELDS = (
    *("mean", "interval_95", "mean_with_failures", "count", "failures", "unit"),
    *("is_higher_better", "per", "not_computed", "warning"),
)


def check_record(path: Path) -> list[str]:
    """Everything that is wrong with one record, a line each.

    Checked: whole JSON without NaN, schema, fingerprint, the form of weights hashes, the path, the
    rows beside it (there, whole, their hash, the means that they give).

    Args:
        path: <protocol>@<version>/<method>/<hash>.json.
    """
    try:
        record = _read(path)
    except ValueError as error:
        return [f"{path.name}: {error}"]
    missing = [name for name in _FIELDS if name not in record]
    if record.get("schema") != 2:
        return [f"{path.name}: `schema` must be 2, got {record.get('schema')}. Run it anew."]
    if missing:
        return [f"{path.name}: {', '.join(missing)} must be there."]
    try:
        problems = [*_header(path, record), *_metrics(record), *_rows(path, record)]
    except (TypeError, AttributeError, KeyError, ValueError) as error:
        problems = [f"a field has the wrong type ({error})."]
    return [f"{path.name}: {problem}" for problem in problems]


def _read(path: Path) -> dict[str, Any]:
    def refuse(name: str) -> None:
        raise ValueError(f"numbers must be finite or null, got {name}.")

    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError("a record must be under 20 MB.")
        found = json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError("the record must be whole JSON, it cannot be read.") from error
    if not isinstance(found, dict):
        raise ValueError("the record must be a JSON object.")
    return found


def _header(path: Path, record: dict[str, Any]) -> Iterator[str]:
    from bench.record import record_name

    name = record["protocol"]
    try:
        protocol = find_protocol(name)
    except UnknownNameError as error:
        yield str(error)
    else:
        if record["fingerprint"] != protocol.fingerprint:
            yield (
                f"`fingerprint` must be {protocol.fingerprint} for {name}, got "
                f"{record['fingerprint']}: it was measured by other rules."
            )
        missing = [metric for metric in protocol.metrics if metric not in record["metrics"]]
        if missing:
            yield f"metrics of {name} are missing: {', '.join(missing)}."
    for file, digest in record["weights_sha256"].items():
        if not re.fullmatch(r"[0-9a-f]{64}", str(digest)):
            yield f"`weights_sha256` of {file} must be 64 hexadecimal digits, got '{digest}'."
    if record["is_partial"] != (record["limit"] is not None):
        yield "`is_partial` must be true where `limit` is given, and only there."
    wanted = (name, record["method"], f"{record_name(record)}.json")
    if path.resolve().parts[-3:] != wanted:
        yield f"the path must end in {'/'.join(wanted)}, as the content says."


def _metrics(record: dict[str, Any]) -> Iterator[str]:
    for name, metric in record["metrics"].items():
        missing = [field for field in _METRIC_FIELDS if field not in metric]
        if missing:
            yield f"metrics.{name} must have {', '.join(missing)}."
            continue
        numbers = [metric["mean"], *metric["interval_95"], metric["mean_with_failures"]]
        if not all(number is None or math.isfinite(number) for number in numbers):
            yield f"metrics.{name} must hold finite numbers or null."
        if name in METRICS and METRICS[name].is_higher_better != metric["is_higher_better"]:
            yield f"metrics.{name} has the wrong direction."
        if metric["not_computed"] and metric["mean"] is not None:
            yield f"metrics.{name} has a mean although it was not computed."


def _rows(path: Path, record: dict[str, Any]) -> Iterator[str]:
    import pandas

    file = path.with_suffix(".parquet")
    if not file.is_file():
        yield f"the rows must lie beside it, {file.name} is missing."
        return
    try:
        table = pandas.read_parquet(file)
    except Exception:  # pyarrow has a kind of its own for each way to be broken
        yield f"the rows must be whole, {file.name} is cut off or no parquet file."
        return
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        yield f"the rows must have the columns {', '.join(missing)}."
        return
    if table_sha256(table) != record["pairs_sha256"]:
        yield "the rows must be those of the record, their hash is not `pairs_sha256`."
    if len(table) != record["pairs"] or table["pair"].duplicated().any():
        yield f"the rows must be {record['pairs']} different pairs, got {len(table)}."
    yield from _means(record, table)


def _means(record: dict[str, Any], table: pandas.DataFrame) -> Iterator[str]:
    for name, metric in record["metrics"].items():
        if metric["per"] != "pair" or metric["not_computed"]:
            continue
        if name not in table:
            yield f"the rows must have the column {name}."
            continue
        values = table[name].dropna()
        if len(values) != metric["count"]:
            yield f"the rows have {len(values)} values of {name}, the record {metric['count']}."
        elif len(values) and abs(values.mean() - metric["mean"]) > _TOLERANCE * max(
            1.0, abs(values.mean())
        ):
            yield f"the rows' mean of {name} is {values.mean():.6g}, not {metric['mean']:.6g}."
