"""Krippendorff's alpha: how far people agree, 1 all do, 0 as by chance.

Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011. Any number of people, with gaps.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Level = Literal["nominal", "ordinal", "interval"]


def krippendorff_alpha(table: NDArray[np.float64], level: Level) -> float:
    """Agreement of people on units.

    Args:
        table: (people, units) values; NaN where a person did not judge a unit.
        level: how far two values are from each other.

    Returns:
        At most 1. NaN where no unit was judged twice, or where all values are the same.

    Example:
        >>> krippendorff_alpha(np.array([[1.0, 2.0, 1.0], [1.0, 2.0, 1.0]]), "nominal")
        1.0
    """
    values = np.unique(table[~np.isnan(table)])
    counts = np.stack([(table == value).sum(0) for value in values], 1) if len(values) else None
    if counts is None:
        return float("nan")
    judged = counts.sum(1)
    counts, judged = counts[judged > 1], judged[judged > 1]
    if not len(counts):
        return float("nan")
    weights = counts / (judged[:, None] - 1)
    observed = weights.T @ counts - np.diag(weights.sum(0))  # coincidences (values, values)
    totals = observed.sum(1)
    distance = _distance(values, totals, level)
    expected = float((np.outer(totals, totals) * distance).sum()) / (totals.sum() - 1)
    if expected == 0:
        return float("nan")
    return 1 - float((observed * distance).sum()) / expected


def _distance(
    values: NDArray[np.float64], totals: NDArray[np.float64], level: Level
) -> NDArray[np.float64]:
    """(values, values) squared differences."""
    if level == "nominal":
        return 1.0 - np.eye(len(values))
    if level == "interval":
        return (values[:, None] - values[None]) ** 2
    ranks = np.cumsum(totals) - totals / 2  # the sum between two values, half of each end
    return (ranks[:, None] - ranks[None]) ** 2
