"""Records as `bench run` makes them, of methods whose figures are drawn."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.metrics import METRICS
from bench.protocol import load_protocol
from bench.record import record_name
from bench.rows import Row, table_sha256, to_table
from bench.stats import estimate

PROTOCOL = load_protocol("self-reenactment")
NAME = f"{PROTOCOL.name}@{PROTOCOL.version}"
PAIR_METRICS = [name for name in PROTOCOL.metrics if METRICS[name].per == "pair"]


def save_drawn(
    folder: Path,
    method: str,
    *,
    shift: float = 0.0,
    seed: int = 0,
    pairs: int = 60,
    failed: Sequence[int] = (),
    seconds: float = 6.0,
    **changes: Any,
) -> Path:
    """Write a record whose figures are the same draw for each method, `shift` better.

    Args:
        failed: numbers of pairs without an output.
        changes: fields that are other than usual.
    """
    rows = _rows(shift, seed, pairs, set(failed))
    table = to_table(rows, PAIR_METRICS, PROTOCOL.metrics)
    record = {
        "schema": 2,
        "protocol": NAME,
        "fingerprint": PROTOCOL.fingerprint,
        "method": method,
        "weights_sha256": {f"{method}.safetensors": hashlib.sha256(method.encode()).hexdigest()},
        "data_seen_in_training": False,
        "data_sha256": "0" * 64,
        "is_partial": False,
        "limit": None,
        "pairs": pairs,
        "unusable": [],
        "metrics": {name: _metric(name, rows, shift) for name in PROTOCOL.metrics},
        "failures": [
            {"pair": row.pair, "metric": name, "reason": reason}
            for row in rows
            for name, reason in row.failures.items()
        ],
        "pairs_sha256": table_sha256(table),
        "seconds": seconds,
        "command": f"python -m bench run {PROTOCOL.name} --methods {method}",
        "commit": "0123456789ab",
        "device": {"cpu": "a computer", "cores": 2},
        "versions": {"python": "3.11"},
        "time": "2026-11-21T12:00:00+00:00",
        **changes,
    }
    path = folder / record["protocol"] / method / f"{record_name(record)}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record))
    table.to_parquet(path.with_suffix(".parquet"), index=False)
    return path


def change(path: Path, **changes: Any) -> None:
    """Change fields of a record that is written."""
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def _rows(shift: float, seed: int, pairs: int, failed: set[int]) -> list[Row]:
    draw = np.random.default_rng(seed)
    rows = [Row(f"p{i:03}", f"person {i // 3}") for i in range(pairs)]
    for name in PAIR_METRICS:
        base, spread = {"ssim": (0.7, 0.05), "psnr": (25.0, 2.0)}.get(name, (4.0, 1.0))
        sign = 1 if METRICS[name].is_higher_better else -1
        numbers = base + spread * draw.standard_normal(pairs) + sign * shift * spread
        for number, row in enumerate(rows):
            if number in failed:
                row.failures[name] = "No face found in `output`."
            else:
                row.values[name] = float(numbers[number])
    return rows


def _metric(name: str, rows: Sequence[Row], shift: float) -> dict[str, Any]:
    known = METRICS[name]
    if known.per == "set":
        mean, count = 10.0 + (shift if known.is_higher_better else -shift), len(rows)
        low, high, both, failures = mean - 0.5, mean + 0.5, None, 0
    else:
        kept = [row for row in rows if name in row.values]
        failures = len(rows) - len(kept)
        found = estimate([row.values[name] for row in kept], [row.group for row in kept])
        mean, low, high, count = found.mean, found.low, found.high, found.count
        worst, total = known.when_failed, mean * count
        both = None if worst is None else (total + failures * worst) / len(rows)
    return {
        "mean": mean,
        "interval_95": [low, high],
        "mean_with_failures": both,
        "count": count,
        "failures": failures,
        "unit": known.unit,
        "is_higher_better": known.is_higher_better,
        "per": known.per,
        "not_computed": None,
        "warning": None,
    }
