"""Ranks of methods on the same pairs, with ties where the data do not tell them apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from math import hypot

from bench.stats import Comparison, compare, holm
from reenact.errors import InputError


@dataclass(frozen=True)
class Rank:
    """Where a method stands.

    Attributes:
        rank: 1 and the number of methods that are better beyond doubt (95 %).
        mean: over the pairs that all methods have.
        tied_with: methods that are neither better nor worse beyond doubt.
    """

    rank: int
    mean: float
    tied_with: tuple[str, ...]


@dataclass(frozen=True)
class Ranking:
    """All methods on one metric.

    Attributes:
        ranks: by method, the best mean first.
        comparisons: by (first, second), each pair of methods once.
        p_holm: p of each comparison, corrected for their number.
        pairs: pairs that all methods have.
    """

    ranks: dict[str, Rank]
    comparisons: dict[tuple[str, str], Comparison]
    p_holm: dict[tuple[str, str], float]
    pairs: int


def rank_methods(
    values: Mapping[str, Mapping[str, float]],
    groups: Mapping[str, str],
    *,
    is_higher_better: bool,
    seed: int = 0,
) -> Ranking:
    """Rank methods by a metric of pairs.

    One is better than another where the 95 % interval of their paired difference does not cross
    zero, else they are tied.

    Args:
        values: by method, then by pair. Give a failed pair its metric's `when_failed`, else pairs
            that one method failed on count for nobody.
        groups: by pair: whom it belongs to.
        is_higher_better: the metric's direction.
        seed: of the draws.

    Raises:
        InputError: there are no methods, or no pairs that all have.
    """
    if not values:
        raise InputError("`values` must have at least one method, got none.")
    common = sorted(set.intersection(*(set(of_pair) for of_pair in values.values())))
    if not common:
        raise InputError("The methods must have pairs in common, got none.")
    whose = [groups[pair] for pair in common]
    lists = {name: [of_pair[pair] for pair in common] for name, of_pair in values.items()}
    found = {
        (a, b): compare(lists[a], lists[b], whose, seed) for a, b in combinations(sorted(lists), 2)
    }
    corrected = holm([one.p for one in found.values()])
    means = {name: sum(numbers) / len(numbers) for name, numbers in lists.items()}
    order = sorted(
        means, key=lambda name: (-means[name] if is_higher_better else means[name], name)
    )
    ranks = {name: _rank(name, means[name], found, is_higher_better) for name in order}
    return Ranking(ranks, found, dict(zip(found, corrected, strict=True)), len(common))


def rank_values(
    values: Mapping[str, tuple[float, float, float]], *, is_higher_better: bool
) -> dict[str, Rank]:
    """Rank methods by a metric of sets, of which only the value and its interval are known.

    The interval of a difference is taken as that of independent values: its reach is the root of
    both reaches' squares. That is wider than a paired one, so more methods are tied than need be.

    Args:
        values: by method: value, low, high. NaN for low and high ties a method with all.
        is_higher_better: the metric's direction.

    Raises:
        InputError: there are no methods, or a value is NaN.
    """
    if not values:
        raise InputError("`values` must have at least one method, got none.")
    missing = [name for name, (value, _, _) in values.items() if value != value]
    if missing:
        raise InputError(f"`values` must be numbers, that of '{missing[0]}' is NaN.")
    found = {(a, b): _independent(values[a], values[b]) for a, b in combinations(sorted(values), 2)}
    order = sorted(
        values,
        key=lambda name: (-values[name][0] if is_higher_better else values[name][0], name),
    )
    return {name: _rank(name, values[name][0], found, is_higher_better) for name in order}


def _independent(
    first: tuple[float, float, float], second: tuple[float, float, float]
) -> Comparison:
    """The difference of two values that were measured apart."""
    (a, low_a, high_a), (b, low_b, high_b) = first, second
    low = a - b - hypot(a - low_a, high_b - b)
    high = a - b + hypot(high_a - a, b - low_b)
    return Comparison(a - b, low, high, float("nan"), 0, 0)


def _rank(
    name: str, mean: float, found: Mapping[tuple[str, str], Comparison], is_higher_better: bool
) -> Rank:
    better, tied = 0, []
    for (first, second), one in found.items():
        if name not in (first, second):
            continue
        other = second if name == first else first
        if one.is_tie:
            tied.append(other)
            continue
        first_wins = (one.difference > 0) == is_higher_better
        better += (other == first) == first_wins
    return Rank(1 + better, mean, tuple(sorted(tied)))
