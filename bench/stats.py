"""Means with honest intervals: people are drawn again, not pictures, as pictures go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reenact.errors import InputError, ShapeError

DRAWS = 2000
FLIPS = 10_000
MOST_EXACT = 13
"""With no more people than this, all their sign flips are gone through."""


@dataclass(frozen=True)
class Estimate:
    """A mean, its 95 % interval, and how many values it comes from."""

    mean: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Comparison:
    """Two methods on the same pairs.

    Attributes:
        difference: mean of first less second.
        low, high: its 95 % interval.
        p: chance of such a difference, or a larger one, if neither were better; two-sided.
        count: pairs.
        groups: people.
    """

    difference: float
    low: float
    high: float
    p: float
    count: int
    groups: int

    @property
    def is_tie(self) -> bool:
        """Whether the interval crosses zero, or nothing can be said."""
        return not (self.low > 0 or self.high < 0)


def estimate(values: Sequence[float], groups: Sequence[str], seed: int = 0) -> Estimate:
    """Mean over all values, with a 95 % bootstrap interval over groups; see `interval_levels`.

    Args:
        values: one number a pair.
        groups: whom each pair belongs to; pairs of one group are drawn together.
        seed: of the draws.

    Returns:
        NaN where there is no value; an interval of NaN where there is one group only, from which
        nothing can be said about others.

    Raises:
        InputError: a value is NaN or infinite.
        ShapeError: there are not as many groups as values.

    Example:
        >>> estimate([1.0, 1.0, 1.0], ["a", "b", "c"])
        Estimate(mean=1.0, low=1.0, high=1.0, count=3)
    """
    if len(values) == 0:
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    numbers, sums, counts = _by_group(values, groups)
    low, high = _interval(sums, counts, seed)
    return Estimate(float(numbers.mean()), low, high, len(numbers))


def compare(
    first: Sequence[float], second: Sequence[float], groups: Sequence[str], seed: int = 0
) -> Comparison:
    """A paired test of two methods: interval of the mean difference, and p.

    The interval draws people again; p turns the signs of whole people's differences over (all
    2^G ways for few people, else `FLIPS` drawn ones).

    Args:
        first, second: a number a pair, in the same order.
        groups: whom each pair belongs to.
        seed: of the draws.

    Returns:
        With one group only: low, high and p are NaN.

    Raises:
        InputError: there are no pairs, or a value is NaN or infinite.
        ShapeError: the lists are not equally long.

    Example:
        >>> compare([2.0, 2.0, 2.0], [1.0, 1.0, 1.0], ["a", "b", "c"]).p  # 2 of 8 sign flips
        0.25
    """
    if len(first) != len(second):
        got = f"{len(first)} and {len(second)}"
        raise ShapeError(f"`first` and `second` must be of the same pairs, got {got} values.")
    if len(first) == 0:
        raise InputError("`first` and `second` must have pairs in common, got none.")
    gaps = np.asarray(first, np.float64) - np.asarray(second, np.float64)
    gaps, sums, counts = _by_group(gaps, groups)
    low, high = _interval(sums, counts, seed)
    p = _flip_p(sums, seed) if len(sums) > 1 else float("nan")
    return Comparison(float(gaps.mean()), low, high, p, len(gaps), len(sums))


def holm(p_values: Sequence[float]) -> list[float]:
    """p values corrected for being many (Holm, 1979). NaN stays NaN and counts as a test.

    Example:
        >>> [round(p, 4) for p in holm([0.01, 0.04, 0.03])]
        [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, np.float64)
    order = np.argsort(p, kind="stable")  # NaN last
    factors = np.arange(len(p), 0, -1)
    corrected = np.empty(len(p))
    corrected[order] = np.minimum(1, np.maximum.accumulate(p[order] * factors))
    return [float(p) for p in corrected]


def _by_group(
    values: Sequence[float] | NDArray, groups: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    """The values, and each group's sum and count, the groups by name."""
    numbers = np.asarray(values, np.float64)
    if len(numbers) != len(groups):
        got = f"{len(numbers)} values and {len(groups)} groups"
        raise ShapeError(f"`groups` must name one group a value, got {got}.")
    if not np.isfinite(numbers).all():
        raise InputError("`values` must be finite numbers, got NaN or infinity.")
    _, index = np.unique(np.asarray(groups), return_inverse=True)
    return numbers, np.bincount(index, numbers), np.bincount(index)


def _interval(sums: NDArray, counts: NDArray, seed: int) -> tuple[float, float]:
    """95 % interval of the mean, groups drawn with replacement; NaN for one group."""
    if len(sums) == 1:
        return float("nan"), float("nan")
    drawn = np.random.default_rng(seed).integers(0, len(sums), (DRAWS, len(sums)))
    means = sums[drawn].sum(1) / counts[drawn].sum(1)
    low, high = np.quantile(means, interval_levels(len(sums)))
    return float(low), float(high)


@lru_cache(maxsize=256)
def interval_levels(groups: int) -> tuple[float, float]:
    """The quantiles of bootstrap draws that bound a 95 % interval.

    Those of few people are too narrow (six people's hold the truth 87 times of 100), so they are
    widened as Student's t is (Hesterberg 2015, expanded percentile interval): 2.5 % and 97.5 % for
    many people, about 0.1 % and 99.9 % for five.

    Args:
        groups: people drawn from, 2 or more.
    """
    from scipy.stats import norm, t

    tail = float(norm.cdf(t.ppf(0.025, groups - 1) * np.sqrt(groups / (groups - 1))))
    return tail, 1 - tail


def _flip_p(sums: NDArray[np.float64], seed: int) -> float:
    """Share of sign flips whose sum is as far from 0 as the one seen."""
    seen = abs(sums.sum()) * (1 - 1e-12)
    if len(sums) <= MOST_EXACT:
        bits = np.arange(2 ** len(sums))[:, None] >> np.arange(len(sums)) & 1
        return float((np.abs((2 * bits - 1) @ sums) >= seen).mean())
    draw = np.random.default_rng(seed).integers(0, 2, (FLIPS, len(sums))) * 2 - 1
    return float(((np.abs(draw @ sums) >= seen).sum() + 1) / (FLIPS + 1))
