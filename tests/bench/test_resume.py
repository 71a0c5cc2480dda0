"""Nothing changes with the batch, the order, the processes, kept outputs, or a kill between."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.processes import Processes
from bench.protocol import load_protocol
from bench.record import make_record
from bench.runner import Settings, finish, run
from reenact.errors import InputError
from reenact.images import save_picture
from tests.bench.small import PROTOCOL, Tinted, make_pairs, stub

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(".")


@pytest.fixture
def found(portrait, portrait_face):
    return make_pairs(portrait, portrait_face)


def figures(done):
    """All of a record that may not change."""
    record = make_record(PROTOCOL, done, None)
    kept = ("pairs_sha256", "data_sha256", "metrics", "failures", "unusable", "pairs")
    return {name: record[name] for name in kept}


def go(monkeypatch, found, method=None, **settings):
    monkeypatch.setattr("bench.runner.pairs", stub(found))
    (done,) = run(PROTOCOL, [method or Tinted()], HERE, settings=Settings(**settings))
    return done


def test_batch_order_and_kept_outputs_change_nothing(monkeypatch, found, tmp_path):
    whole = figures(go(monkeypatch, found))
    assert whole["pairs"] == 9 and len(whole["unusable"]) == 1
    assert whole["metrics"]["ssim"]["count"] == 9
    assert figures(go(monkeypatch, found, batch=1)) == whole
    assert figures(go(monkeypatch, random.Random(3).sample(found, 10), batch=4)) == whole
    first = go(monkeypatch, found, cache=tmp_path)
    finish([first])
    again = Tinted()
    second = go(monkeypatch, found, again, cache=tmp_path)
    assert again.made == 0 and second.resumed == 0
    assert figures(first) == figures(second) == whole
    assert second.seconds == pytest.approx(first.seconds, abs=1e-5)
    fresh = Tinted()
    assert figures(go(monkeypatch, found, fresh, cache=tmp_path, is_fresh=True)) == whole
    assert fresh.made == 9


def test_a_stopped_run_goes_on_at_the_pair(monkeypatch, found, tmp_path):
    whole = figures(go(monkeypatch, found))
    stopped = iter(found)

    def until_the_fifth():
        for number, pair in enumerate(stopped):
            if number == 5:
                raise KeyboardInterrupt
            yield pair

    with pytest.raises(KeyboardInterrupt):
        go(monkeypatch, until_the_fifth(), cache=tmp_path, batch=1)
    method = Tinted()
    done = go(monkeypatch, found, method, cache=tmp_path)
    assert (done.resumed, method.made) == (5, 4)
    assert figures(done) == whole


def test_a_line_that_a_kill_cut_off_is_measured_again(monkeypatch, found, tmp_path):
    first = go(monkeypatch, found, cache=tmp_path)
    (journal,) = (tmp_path / "rows").glob("*/*.jsonl")
    journal.write_text(journal.read_text()[:-40])
    second = go(monkeypatch, found, cache=tmp_path)
    assert second.resumed == 8
    assert figures(second) == figures(first)


def test_changed_data_are_not_taken_for_the_old_ones(monkeypatch, found, portrait_face, tmp_path):
    go(monkeypatch, found, cache=tmp_path)
    darker = make_pairs(found[0].source // 2, portrait_face)
    method = Tinted()
    done = go(monkeypatch, darker, method, cache=tmp_path)
    assert (done.resumed, method.made) == (0, 9)


def test_failures_are_kept_like_figures(monkeypatch, found, tmp_path):
    first = go(monkeypatch, found, Tinted(fails=(2, 5)), cache=tmp_path)
    assert [row.pair for row in first.rows if row.failures] == ["p1", "p4"]
    second = go(monkeypatch, found, Tinted(), cache=tmp_path)
    assert second.resumed == 9 and figures(second) == figures(first)
    metric = figures(first)["metrics"]["ssim"]
    assert (metric["count"], metric["failures"]) == (7, 2)
    assert metric["mean_with_failures"] == pytest.approx(metric["mean"] * 7 / 9, abs=1e-6)


def test_pairs_of_one_name_are_refused(monkeypatch, found):
    with pytest.raises(InputError, match="'p0' is there twice"):
        go(monkeypatch, [*found, found[0]])


def test_parts_of_two_processes_are_the_whole(monkeypatch, found):
    """Each part is made alone; `gather` then gives both, as it does between processes."""
    whole = figures(go(monkeypatch, found))
    parts = [go(monkeypatch, found, processes=Alone(rank, 2)) for rank in (0, 1)]
    assert [len(part.rows) for part in parts] == [5, 4]
    both = parts[0]
    both.rows = sorted(parts[0].rows + parts[1].rows, key=lambda row: row.pair)
    both.unusable += parts[1].unusable
    assert figures(both) == whole


class Alone(Processes):
    """A process whose others have nothing to give."""

    def gather(self, mine):
        return [mine]


@pytest.fixture(scope="module")
def folder(portrait, tmp_path_factory):
    """Six "people": the portrait, shifted."""
    folder = tmp_path_factory.mktemp("people")
    for kind in ("neutral", "smiling"):
        (folder / kind).mkdir()
        for number in range(6):
            save_picture(portrait[number : number + 280, :296], folder / kind / f"{number}.png")
    return folder


def command(folder, tmp_path, name):
    out, cache = tmp_path / f"out-{name}", tmp_path / f"cache-{name}"
    rest = ["--methods", "copy,warp", "--data", str(folder), "--batch", "1"]
    return [
        *("-m", "bench", "run", "expression-synthesis@1", *rest),
        *("--out", str(out), "--cache", str(cache)),
    ]


def records(tmp_path, name):
    found = {}
    for path in sorted((tmp_path / f"out-{name}").rglob("*.json")):
        record = json.loads(path.read_text())
        for changing in ("command", "time", "seconds", "commit"):
            record.pop(changing)
        found[path.relative_to(tmp_path / f"out-{name}")] = record
    return found


@pytest.mark.slow
def test_killed_runs_and_two_processes_give_the_same_record(folder, tmp_path):
    environment = os.environ | {"ACCELERATE_USE_CPU": "true"}
    how = {"cwd": ROOT, "env": environment}
    whole = [sys.executable, *command(folder, tmp_path, "whole")]
    subprocess.run(whole, check=True, capture_output=True, **how)
    killed = [sys.executable, *command(folder, tmp_path, "killed")]
    with subprocess.Popen(killed, stdout=subprocess.DEVNULL, **how) as child:
        rows, end = tmp_path / "cache-killed" / "rows", time.monotonic() + 400
        while sum(len(p.read_text().splitlines()) for p in rows.rglob("*.jsonl")) < 3:
            assert child.poll() is None and time.monotonic() < end
            time.sleep(0.005)
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    assert not (tmp_path / "out-killed").exists()
    done = subprocess.run(killed, check=True, capture_output=True, text=True, **how)
    assert "taken from a run that was stopped" in done.stdout
    launch = [sys.executable, "-m", "accelerate.commands.launch", "--multi_gpu"]
    launch += ["--num_processes", "2", "--num_machines", "1", "--mixed_precision", "no"]
    launch += ["--dynamo_backend", "no", "--main_process_port", "0"]
    subprocess.run(
        [*launch, *command(folder, tmp_path, "two")], check=True, capture_output=True, **how
    )
    assert records(tmp_path, "whole") == records(tmp_path, "killed") == records(tmp_path, "two")
    assert len(records(tmp_path, "two")) == 2


def test_protocols_of_older_versions_can_still_be_run():
    assert load_protocol("self-reenactment@1").version == 1
    assert load_protocol("self-reenactment").version == 2
