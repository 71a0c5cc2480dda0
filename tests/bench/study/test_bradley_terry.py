"""Strengths against a closed form and an independent maximum of the likelihood."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from bench.study.bradley_terry import PRIOR_WINS, is_connected, strengths


def test_two_methods_are_the_log_odds():
    found = strengths(np.array([[0.0, 30.0], [10.0, 0.0]]))
    assert found[0] - found[1] == pytest.approx(np.log(30.5 / 10.5))
    assert found.sum() == pytest.approx(0)


def test_strengths_are_where_the_likelihood_is_highest():
    wins = np.random.default_rng(0).integers(0, 20, (4, 4)).astype(float)
    np.fill_diagonal(wins, 0)
    counts = wins + PRIOR_WINS * (1 - np.eye(4))

    def loss(values):
        return float((counts * np.logaddexp(0, values[None] - values[:, None])).sum())

    best = minimize(loss, np.zeros(4), options={"gtol": 1e-9}).x
    assert strengths(wins) == pytest.approx(best - best.mean(), abs=1e-5)


def test_many_tables_at_once_are_each_table_alone():
    tables = np.random.default_rng(1).integers(1, 9, (5, 3, 3)).astype(float)
    assert strengths(tables) == pytest.approx(np.stack([strengths(t) for t in tables]), abs=1e-6)


def test_a_method_that_always_won_stays_finite():
    assert np.isfinite(strengths(np.array([[0.0, 9.0], [0.0, 0.0]]))).all()


def test_methods_that_never_met_are_seen():
    wins = np.zeros((3, 3))
    wins[0, 1] = 4
    assert not is_connected(wins)
    wins[2, 1] = 1
    assert is_connected(wins)
