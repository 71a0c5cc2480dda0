"""Twenty visitors at once for two minutes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
def test_twenty_visitors_for_two_minutes_break_nothing_and_leave_nothing():
    command = [sys.executable, "-m", "demo.load", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    report = json.loads(done.stdout)
    assert all(report["bars"].values()), report
    assert report["counts"]["picture"] >= 20
