"""Runs a protocol: every method makes every pair's output, and every metric is taken of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.baselines import make_method
from bench.measure import Output, Skipped, measure
from bench.protocol import Protocol
from bench.tasks import Pair, Unusable, pairs
from bench.ways import Maker
from reenact.base import Method
from reenact.errors import ReenactError


@dataclass
class Row:
    """What one pair gave: a number, a failure with its reason, or neither, for each metric."""

    pair: str
    group: str
    values: dict[str, float] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)


@dataclass
class MethodRun:
    """All rows of one method.

    Attributes:
        seconds: time that the method itself took.
        unusable: pairs that no method could be judged on.
    """

    name: str
    rows: list[Row] = field(default_factory=list)
    unusable: list[Unusable] = field(default_factory=list)
    seconds: float = 0.0


def run(
    protocol: Protocol,
    methods: Sequence[str | Method],
    data: Path,
    *,
    limit: int | None = None,
    progress: Callable[[int, int | None], None] = lambda done, total: None,
) -> list[MethodRun]:
    """Run methods over a protocol.

    Args:
        protocol: see `bench.protocol.load_protocol`.
        methods: names of the registry or of `bench.baselines`, or methods that are made already.
        data: the data folder.
        limit: only the first clips or people.
        progress: called with the pairs done.

    Raises:
        ReenactError: the methods or the data cannot be used. A pair that fails raises nothing.
    """
    made = [make_method(m) if isinstance(m, str) else m for m in dict.fromkeys(methods)]
    workers = [_Worker(method, protocol.metrics) for method in made]
    for done, pair in enumerate(pairs(protocol, data, limit), start=1):
        for worker in workers:
            worker(pair)
        progress(done, None)
    return [worker.run for worker in workers]


class _Worker:
    """One method and all its rows."""

    def __init__(self, method: Method, metrics: Sequence[str]) -> None:
        self.method, self.metrics = method, metrics
        self.run = MethodRun(method.name)
        self._make = Maker(method)

    def __call__(self, pair: Pair | Unusable) -> None:
        if isinstance(pair, Unusable):
            self.run.unusable.append(pair)
            return
        row = Row(pair.name, pair.group)
        self.run.rows.append(row)
        start = time.perf_counter()
        try:
            output = Output(self._make(pair))
        except ReenactError as error:
            row.failures = {name: str(error) for name in self.metrics}
            return
        finally:
            self.run.seconds += time.perf_counter() - start
        for name in self.metrics:
            try:
                row.values[name] = measure(name, pair, output)
            except Skipped:
                pass
            except ReenactError as error:
                row.failures[name] = str(error)
