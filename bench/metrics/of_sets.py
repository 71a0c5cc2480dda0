"""How each metric of a set is made of its pairs' features: value, interval, what to beware of.

Rows are put in order first, so that no sum depends on who measured what when.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from typing import Protocol, TypedDict

import numpy as np
from numpy.typing import NDArray

from bench.metrics import distances, recognition, temporal
from bench.metrics.checks import check_features
from bench.stats import DRAWS, estimate, interval_levels
from reenact.errors import InputError, ShapeError

MANY = 10_000
"""Pictures from which FID is usually called reliable (Heusel et al. 2017)."""

_MOST_BLOCKS = 20
_MOST_DRAWN = 200_000_000
_CONDITION = 2 * 68


class PairRow(Protocol):
    """What a set metric may know of a pair besides its feature; `bench.runner.Row` has it all."""

    pair: str
    group: str
    person: str
    label: str
    clip: str
    index: int


class SetValue(TypedDict):
    """What a set metric says: NaN where nothing can be said (`low`, `high`: 95 % interval)."""

    value: float
    low: float
    high: float
    count: int
    warning: str
    extras: dict[str, float]


Rows = Sequence[PairRow]
Features = NDArray[np.float64]


def reduce_set(name: str, features: NDArray, rows: Rows) -> SetValue:
    """See `bench.measure.reduce`."""
    if len(features) != len(rows):
        got = f"{len(features)} and {len(rows)}"
        raise ShapeError(f"`features` and `rows` must be equally many, got {got}.")
    if len(rows) == 0:
        return nothing(0, "No pair could be measured.")
    array = check_features(features, "features")
    order = sorted(range(len(rows)), key=lambda i: (rows[i].clip, rows[i].index, rows[i].pair))
    try:
        return REDUCES[name](array[order], [rows[i] for i in order])
    except InputError as error:
        return nothing(len(rows), str(error))


def nothing(count: int, why: str) -> SetValue:
    """A set of which nothing can be said."""
    nan = float("nan")
    return SetValue(value=nan, low=nan, high=nan, count=count, warning=why, extras={})


def _distance(
    function: Callable[[NDArray, NDArray], float], features: Features, rows: Rows
) -> SetValue:
    """A distance of the outputs' features to the targets'."""
    half = features.shape[1] // 2
    made, real = features[:, :half], features[:, half:]
    value = function(made, real)
    low, high = _jackknife(lambda kept: function(made[kept], real[kept]), value, rows, half)
    warning = ""
    if function is distances.frechet_distance:
        low = float(np.maximum(0.0, low))  # NaN stays NaN
        warning = _few(len(rows), half)
    return SetValue(
        value=value, low=low, high=high, count=len(rows), warning=warning, extras={"n": len(rows)}
    )


def _few(count: int, size: int) -> str:
    if count >= MANY:
        return ""
    least = f", fewer than its {size} features" if count < size else ""
    return (
        f"n = {count}{least}: too high by chance. Compare equal n only, and read the kernel "
        "distance beside it."
    )


def _jackknife(
    function: Callable[[NDArray], float], value: float, rows: Rows, size: int
) -> tuple[float, float]:
    """95 % interval by leaving out blocks of people, one after the other.

    Not a bootstrap: people drawn twice bring equal pictures, which alone moves such a distance.
    """
    from scipy.stats import t

    groups = sorted({row.group for row in rows})
    blocks = min(len(groups), _MOST_BLOCKS if size <= 512 else _MOST_BLOCKS // 2)
    if len(groups) < 3:
        return float("nan"), float("nan")
    block = {group: index % blocks for index, group in enumerate(groups)}
    whose = np.array([block[row.group] for row in rows])
    left = np.array([function(np.flatnonzero(whose != index)) for index in range(blocks)])
    error = np.sqrt((blocks - 1) / blocks * ((left - left.mean()) ** 2).sum())
    reach = float(t.ppf(0.975, blocks - 1) * error)
    return value - reach, value + reach


def _comparisons(features: Features, rows: Rows) -> recognition.Comparisons:
    """Outputs against one real picture of each person: that of the person's first pair by name."""
    half = features.shape[1] // 2
    persons = [row.person or row.group for row in rows]
    first: dict[str, int] = {}
    for index in sorted(range(len(rows)), key=lambda i: rows[i].pair):
        first.setdefault(persons[index], index)
    known = sorted(first)
    gallery = features[[first[person] for person in known], half:]
    return recognition.compare(features[:, :half], persons, gallery, known)


def _rank1(features: Features, rows: Rows) -> SetValue:
    hits = recognition.rank1(_comparisons(features, rows)).astype(float)
    people = len({row.person or row.group for row in rows})
    return _mean(hits.tolist(), [row.group for row in rows], {"people": people})


