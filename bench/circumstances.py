"""The circumstances of a measurement: command, commit, machine, libraries, time."""

from __future__ import annotations

import os
import platform
import shlex
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any


def circumstances() -> dict[str, Any]:
    """Command, commit, machine, libraries, time."""
    from bench.fingerprints import versions

    return {
        "command": " ".join(["python -m bench", *map(shlex.quote, sys.argv[1:])]),
        "commit": _commit(),
        "device": {
            "cpu": _cpu(),
            "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
            "system": platform.platform(),
        },
        "versions": {"python": platform.python_version(), **versions()},
        "time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
    }


def _commit() -> str | None:
    """The commit of the project's files, with a + where they differ from it."""
    folder = Path(__file__).resolve().parent
    try:
        run = ["git", "-C", str(folder), "describe", "--always", "--dirty=+", "--abbrev=12"]
        done = subprocess.run(run, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
