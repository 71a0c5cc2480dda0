"""t-SNE keeps groups together, and says the same for the same seed."""

from __future__ import annotations

import numpy as np

from bench.gcgan_manifold import agreement, expression_of
from bench.tsne import _neighbors, tsne


def groups() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    names = np.repeat(np.array(["a", "b", "c"]), 20)
    middles = {"a": 0.0, "b": 4.0, "c": 8.0}
    return np.array([rng.normal(middles[n], 0.5, 6) for n in names]), names


def test_groups_stay_together_and_the_seed_decides():
    points, names = groups()
    places = tsne(points, perplexity=10, rounds=250)
    assert places.shape == (60, 2) and np.isfinite(places).all()
    assert agreement(places, names) > 0.95
    np.testing.assert_array_equal(places, tsne(points, perplexity=10, rounds=250))


def test_each_point_has_as_many_neighbors_as_asked_for():
    shares = _neighbors(groups()[0], 8.0)
    np.testing.assert_allclose(shares.sum(1), 1)
    entropy = -(shares * np.log(np.maximum(shares, 1e-12))).sum(1)
    np.testing.assert_allclose(np.exp(entropy), 8.0, rtol=1e-3)


def test_posed_expressions_of_the_bank_have_names():
    assert expression_of(-1) == "neutral"
    assert [expression_of(n) for n in (0, 1, 2, 4)] == ["", "anger", "", "anger_open"]


def test_agreement_is_the_share_of_neighbors_with_the_same_name():
    codes = np.array([[0.0], [0.1], [0.2], [0.3], [0.4], [0.5]])
    assert agreement(codes, np.array(["a"] * 6)) == 1
    assert agreement(codes, np.array(["a"] * 3 + ["b"] * 3)) == 2 / 5
