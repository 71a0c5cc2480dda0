"""Bootstrap intervals over groups."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bench.stats import estimate


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
