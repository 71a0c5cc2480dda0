"""How long FReeNet's networks take for one picture: plain PyTorch, and as the method runs them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class NetworkSpeed:
    """Fastest and median time of one picture, milliseconds, by way."""

    network: str
    torch_ms: float
    torch_p50_ms: float
    fast_ms: float
    fast_p50_ms: float

    @property
    def gain(self) -> float:
        """How many times faster, by the fastest picture of each: others share the computer."""
        return self.torch_ms / self.fast_ms


def network_speeds(
    runs: int = 5, variants: tuple[str, ...] = ("paper", "light")
) -> list[NetworkSpeed]:
    """FReeNet's generator as printed and the light one; both ways in turns, in one process.

    Args:
        runs: pictures each way, each after one that does not count: threads of the other way still
            wait busily for a while.
        variants: of `freenet.build`.
    """
    from reenact.methods import freenet

    found = []
    for name in variants:
        runner = freenet.build(name).runner
        rng = np.random.default_rng(0)
        inputs = [rng.random(shape, np.float32) for shape in runner.shapes]
        plain, fast = (_way(runner, inputs, is_fast) for is_fast in (False, True))
        times = np.array([(_ms(plain), _ms(fast)) for _ in range(runs)])
        low, middle = times.min(axis=0), np.median(times, axis=0)
        shown = [round(float(v), 1) for v in (low[0], middle[0], low[1], middle[1])]
        found.append(NetworkSpeed(name, *shown))
    return found


def _way(runner, inputs, is_fast: bool) -> Callable[[], object]:
    def run() -> object:
        runner.is_fast = is_fast
        return runner(*inputs)

    return run


def _ms(run: Callable[[], object]) -> float:
    run()
    start = time.perf_counter()
    run()
    return 1000 * (time.perf_counter() - start)
