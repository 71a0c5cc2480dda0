"""The record of a run: what was measured, how, with what, on what machine; and the pairs beside it.

<out>/<protocol>@<version>/<method>.json    means, intervals, failures, circumstances
<out>/<protocol>@<version>/<method>.csv     one line a pair
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
from dataclasses import asdict
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import reenact
from bench.baselines import TRAINED_ON
from bench.metrics import METRICS
from bench.protocol import Protocol
from bench.stats import estimate
from reenact.errors import OutputError
from reenact.registry import method_names

if TYPE_CHECKING:
    from bench.runner import MethodRun

SCHEMA = 1
_LIBRARIES = ("numpy", "torch", "mediapipe", "opencv-contrib-python", "facenet-pytorch", "dlib-bin")


def make_record(
    protocol: Protocol, run: MethodRun, limit: int | None, data: Path | None = None
) -> dict[str, Any]:
    """Everything that must be known to read, repeat and compare a result.

    Args:
        limit: of the run.
        data: the folder that was measured on, which tells what a method saw in training.
    """
    folder = data.resolve().name if data is not None else protocol.data_folder
    return {
        "schema": SCHEMA,
        "protocol": f"{protocol.name}@{protocol.version}",
        "fingerprint": protocol.fingerprint,
        "method": run.name,
        "weights_sha256": _weights() if run.name in method_names() else {},
        "data_seen_in_training": folder in TRAINED_ON.get(run.name, ()),
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
        "seconds": round(run.seconds, 2),
        **circumstances(),
    }


def _summary(name: str, run: MethodRun) -> dict[str, Any]:
    rows = [row for row in run.rows if name in row.values]
    found = estimate([row.values[name] for row in rows], [row.group for row in rows])
    return {
        "mean": _number(found.mean),
        "interval_95": [_number(found.low), _number(found.high)],
        "count": found.count,
        "failures": sum(name in row.failures for row in run.rows),
        "unit": METRICS[name].unit,
        "is_higher_better": METRICS[name].is_higher_better,
    }


def _number(value: float) -> float | None:
    """JSON has no NaN."""
    return None if value != value else round(value, 6)


def circumstances() -> dict[str, Any]:
    """Command, commit, machine, libraries, time."""
    return {
        "command": " ".join(["python -m bench", *sys.argv[1:]]),
        "commit": _commit(),
        "device": {
            "cpu": _cpu(),
            "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
            "system": platform.platform(),
        },
        "versions": {"python": platform.python_version(), **_versions()},
        "time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
    }


def _versions() -> dict[str, str]:
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


def _commit() -> str | None:
    """The commit of the project's files, with a + where they differ from it."""
    folder = Path(__file__).resolve().parent
    try:
        run = ["git", "-C", str(folder), "describe", "--always", "--dirty=+", "--abbrev=12"]
        done = subprocess.run(run, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _weights() -> dict[str, str]:
    """Hashes of the embedded weights."""
    folder = Path(reenact.__file__).parent / "weights"
    files = sorted(folder.glob("*.safetensors"))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def save_record(record: dict[str, Any], run: MethodRun, out: Path) -> Path:
    """Write the record and its pairs; where the record is.

    Raises:
        OutputError: the folder cannot be written.
    """
    import pandas

    folder = out / record["protocol"]
    path = folder / f"{run.name}.json"
    table = [{"pair": row.pair, "group": row.group, **row.values} for row in run.rows]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
        pandas.DataFrame(table).to_csv(path.with_suffix(".csv"), index=False)
    except OSError as error:
        raise OutputError(f"Folder '{folder}' cannot be written: {error.strerror}.") from error
    return path
