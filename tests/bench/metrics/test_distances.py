"""Fréchet and kernel distances against SciPy's closed form and sums written out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import sqrtm

from bench.metrics.distances import frechet_distance, kernel_distance
from reenact.errors import InputError, ShapeError


def scipys(a, b):
    """FID's formula with SciPy's matrix root."""
    gap = a.mean(0) - b.mean(0)
    first, second = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    return gap @ gap + np.trace(first + second - 2 * sqrtm(first @ second).real)


@pytest.mark.parametrize("size", [3, 16, 64])
def test_frechet_distance_is_scipys_within_1e_6(size):
    rng = np.random.default_rng(size)
    mix = rng.normal(size=(size, size))
    a, b = rng.normal(size=(400, size)) @ mix, rng.normal(1, 2, (300, size))
    assert frechet_distance(a, b) == pytest.approx(scipys(a, b), rel=1e-6)


def test_frechet_distance_of_fewer_samples_than_features_is_that_of_their_span():
    """SciPy's root of a singular matrix is unsure, so the same points are given fewer columns."""
    rng = np.random.default_rng(0)
    flat = rng.normal(size=(30, 5)), rng.normal(1, 2, (40, 5))
    basis = np.linalg.qr(rng.normal(size=(50, 5)))[0].T
    wide = [points @ basis for points in flat]
    assert frechet_distance(*wide) == pytest.approx(scipys(*flat), rel=1e-6)


def test_frechet_distance_is_0_at_best_and_grows_with_the_gap():
    a = np.random.default_rng(0).normal(size=(50, 8))
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(a, a + 2) == pytest.approx(8 * 4)
    assert frechet_distance(a, a + 3) > frechet_distance(a, a + 2)


def test_frechet_distance_of_numbers_worked_out_by_hand():
    """(m1 - m2)^2 + (s1 - s2)^2 in one dimension."""
    a, b = np.array([[0.0], [2.0]]), np.array([[10.0], [16.0]])
    expected = (1 - 13) ** 2 + (np.sqrt(2) - np.sqrt(18)) ** 2
    assert frechet_distance(a, b) == pytest.approx(expected)


def test_kernel_distance_is_the_sum_written_out():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(4, 3)), rng.normal(1, 1, (5, 3))

    def kernel(x, y):
        return (x @ y / 3 + 1) ** 3

    within = [
        np.mean([kernel(p[i], p[j]) for i in range(len(p)) for j in range(len(p)) if i != j])
        for p in (a, b)
    ]
    across = np.mean([kernel(x, y) for x in a for y in b])
    assert kernel_distance(a, b) == pytest.approx(sum(within) - 2 * across)
    assert kernel_distance(a, b, size=1) == pytest.approx(
        kernel_distance(*(3**0.5 * x for x in (a, b)))
    )


def test_kernel_distance_is_torchmetrics_kid():
    import torch
    from torchmetrics.image.kid import poly_mmd

    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(20, 7)), rng.normal(0.5, 1, (20, 7))
    theirs = float(poly_mmd(torch.from_numpy(a), torch.from_numpy(b)))
    assert kernel_distance(a, b) == pytest.approx(theirs)


def test_kernel_distance_does_not_grow_for_small_sets():
    rng = np.random.default_rng(0)
    small = [kernel_distance(*rng.normal(size=(2, 10, 16))) for _ in range(400)]
    error = np.std(small) / 20
    assert abs(np.mean(small)) < 3 * error
    frechet = [frechet_distance(*rng.normal(size=(2, 10, 16))) for _ in range(50)]
    assert np.mean(frechet) > 5  # which is why the table warns of small n


@pytest.mark.parametrize("distance", [frechet_distance, kernel_distance])
def test_bad_features_are_refused(distance):
    good = np.random.default_rng(0).normal(size=(5, 3))
    with pytest.raises(InputError, match="2 rows or more, got 1"):
        distance(good[:1], good)
    with pytest.raises(InputError, match="finite numbers"):
        distance(good, good * np.nan)
    with pytest.raises(ShapeError, match="equally many columns"):
        distance(good, good[:, :2])
    with pytest.raises(ShapeError, match=r"must be \(N, D\)"):
        distance(good[0], good)
