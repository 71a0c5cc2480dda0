"""Runs end, resume exactly, survive kills, full disks and NaN, and split over processes."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch.autograd import Function

from reenact.data.pairs import Pairs, held_out_pairs
from reenact.errors import InputError, OutputError
from reenact.images import load_picture
from reenact.training import run_folder
from reenact.training.loop import DivergedError
from reenact.training.run_folder import RunFolder, open_run
from reenact.training.start import train
from tests.packs import make_pack
from tests.tiny_training import Tiny, recipe

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = [sys.executable, "-m", "tests.tiny_training"]
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def run(root, *, noise=True, resume=False, bad_step=-1, **values) -> Path:
    """Train the tiny network; the run's folder."""
    wanted = recipe(**values)
    made = train(
        wanted, root, resume=resume, prepare=lambda _: Tiny(noise=noise, bad_step=bad_step)
    )
    return made.parent


def losses(folder: Path) -> list[tuple]:
    entries = RunFolder(folder).read_log()
    return [(entry["step"], entry["l1"], entry["g"], entry["d"]) for entry in entries]


def same_weights(first: Path, second: Path) -> bool:
    one, two = (load_file(folder / "weights.safetensors") for folder in (first, second))
    return all(torch.equal(one[name], two[name]) for name in one)


def test_a_run_learns_and_leaves_weights_sheet_log_curves_and_record(tmp_path):
    folder = run(tmp_path, steps=60, sheet_every=30, noise=False, average=0.9)
    assert folder.name == "0001-warp"
    log = losses(folder)
    assert [row[0] for row in log] == list(range(1, 61))
    assert log[-1][1] < 0.7 * log[0][1]
    assert {p.name for p in (folder / "sheets").iterdir()} == {"000030.jpg", "000060.jpg"}
    assert list((folder / "curves").iterdir())
    record = json.loads((folder / "weights.json").read_text())
    assert record["steps"] == 60 and record["pairs"] == 240 and len(record["weights_sha256"]) == 64
    assert json.loads((folder / "options.json").read_text())["batch_size"] == 4
    assert run(tmp_path, steps=1).name == "0002-warp"


def test_a_finished_run_can_be_made_longer(tmp_path):
    whole = run(tmp_path / "whole", steps=14)
    part = run(tmp_path / "part", steps=7)
    with (part / "log.jsonl").open("a") as log:
        log.write('{"step": 8, "l1": 0.5, "g"')  # cut off by a kill
    again = run(tmp_path / "part", steps=14, resume=True)
    assert again == part
    assert [row[0] for row in losses(part)] == list(range(1, 15))
    # The rate falls towards the end of the run, which the first part took to be step 7.
    assert losses(part)[:4] == losses(whole)[:4]


