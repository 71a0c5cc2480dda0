"""Programs of the project: help, exit codes, one clear line for mistakes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TWICE = """
from reenact import terminal
from reenact.errors import InputError

def twice(number: int) -> None:
    'Twice a number.'
    if number < 0:
        raise InputError(f"`number` must be 0 or more, got {number}. Give another one.")
    if number > 9:
        raise KeyboardInterrupt if number < 99 else terminal.Stopped("Stopped: go on with more.")
    print(2 * number)

terminal.program(twice, "twice")
"""
PROGRAMS = {
    "reenact.methods.freenet": ("--ulc", "none", "--gag", "none", "-o", "x.safetensors"),
    "reenact.methods.g2gan": ("--run", "none", "--shapes", "none", "-o", "x.safetensors"),
    "reenact.methods.pix2pix": ("--run", "none", "-o", "x.safetensors"),
    "bench.freenet": ("--data", "none"),
    "bench.g2gan": ("--data", "none"),
    "reenact.methods.landmarkgan": ("--run", "none", "-o", "x.safetensors"),
    "reenact.methods.stylefusion": ("--run", "none", "-o", "x.safetensors"),
    "reenact.methods.warp_repair": ("make", "--data=no", "--models=no", "--cache=no", "--pairs=no"),
    "reenact.training.expression": ("--data", "none", "--out", "x.safetensors"),
    "reenact.training.face_shape": ("--data", "none", "--out", "x.safetensors"),
    "reenact.training.mouth_layers": ("--data", "none", "--out", "x.png"),
    "reenact.training.ulc": ("--data", "none", "--out", "x.safetensors"),
    "reenact.training.ulc_taught": ("--data", "none", "--out", "x.safetensors"),
    "bench.expression": ("--data", "none"),
    "bench.held_out": ("--data", "none"),
    "bench.landmarkgan": ("--clips", "a.mp4", "--clips", "b.mp4", "--weights", "none"),
    "bench.landmarkgan_edits": ("-o", "x.zip"),
    "bench.repair": ("--data", "none", "--models", "none", "--cache", "none"),
    "bench.stylefusion": ("transfer", "--data", "none"),
    "bench.ulc": ("--data", "none"),
}


def run(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["4"], 0, "8\n"),
        (["--", "-1"], 2, "`number` must be 0 or more, got -1. Give another one.\n"),
        (["x"], 2, "See `python -m twice --help`.\n"),
        (["10"], 130, "Stopped: nothing was written.\n"),
        (["99"], 130, "Stopped: go on with more.\n"),
        (["--help"], 0, "Twice a number."),
        ([], 0, "Twice a number."),
    ],
)
def test_a_function_is_a_program(words, code, said):
    done = run("-c", TWICE, *words)
    assert done.returncode == code
    assert said in done.stdout + done.stderr
    assert code == 0 or done.stderr.count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_mistake_is_one_line_in_every_program(name):
    done = run("-m", name, *PROGRAMS[name])
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr, done.stderr
