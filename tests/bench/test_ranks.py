"""Ranks: clear winners, ties, directions, pairs that only some methods have."""

from __future__ import annotations

import numpy as np
import pytest

from bench.ranks import rank_methods, rank_values
from reenact.errors import InputError

PAIRS = [f"{person}/{i}" for person in range(20) for i in range(3)]
GROUPS = {pair: pair.split("/")[0] for pair in PAIRS}


def values(mean: float, seed: int, common: float = 1.0) -> dict[str, float]:
    """Numbers of a method: hard pairs are hard for all, and each has its own luck."""
    hard = np.random.default_rng(99).normal(0, common, len(PAIRS))
    own = np.random.default_rng(seed).normal(mean, 0.1, len(PAIRS))
    return dict(zip(PAIRS, hard + own, strict=True))


@pytest.fixture
def methods():
    """One clear winner, two that are the same but for luck, one clear loser."""
    return {"best": values(2, 1), "b": values(1, 2), "c": values(1, 3), "worst": values(0, 4)}


def test_ties_share_a_rank_and_clear_differences_do_not(methods):
    found = rank_methods(methods, GROUPS, is_higher_better=True)
    assert {name: one.rank for name, one in found.ranks.items()} == {
        "best": 1,
        "b": 2,
        "c": 2,
        "worst": 4,
    }
    assert found.ranks["b"].tied_with == ("c",) and found.ranks["best"].tied_with == ()
    assert list(found.ranks)[0] == "best" and list(found.ranks)[-1] == "worst"
    assert found.pairs == 60 and len(found.comparisons) == 6


def test_lower_is_better_turns_ranks_around(methods):
    found = rank_methods(methods, GROUPS, is_higher_better=False)
    assert (found.ranks["worst"].rank, found.ranks["best"].rank) == (1, 4)


def test_p_is_corrected_for_the_number_of_comparisons(methods):
    found = rank_methods(methods, GROUPS, is_higher_better=True)
    assert all(found.p_holm[key] >= one.p for key, one in found.comparisons.items())
    assert found.p_holm["b", "best"] < 0.01 < found.comparisons["b", "c"].p


def test_paired_differences_see_what_intervals_of_means_do_not(methods):
    """The pairs differ far more than the methods, which would hide the difference unpaired."""
    hard = {"a": values(1, 1, common=10), "b": values(1.5, 2, common=10)}
    found = rank_methods(hard, GROUPS, is_higher_better=True)
    assert (found.ranks["b"].rank, found.ranks["a"].rank) == (1, 2)


def test_only_pairs_that_all_have_count(methods):
    methods["b"] = {pair: v for pair, v in methods["b"].items() if not pair.startswith("1/")}
    assert rank_methods(methods, GROUPS, is_higher_better=True).pairs == 57
    with pytest.raises(InputError, match="pairs in common, got none"):
        rank_methods(
            {"a": {"x": 1.0}, "b": {"y": 1.0}}, {"x": "p", "y": "p"}, is_higher_better=True
        )
    with pytest.raises(InputError, match="at least one method"):
        rank_methods({}, GROUPS, is_higher_better=True)


def test_one_person_ties_everybody(methods):
    alone = dict.fromkeys(PAIRS, "p")
    found = rank_methods(methods, alone, is_higher_better=True)
    assert {one.rank for one in found.ranks.values()} == {1}


def test_one_method_is_first(methods):
    found = rank_methods({"a": methods["b"]}, GROUPS, is_higher_better=True)
    assert found.ranks["a"].rank == 1 and found.comparisons == {}


def test_a_value_that_is_no_number_is_refused(methods):
    methods["b"]["0/0"] = float("nan")
    with pytest.raises(InputError, match="finite"):
        rank_methods(methods, GROUPS, is_higher_better=True)


def test_values_of_sets_are_ranked_by_their_intervals():
    """Reaches 3 and 4 make 5: a difference of 6 is clear, one of 4 is not."""
    fids = {"a": (10.0, 7.0, 13.0), "b": (16.0, 12.0, 20.0), "c": (14.0, 10.0, 18.0)}
    found = rank_values(fids, is_higher_better=False)
    assert {name: one.rank for name, one in found.items()} == {"a": 1, "c": 1, "b": 2}
    assert found["c"].tied_with == ("a", "b") and list(found) == ["a", "c", "b"]
    turned = rank_values(fids, is_higher_better=True)
    assert (turned["b"].rank, turned["a"].rank) == (1, 2)


def test_values_without_an_interval_are_tied_with_all():
    nan = float("nan")
    found = rank_values({"a": (1.0, nan, nan), "b": (9.0, 8.9, 9.1)}, is_higher_better=True)
    assert found["a"].rank == found["b"].rank == 1
    with pytest.raises(InputError, match="that of 'a' is NaN"):
        rank_values({"a": (nan, nan, nan)}, is_higher_better=True)
    with pytest.raises(InputError, match="at least one"):
        rank_values({}, is_higher_better=True)
