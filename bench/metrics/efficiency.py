"""What a method costs: learned numbers, multiplications, time of a whole frame, memory.

    python -m bench efficiency --methods warp,warp-repair

Each method is measured in a process of its own, as memory and warmed-up caches are the process's.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reenact.errors import InputError, ReenactError

if TYPE_CHECKING:
    from reenact.base import Method
    from reenact.types import Frame

_ROOT = Path(__file__).resolve().parents[2]
_DEPTH = 6
EFFICIENCY = ("parameters", "macs", "latency_ms_p50", "latency_ms_p95", "peak_memory_mb")


def parameter_count(method: Method) -> int:
    """Learned numbers of all networks of a method, torch's and plain arrays'."""
    modules, tables = _networks(method)
    numbers = {id(p): p.numel() for module in modules for p in module.parameters()}
    numbers |= {id(array): array.size for table in tables for array in table.values()}
    return sum(numbers.values())


def mac_count(method: Method, source: Frame, driving: Frame) -> int:
    """Multiplications of a method's networks for one frame (retarget and render).

    Finding faces, which every method needs alike, and what is done once a source do not count, nor
    does drawing without networks.

    Args:
        source: (H, W, 3) picture with a face.
        driving: (H, W, 3) picture with a face of another expression.

    Raises:
        FaceNotFoundError: a picture shows no face.
    """
    from torch.utils.flop_counter import FlopCounterMode

    from reenact.face.detect import find_face
    from reenact.pipeline import Reenactor

    reenactor = Reenactor(source, method)
    face = find_face(driving, name="driving")
    with _counted(method) as arrays, FlopCounterMode(display=False) as counter:
        reenactor.drive(driving, face)
    return counter.get_total_flops() // 2 + arrays.macs


def efficiency(name: str, limit: int = 100) -> dict[str, float]:
    """All of `EFFICIENCY` for a method, in a fresh process.

    Args:
        name: of the method.
        limit: driving frames to take the time of.

    Raises:
        ReenactError: the method cannot be made or measured.
    """
    run = [sys.executable, "-m", "bench.metrics.efficiency", name, str(limit)]
    done = subprocess.run(run, cwd=_ROOT, capture_output=True, text=True)
    if done.returncode == 0:
        return json.loads(done.stdout.splitlines()[-1])
    lines = done.stderr.strip().splitlines() or ["it said nothing"]
    raise InputError(f"'{name}' cannot be measured: {lines[-1]}")


def _measure(name: str, limit: int) -> dict[str, float]:
    """What `efficiency` gives, measured in this process."""
    from bench import speed
    from bench.baselines import make_method

    _, clip = speed.pick_material(None, None)
    method = make_method(name)
    _, source = speed.source_for(method, None)
    found = speed.measure_speed(method, source, speed.read_frames(clip, limit))
    memory = speed.peak_memory_mb()  # before counting, which is no part of the method
    frames = [frame for _, frame in speed.read_frames(clip, 10)]
    return {
        "parameters": parameter_count(method) / 1e6,
        "macs": mac_count(method, source, frames[-1]) / 1e6,
        "latency_ms_p50": found.latency_ms_p50,
        "latency_ms_p95": found.latency_ms_p95,
        "peak_memory_mb": memory,
    }


def _networks(method: Method) -> tuple[list[Any], list[dict[str, NDArray]]]:
    """torch modules, and tables of arrays named `layers`, that a method holds at any depth."""
    import torch

    held = list(_held(method, _DEPTH, set()))
    modules = [value for _, value in held if isinstance(value, torch.nn.Module)]
    tables = [value for name, value in held if name == "layers" and isinstance(value, dict)]
    return modules, tables


def _held(thing: Any, depth: int, seen: set[int]) -> Iterator[tuple[str, Any]]:
    """Names and values of all attributes of the project's own objects, each object once."""
    if depth == 0 or id(thing) in seen:
        return
    seen.add(id(thing))
    for name, value in vars(thing).items():
        yield name, value
        for one in value if isinstance(value, (list, tuple)) else (value,):
            if type(one).__module__.split(".")[0] in ("reenact", "bench") and hasattr(
                one, "__dict__"
            ):
                yield from _held(one, depth - 1, seen)


class _Counter:
    """Multiplications of plain arrays."""

    macs = 0


class _Counted(np.ndarray):
    """Weights that count what they are multiplied with; all they give is plain."""

    counter: _Counter

    def __array_ufunc__(self, ufunc, how, *inputs, **settings):
        plain = [np.asarray(x) for x in inputs]
        result = getattr(ufunc, how)(*plain, **settings)
        if ufunc is np.matmul:
            self.counter.macs += np.size(result) * plain[0].shape[-1]
        return result


@contextmanager
def _counted(method: Method) -> Iterator[_Counter]:
    """Let a method's arrays count, and its networks run where torch sees them."""
    counter = _Counter()
    _, tables = _networks(method)
    before = [dict(table) for table in tables]
    runners = [value for _, value in _held(method, _DEPTH, set()) if hasattr(value, "is_fast")]
    fast = [runner.is_fast for runner in runners]
    try:
        for table in tables:
            for name, array in table.items():
                table[name] = array.view(_Counted)
                table[name].counter = counter
        for runner in runners:
            runner.is_fast = False
        yield counter
    finally:
        for table, arrays in zip(tables, before, strict=True):
            table.update(arrays)
        for runner, was in zip(runners, fast, strict=True):
            runner.is_fast = was


if __name__ == "__main__":
    try:
        print(json.dumps(_measure(sys.argv[1], int(sys.argv[2]))))
    except ReenactError as error:
        sys.exit(str(error))
