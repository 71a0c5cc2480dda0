"""Runs a protocol: every method makes every pair's output, and every metric is taken of it.

A pair's row depends on that pair alone, and a set's number on all rows in the order of their names.
So nothing changes with the batch, the order of pairs, the number of processes, or a kill between.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from bench.baselines import make_method
from bench.fingerprints import (
    content_key,
    measuring_fingerprint,
    method_fingerprint,
    output_key,
    own_weights,
    pair_key,
)
from bench.journal import Journal
from bench.measure import NotComputed, Output, Skipped, measure, measured_with, not_computed
from bench.metrics import metric
from bench.outputs import Outputs
from bench.processes import Processes
from bench.protocol import Protocol
from bench.rows import Row
from bench.tasks import Pair, Unusable, pairs
from bench.ways import Maker
from reenact.base import Method
from reenact.errors import InputError, ReenactError
from reenact.types import Frame

__all__ = ["MethodRun", "Row", "Settings", "finish", "run"]

BATCH = 16
Progress = Callable[[int, int | None], None]
Usable = tuple[Pair, str, str, str]
"""A pair, and the keys of its output, its figures, its pictures."""


@dataclass
class MethodRun:
    """All rows of one method.

    Attributes:
        rows: by pair's name.
        seconds: time that the method itself took.
        unusable: pairs that no method could be judged on.
        absent: metrics that cannot be computed on this computer, and why.
        weights: file name to SHA-256 of the method's own weights.
        measured_with: file name to SHA-256 of the networks that metrics look with.
        resumed: rows that an earlier, unfinished run had made.
    """

    name: str
    rows: list[Row] = field(default_factory=list)
    unusable: list[Unusable] = field(default_factory=list)
    seconds: float = 0.0
    absent: dict[str, str] = field(default_factory=dict)
    weights: dict[str, str] = field(default_factory=dict)
    measured_with: dict[str, str] = field(default_factory=dict)
    resumed: int = 0
    journal: Journal | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Settings:
    """How a run is done; none of it changes a figure.

    Attributes:
        cache: where outputs and unfinished runs are kept; None keeps nothing.
        is_fresh: make every output anew and take up no unfinished run.
        batch: pairs that are held and measured together.
        processes: among which pairs are split.
    """

    cache: Path | None = None
    is_fresh: bool = False
    batch: int = BATCH
    processes: Processes = Processes()


def run(
    protocol: Protocol,
    methods: Sequence[str | Method],
    data: Path,
    *,
    limit: int | None = None,
    progress: Progress = lambda done, total: None,
    settings: Settings | None = None,
) -> list[MethodRun]:
    """Run methods over a protocol.

    Args:
        protocol: see `bench.protocol.load_protocol`.
        methods: names of the registry or of `bench.baselines`, or methods that are made already.
        data: the data folder.
        limit: only the first clips or people.
        progress: called with the pairs done.
        settings: see `Settings`.

    Returns:
        The runs. Call `finish` when their records are saved.

    Raises:
        ReenactError: the methods or the data cannot be used. A pair that fails raises nothing.
    """
    settings = settings or Settings()
    processes = settings.processes
    runs: list[MethodRun] = []
    error: ReenactError | None = None
    try:
        made = [make_method(m) if isinstance(m, str) else m for m in dict.fromkeys(methods)]
        workers = [_Worker(method, protocol, settings) for method in made]
        runs = [worker.run for worker in workers]
        _work(workers, pairs(protocol, data, limit), settings, progress)
    except ReenactError as caught:
        error = caught
    for found in processes.gather(error):
        if found is not None:
            raise found
    return [_merged(one, processes) for one in runs]


def finish(runs: Iterable[MethodRun]) -> None:
    """Forget the rows that were kept for resuming: the records are saved."""
    for one in runs:
        if one.journal is not None:
            one.journal.finish()


def _work(
    workers: Sequence[_Worker],
    found: Iterable[Pair | Unusable],
    settings: Settings,
    progress: Progress,
) -> None:
    """All pairs that are this process's, batch by batch, every method."""
    mine, done = _mine(found, settings.processes), 0
    while batch := list(islice(mine, settings.batch)):
        usable = [_keyed(pair) for pair in batch if isinstance(pair, Pair)]
        for worker in workers:
            worker.run.unusable += [pair for pair in batch if isinstance(pair, Unusable)]
        for worker in workers:
            worker(usable)
        done += len(batch)
        progress(done, None)


