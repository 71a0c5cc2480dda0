"""Bootstrap intervals over groups and paired tests, against numbers worked out by hand."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

from bench.stats import MOST_EXACT, compare, estimate, holm, interval_levels
from reenact.errors import InputError, ShapeError


def test_equal_values_have_an_interval_of_no_width():
    found = estimate([2.0] * 5, list("abcde"))
    assert (found.mean, found.low, found.high, found.count) == (2, 2, 2, 5)


def test_the_interval_is_that_of_the_normal_distribution_for_many_people():
    values = np.random.default_rng(1).normal(10, 2, 400)
    found = estimate(values, [str(i) for i in range(400)])
    half = 1.96 * values.std() / 20
    assert found.low == pytest.approx(values.mean() - half, abs=0.05)
    assert found.high == pytest.approx(values.mean() + half, abs=0.05)


def test_pairs_of_one_person_are_drawn_together():
    values = [0.0] * 50 + [1.0] * 50
    alone = estimate(values, [str(i) for i in range(100)])
    together = estimate(values, ["a"] * 50 + ["b"] * 50)
    assert together.high - together.low > 3 * (alone.high - alone.low)


def test_nothing_can_be_said_from_none_or_one():
    assert math.isnan(estimate([], []).mean)
    one = estimate([1.0, 2.0], ["a", "a"])
    assert one.mean == 1.5 and math.isnan(one.low)


def test_the_same_seed_gives_the_same_interval():
    values, people = [1.0, 2.0, 5.0], ["a", "b", "c"]
    assert estimate(values, people) == estimate(values, people)


def test_bootstrap_of_two_people_worked_out_by_hand():
    """Draws of (0, 1): a quarter 0, half 0.5, a quarter 1, so 2.5 % and 97.5 % are the ends."""
    found = estimate([0.0, 1.0], ["a", "b"])
    assert (found.mean, found.low, found.high) == (0.5, 0, 1)


def test_bootstrap_is_that_of_all_draws_written_out():
    """Five people, all 3,125 ways to draw five of them, with unequal numbers of pairs."""
    values, people = [1.0, 2.0, 4.0, 8.0, 3.0, 5.0, 9.0], list("abcdeea")
    of = {p: [v for v, q in zip(values, people, strict=True) if q == p] for p in "abcde"}
    means = [
        np.mean([v for person in drawn for v in of[person]]) for drawn in product("abcde", repeat=5)
    ]
    low, high = np.quantile(means, interval_levels(5))
    found = estimate(values, people)
    assert found.low == pytest.approx(low, abs=0.25)
    assert found.high == pytest.approx(high, abs=0.25)


def test_interval_levels_worked_out_by_hand():
    """t of 4 degrees of freedom is 2.776; times the root of 5 / 4 it is 3.104: 0.095 % below."""
    assert interval_levels(5)[0] == pytest.approx(0.00095, abs=2e-5)
    assert interval_levels(5)[1] == pytest.approx(0.99905, abs=2e-5)
    assert interval_levels(100_000) == pytest.approx((0.025, 0.975), abs=1e-5)


def test_intervals_of_few_people_hold_the_truth_too():
    rng, held = np.random.default_rng(0), 0
    for _ in range(300):
        found = estimate(rng.normal(0, 1, 6), list("abcdef"))
        held += found.low <= 0 <= found.high
    assert 275 <= held <= 298


def test_intervals_hold_the_truth_19_times_of_20():
    rng, held = np.random.default_rng(0), 0
    people = [str(i // 3) for i in range(120)]
    for _ in range(200):
        values = np.repeat(rng.normal(0, 1, 40), 3) + rng.normal(0, 0.5, 120)
        found = estimate(values, people)
        held += found.low <= 0 <= found.high
    assert 180 <= held <= 198


def test_bad_values_are_refused():
    with pytest.raises(InputError, match="finite numbers, got NaN"):
        estimate([1.0, math.nan], ["a", "b"])
    with pytest.raises(ShapeError, match="2 values and 1 groups"):
        estimate([1.0, 2.0], ["a"])
    with pytest.raises(InputError, match="pairs in common, got none"):
        compare([], [], [])
    with pytest.raises(ShapeError, match="got 1 and 2 values"):
        compare([1.0], [1.0, 2.0], ["a", "b"])
    with pytest.raises(InputError, match="finite"):
        compare([1.0, math.inf], [1.0, 2.0], ["a", "b"])


def test_p_of_three_people_worked_out_by_hand():
    """Sums 3, 2, -1: of the 8 sign flips |s| is 6, 4, 4, 2, 2, 0, 0, ... ; 4 or more in 4."""
    found = compare([3.0, 2.0, 0.0], [0.0, 0.0, 1.0], ["a", "b", "c"])
    sums = [abs(a * 3 + b * 2 - c) for a, b, c in product((1, -1), repeat=3)]
    assert found.p == np.mean(np.array(sums) >= 4) == 0.5
    assert found.difference == pytest.approx(4 / 3) and found.groups == 3


def test_p_of_many_people_is_that_of_the_t_test():
    from scipy.stats import ttest_rel

    rng = np.random.default_rng(0)
    first, second = rng.normal(0.2, 1, 60), rng.normal(0, 1, 60)
    people = [str(i) for i in range(60)]
    assert len(people) > MOST_EXACT
    found = compare(first, second, people)
    assert found.p == pytest.approx(ttest_rel(first, second).pvalue, abs=0.03)
    assert compare(first, second, people) == found  # the same draws each time


def test_pairs_of_one_person_are_no_evidence_of_their_own():
    rng = np.random.default_rng(0)
    gaps = np.repeat(rng.normal(0.2, 1, 6), 50)
    alone = compare(gaps, np.zeros(300), [str(i) for i in range(300)])
    together = compare(gaps, np.zeros(300), [str(i // 50) for i in range(300)])
    assert alone.p < 0.01 < 0.1 < together.p
    assert together.is_tie and not alone.is_tie


def test_false_alarms_are_as_rare_as_said():
    rng, alarms = np.random.default_rng(0), 0
    for _ in range(300):
        gaps = np.repeat(rng.normal(0, 1, 10), 2) + rng.normal(0, 0.2, 20)
        alarms += compare(gaps, np.zeros(20), [str(i // 2) for i in range(20)]).p < 0.05
    assert 4 <= alarms <= 27


def test_of_one_person_nothing_is_said_about_others():
    found = compare([2.0, 3.0], [1.0, 1.0], ["a", "a"])
    assert found.difference == 1.5 and found.is_tie
    assert math.isnan(found.low) and math.isnan(found.p)


def test_equal_methods_are_tied_for_certain():
    found = compare([1.0, 2.0], [1.0, 2.0], ["a", "b"])
    assert (found.low, found.high, found.p) == (0, 0, 1) and found.is_tie


def test_holm_worked_out_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1, 1]
    assert holm([]) == []
    some = holm([0.01, math.nan])
    assert some[0] == 0.02 and math.isnan(some[1])
