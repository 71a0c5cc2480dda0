"""Means with honest intervals: people are drawn again, not pictures, as pictures go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

DRAWS = 2000


@dataclass(frozen=True)
class Estimate:
    """A mean, its 95 % interval, and how many values it comes from."""

    mean: float
    low: float
    high: float
    count: int


def estimate(values: Sequence[float], groups: Sequence[str], seed: int = 0) -> Estimate:
    """Mean over all values, with a 95 % bootstrap interval over groups.

    Args:
        values: one number a pair.
        groups: whom each pair belongs to; pairs of one group are drawn together.
        seed: of the draws.

    Returns:
        NaN where there is no value; an interval of NaN where there is one group only, from which
        nothing can be said about others.

    Example:
        >>> estimate([1.0, 1.0, 1.0], ["a", "b", "c"])
        Estimate(mean=1.0, low=1.0, high=1.0, count=3)
    """
    if len(values) == 0:
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    numbers = np.asarray(values, np.float64)
    names, index = np.unique(np.asarray(groups), return_inverse=True)
    sums = np.bincount(index, numbers, len(names))
    counts = np.bincount(index, minlength=len(names))
    if len(names) == 1:
        return Estimate(float(numbers.mean()), float("nan"), float("nan"), len(numbers))
    drawn = np.random.default_rng(seed).integers(0, len(names), (DRAWS, len(names)))
    means = sums[drawn].sum(1) / counts[drawn].sum(1)
    low, high = np.percentile(means, (2.5, 97.5))
    return Estimate(float(numbers.mean()), float(low), float(high), len(numbers))
