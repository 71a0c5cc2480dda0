"""Records as `bench run` makes them, of methods whose figures are drawn."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas

from bench.metrics import METRICS
from bench.protocol import load_protocol
from bench.stats import estimate

PROTOCOL = "self-reenactment"


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
    protocol = load_protocol(PROTOCOL)
    rows = _rows(protocol.metrics, shift, seed, pairs, failed)
    failures = [
        {"pair": rows["pair"][i], "metric": name, "reason": "No face found in `output`."}
        for i in failed
        for name in protocol.metrics
    ]
    record = {
        "schema": 2,
        "protocol": f"{protocol.name}@{protocol.version}",
        "fingerprint": protocol.fingerprint,
        "method": method,
        "weights_sha256": {f"{method}.safetensors": hashlib.sha256(method.encode()).hexdigest()},
        "data_seen_in_training": False,
        "is_partial": False,
        "limit": None,
        "pairs": pairs,
        "unusable": [],
        "metrics": {name: _metric(name, rows, len(failed)) for name in protocol.metrics},
        "failures": failures,
        "pairs_sha256": "0" * 64,
        "seconds": seconds,
        "command": f"python -m bench run {PROTOCOL} --methods {method}",
        "commit": "0123456789ab",
        "device": {"cpu": "a computer", "cores": 2},
        "versions": {"python": "3.11"},
        "time": "2026-11-21T12:00:00+00:00",
        **changes,
    }
    digest = hashlib.sha256(json.dumps(record).encode()).hexdigest()[:12]
    path = folder / record["protocol"] / method / f"{digest}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record))
    rows.to_parquet(path.with_suffix(".parquet"))
    return path


def change(path: Path, **changes: Any) -> None:
    """Change fields of a record that is written."""
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def _rows(
    metrics: Sequence[str], shift: float, seed: int, pairs: int, failed: Sequence[int]
) -> pandas.DataFrame:
    draw = np.random.default_rng(seed)
    table: dict[str, Any] = {
        "pair": [f"p{i}" for i in range(pairs)],
        "group": [f"person {i // 3}" for i in range(pairs)],
    }
    for name in metrics:
        base, spread = {"ssim": (0.7, 0.05), "psnr": (25.0, 2.0)}.get(name, (4.0, 1.0))
        sign = 1 if METRICS[name].is_higher_better else -1
        values = base + spread * draw.standard_normal(pairs) + sign * shift * spread
        values[list(failed)] = np.nan
        table[name] = values
    return pandas.DataFrame(table)


def _metric(name: str, rows: pandas.DataFrame, failures: int) -> dict[str, Any]:
    known = METRICS[name]
    kept = rows.dropna(subset=[name])
    found = estimate(list(kept[name]), list(kept["group"]))
    worst = known.when_failed
    both = None if worst is None else (kept[name].sum() + failures * worst) / len(rows)
    return {
        "mean": found.mean,
        "interval_95": [found.low, found.high],
        "mean_with_failures": both,
        "count": found.count,
        "failures": failures,
        "unit": known.unit,
        "is_higher_better": known.is_higher_better,
        "per": known.per,
        "not_computed": None,
        "warning": None,
    }