def _tar(far: float, features: Features, rows: Rows) -> SetValue:
    found = _comparisons(features, rows)
    low, high = _tar_interval(found, far, [row.group for row in rows])
    few = found.impostor.size * far < 1
    warning = f"Only {found.impostor.size} impostor comparisons: no false accept is allowed."
    return SetValue(
        value=recognition.tar_at_far(found.genuine, found.impostor, far),
        low=low,
        high=high,
        count=len(rows),
        warning=warning if few else "",
        extras={
            "impostors": found.impostor.size,
            "threshold": recognition.accept_below(found.impostor, far),
        },
    )


def _tar_interval(
    found: recognition.Comparisons, far: float, groups: Sequence[str], seed: int = 0
) -> tuple[float, float]:
    """95 % bootstrap interval: people's outputs drawn again, the gallery as it is."""
    names, whose = np.unique(np.asarray(groups), return_inverse=True)
    if len(names) == 1:
        return float("nan"), float("nan")
    order = np.argsort(found.impostor, axis=None, kind="stable")
    away = found.impostor.ravel()[order]
    owner = np.repeat(whose, found.impostor.shape[1])[order]
    draws = int(np.clip(_MOST_DRAWN // away.size, 200, DRAWS))
    rng, rates = np.random.default_rng(seed), np.empty(draws)
    for draw in range(draws):
        times = np.bincount(rng.integers(0, len(names), len(names)), minlength=len(names))
        seen = np.cumsum(times[owner])
        allowed = np.floor(far * seen[-1] + 1e-9)
        below = away[np.searchsorted(seen, allowed, side="right")]
        rates[draw] = np.average(found.genuine < below, weights=times[whose])
    low, high = np.quantile(rates, interval_levels(len(names)))
    return float(low), float(high)


def _lipschitz(features: Features, rows: Rows) -> SetValue:
    images, conditions = features[:, :-_CONDITION], features[:, -_CONDITION:]
    ratios, groups = [], []
    for start, end in _clips(rows, 2):
        found = temporal.lipschitz_ratios(images[start:end], conditions[start:end])
        found = found[~np.isnan(found)]
        ratios += found.tolist()
        groups += [rows[start].group] * len(found)
    return _steps(ratios, groups, "Fewer than two frames of one clip with different driving faces.")


def _jitter(features: Features, rows: Rows) -> SetValue:
    points = 100 * features.reshape(len(rows), 2, 68, 2)
    values, groups = [], []
    for start, end in _clips(rows, 3):
        found = temporal.temporal_jitter(points[start:end, 0], points[start:end, 1])
        values += found.tolist()
        groups += [rows[start].group] * len(found)
    return _steps(values, groups, "Fewer than three frames of one clip at equal distances.")


def _steps(values: list[float], groups: list[str], why: str) -> SetValue:
    """Mean over steps of clips, its interval over people, and how the steps lie."""
    if not values:
        return nothing(0, why)
    p95 = float(np.percentile(values, 95))
    return _mean(values, groups, {"p95": p95, "max": max(values)})


def _mean(values: list[float], groups: list[str], extras: dict[str, float]) -> SetValue:
    """Mean with its interval over people."""
    found = estimate(values, groups)
    return SetValue(
        value=found.mean,
        low=found.low,
        high=found.high,
        count=found.count,
        warning="",
        extras=extras,
    )


def _clips(rows: Rows, least: int) -> list[tuple[int, int]]:
    """Stretches of sorted rows that are frames of one clip at one distance: (start, end)."""
    runs, start = [], 0
    for _, members in groupby(rows, key=lambda row: row.clip):
        count = len(list(members))
        runs += _even(rows, start, start + count)
        start += count
    return [(a, b) for a, b in runs if b - a >= least]


def _even(rows: Rows, start: int, end: int) -> list[tuple[int, int]]:
    """Split where a frame is missing: where the step is larger than the clip's smallest."""
    index = [row.index for row in rows[start:end]]
    steps = np.diff(index)
    if len(steps) == 0:
        return []
    breaks = [start + i + 1 for i in np.flatnonzero(steps != steps.min())]
    edges = [start, *breaks, end]
    return list(zip(edges[:-1], edges[1:], strict=True))


REDUCES: dict[str, Callable[[Features, Rows], SetValue]] = {
    "fid": partial(_distance, distances.frechet_distance),
    "kid": partial(_distance, lambda a, b: 1000 * distances.kernel_distance(a, b)),
    "face_frechet_distance": partial(_distance, distances.frechet_distance),
    "face_kernel_distance": partial(_distance, partial(distances.kernel_distance, size=1.0)),
    "rank1": _rank1,
    "tar_at_far_1": partial(_tar, 0.01),
    "tar_at_far_01": partial(_tar, 0.001),
    "lipschitz_ratio": _lipschitz,
    "temporal_jitter": _jitter,
}