def _mine(found: Iterable[Pair | Unusable], processes: Processes) -> Iterator[Pair | Unusable]:
    names: set[str] = set()
    for number, pair in enumerate(found):
        if pair.name in names:
            raise InputError(f"Pairs must have names of their own, '{pair.name}' is there twice.")
        names.add(pair.name)
        if processes.takes(number):
            yield pair


def _keyed(pair: Pair) -> Usable:
    output = output_key(pair)
    return pair, output, pair_key(pair, output), content_key(pair)


class _Worker:
    """One method and all its rows."""

    def __init__(self, method: Method, protocol: Protocol, settings: Settings) -> None:
        self.run = MethodRun(method.name, weights=own_weights(method))
        self.metrics = []
        for name in protocol.metrics:
            reason = not_computed(name) or _once_a_method(name)
            if reason is None:
                self.metrics.append(name)
                self.run.measured_with |= measured_with(name)
            else:
                self.run.absent[name] = reason
        self._make = Maker(method)
        self._outputs: Outputs | None = None
        self._is_fresh = settings.is_fresh
        if settings.cache is not None:
            made_by = method_fingerprint(method)
            self._outputs = Outputs(settings.cache, method.name, made_by)
            judged_by = measuring_fingerprint(self.run.measured_with)
            name = f"{method.name}-{protocol.fingerprint}-{made_by[:12]}-{judged_by[:12]}"
            self.run.journal = Journal(settings.cache, name, is_read=not settings.is_fresh)

    def __call__(self, batch: Sequence[Usable]) -> None:
        """Make the outputs of a batch, then take metric after metric of all of them."""
        journal = self.run.journal
        open_rows: list[tuple[Row, Pair, Output]] = []
        for pair, output, key, content in batch:
            if journal is not None and key in journal.kept:
                self.run.resumed += 1
                self._add(journal.kept[key], is_new=False)
                continue
            row = Row.of(pair, key, content)
            try:
                frame, row.seconds = self._output(pair, output)
                open_rows.append((row, pair, Output(frame)))
            except ReenactError as error:
                row.failures = {name: str(error) for name in self.metrics}
                self._add(row)
        for name in self.metrics:
            for row, pair, output in open_rows:
                _measure(name, row, pair, output)
        for row, _, _ in open_rows:
            self._add(row)

    def _add(self, row: Row, *, is_new: bool = True) -> None:
        self.run.rows.append(row)
        self.run.seconds += row.seconds
        if is_new and self.run.journal is not None:
            self.run.journal.add(row)

    def _output(self, pair: Pair, key: str) -> tuple[Frame, float]:
        """The output, kept or made, and the seconds that the method took for it."""
        if self._outputs is not None and not self._is_fresh:
            kept = self._outputs.load(key, pair.source)
            if kept is not None:
                return kept
        start = time.perf_counter()
        frame = self._make(pair)
        seconds = time.perf_counter() - start
        if self._outputs is not None:
            self._outputs.save(key, frame, pair.source, seconds)
        return frame, seconds


def _measure(name: str, row: Row, pair: Pair, output: Output) -> None:
    try:
        found = measure(name, pair, output)
    except Skipped:
        return
    except NotComputed:
        raise  # the computer's fault, not the output's
    except ReenactError as error:
        row.failures[name] = str(error)
        return
    if metric(name).per == "set":
        row.features[name] = found
    else:
        row.values[name] = float(found)


def _once_a_method(name: str) -> str | None:
    if metric(name).per != "method":
        return None
    return f"{name} is measured once a method. Run: python -m bench efficiency."


def _merged(mine: MethodRun, processes: Processes) -> MethodRun:
    """One run of the rows of all processes, by pair's name."""
    parts = processes.gather((mine.rows, mine.unusable, mine.resumed))
    rows = sorted((row for part in parts for row in part[0]), key=lambda row: row.pair)
    mine.rows, mine.seconds = rows, sum(row.seconds for row in rows)
    mine.unusable = sorted((one for part in parts for one in part[1]), key=lambda one: one.name)
    mine.resumed = sum(part[2] for part in parts)
    return mine