def test_a_killed_run_resumes_exactly(tmp_path):
    whole = run(tmp_path / "whole", steps=30)
    command = [*PROGRAM, str(tmp_path / "killed"), "30", "--noise"]
    child = subprocess.Popen([*command, "--slow", "0.05"], cwd=ROOT, env=ENVIRONMENT)
    log = tmp_path / "killed" / "0001-warp" / "log.jsonl"
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and (not log.exists() or log.read_text().count("\n") < 13):
        time.sleep(0.02)
    os.kill(child.pid, signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    assert not (log.parent / "weights.safetensors").exists()
    done = subprocess.run([*command, "--resume"], cwd=ROOT, env=ENVIRONMENT, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert losses(log.parent) == losses(whole)
    assert same_weights(log.parent, whole)


@pytest.mark.slow
def test_two_processes_are_one_with_twice_the_batch(tmp_path):
    # `--multi_gpu` starts several processes; ACCELERATE_USE_CPU puts them on the CPU.
    launch = [sys.executable, "-m", "accelerate.commands.launch", "--multi_gpu"]
    launch += ["--num_processes", "2", "--num_machines", "1", "--mixed_precision", "no"]
    launch += ["--dynamo_backend", "no", "--main_process_port", "0"]
    launch += ["-m", "tests.tiny_training", str(tmp_path / "two"), "12", "--batch", "4"]
    environment = ENVIRONMENT | {"ACCELERATE_USE_CPU": "true"}
    done = subprocess.run(launch, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    one = run(tmp_path / "one", steps=12, batch_size=8, noise=False)
    two = tmp_path / "two" / "0001-warp"
    assert json.loads((two / "weights.json").read_text())["processes"] == 2
    for here, there in zip(losses(one), losses(two), strict=True):
        assert here == pytest.approx(there, rel=1e-4)
    first, second = (load_file(f / "weights.safetensors") for f in (one, two))
    for name in first:
        assert torch.allclose(first[name], second[name], atol=1e-5)


def test_minutes_end_a_run_with_finished_weights(tmp_path):
    start = time.monotonic()
    folder = run(tmp_path, minutes=0.02)
    assert time.monotonic() - start < 30
    assert (folder / "weights.safetensors").is_file() and len(losses(folder)) > 2


def full_disk(monkeypatch, when) -> None:
    """Writing fails where `when()` says so."""
    write = run_folder.write_synced

    def failing(path, data):
        if when():
            path.write_bytes(bytes(data)[:100])
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, data)

    monkeypatch.setattr(run_folder, "write_synced", failing)


def test_a_full_disk_keeps_the_old_checkpoint_and_the_run_goes_on(tmp_path, monkeypatch, caplog):
    count = iter(range(100))
    full_disk(monkeypatch, lambda: next(count) == 1)  # the second checkpoint of three
    folder = run(tmp_path, steps=12)
    assert RunFolder(folder).load_checkpoint()["step"] == 12
    assert "No space left" in caplog.text and "(step 5) is kept" in caplog.text
    assert not list(folder.glob(".reenact-*"))


def test_a_disk_too_full_for_checkpoints_keeps_the_old_one_and_the_finished_weights(
    tmp_path, monkeypatch
):
    count = iter(range(100))
    full_disk(monkeypatch, lambda: next(count) > 0)
    with pytest.raises(OutputError, match="No space left"):
        run(tmp_path, steps=12)
    folder = open_run(tmp_path)
    assert folder.load_checkpoint()["step"] == 5
    assert json.loads(folder.weights.with_suffix(".json").read_text())["steps"] == 12


def test_a_full_disk_stops_no_run_for_its_log_or_samples(tmp_path, monkeypatch, caplog):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(RunFolder, "append_log", full)
    monkeypatch.setattr(RunFolder, "save_sheet", full)
    folder = run(tmp_path, steps=3)
    assert (folder / "weights.safetensors").is_file()
    assert "No space left" in caplog.text and "goes on" in caplog.text


def test_pairs_of_a_pack_train_a_network(tmp_path, portrait, portrait_face):
    pack = make_pack(tmp_path / "p.pack", portrait, portrait_face)

    def prepare(_):
        tiny = Tiny()
        tiny.data, tiny.sheet_data = Pairs(pack), held_out_pairs(pack)
        tiny.frozen = [torch.nn.Linear(2, 2)]
        return tiny

    weights = train(recipe(steps=4, workers=1), tmp_path, prepare=prepare)
    assert weights.is_file()
    sheet = load_picture(weights.parent / "sheets" / "000004.jpg")
    assert sheet.shape == (2 * 64, 2 * 64, 3)


def test_nan_stops_with_the_last_good_checkpoint_and_one_line(tmp_path):
    with pytest.raises(DivergedError) as caught:
        run(tmp_path, steps=20, bad_step=8)
    message = str(caught.value)
    assert "step 8: loss l1 became nan" in message and "(step 5)" in message
    assert "\n" not in message
    state = open_run(tmp_path).load_checkpoint()
    assert state["step"] == 5
    assert all(torch.isfinite(v).all() for v in state["networks"]["generator"].values())
    assert not open_run(tmp_path).weights.exists()


def test_nan_stops_before_gradients_are_taken_of_it(tmp_path):
    class Crash(Function):  # as torch's `grid_sample`, which crashes on gradients of a NaN grid
        @staticmethod
        def forward(ctx, value):
            return value * float("nan")

        @staticmethod
        def backward(ctx, gradient):
            raise AssertionError("the process would be gone")

    class Broken(Tiny):
        def losses(self, batch, phase):
            return {name: Crash.apply(loss) for name, loss in super().losses(batch, phase).items()}

    with pytest.raises(DivergedError, match=r"at step 1: loss .* became nan\. No checkpoint was"):
        train(recipe(steps=4), tmp_path, prepare=lambda _: Broken())


def test_stopping_by_hand_keeps_what_was_learned(tmp_path):
    def stop(done, _):
        if done == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(recipe(steps=20), tmp_path, prepare=lambda _: Tiny(noise=True), progress=stop)
    assert open_run(tmp_path).load_checkpoint()["step"] == 7
    run(tmp_path, steps=20, resume=True)
    assert same_weights(open_run(tmp_path).path, run(tmp_path / "whole", steps=20))


def test_workers_make_the_same_pairs(tmp_path):
    alone, helped = run(tmp_path / "a", steps=3), run(tmp_path / "b", steps=3, workers=2)
    assert same_weights(alone, helped)


def test_bf16_trains_weights_in_full_precision(tmp_path):
    folder = run(tmp_path, steps=6, precision="bf16")
    assert json.loads((folder / "weights.json").read_text())["precision"] == "bf16"
    state = RunFolder(folder).load_checkpoint()["networks"]["generator"]
    assert all(value.dtype == torch.float32 for value in state.values())


def test_resuming_refuses_what_cannot_be_resumed(tmp_path):
    with pytest.raises(InputError, match="holds none"):
        run(tmp_path, steps=2, resume=True)
    folder = run(tmp_path, steps=2)
    (folder / "checkpoint.pt").write_bytes((folder / "checkpoint.pt").read_bytes()[:500])
    with pytest.raises(InputError, match="damaged"):
        run(tmp_path, steps=4, resume=True)
    (folder / "checkpoint.pt").unlink()
    with pytest.raises(InputError, match="no checkpoint"):
        run(tmp_path, steps=4, resume=True)
    torch.save({"format": "other"}, folder / "checkpoint.pt")
    with pytest.raises(InputError, match="same method"):
        run(tmp_path, steps=4, resume=True)


def test_a_checkpoint_cannot_run_code(tmp_path):
    folder = run(tmp_path, steps=2)

    class Evil:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "ran"),)

    torch.save({"format": Evil()}, folder / "checkpoint.pt")
    with pytest.raises(InputError, match="damaged"):
        run(tmp_path, steps=4, resume=True)
    assert not (tmp_path / "ran").exists()
