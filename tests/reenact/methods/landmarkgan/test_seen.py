"""Landmarks that were never seen are brought back; those that were stay."""

from __future__ import annotations

import numpy as np
import pytest

from reenact.methods.landmarkgan.seen import Seen, bend, is_told


@pytest.fixture(scope="module")
def points():
    rng = np.random.default_rng(0)
    base, moves = rng.normal(0, 0.4, (106, 2)), rng.normal(0, 0.03, (5, 106, 2))
    along = rng.uniform(-1, 1, (400, 5))
    noise = rng.normal(0, 0.001, (400, 106, 2))
    return (base + np.einsum("nk,kpd->npd", along, moves) + noise).astype(np.float32)


def test_what_was_seen_stays_about_as_it_is(points):
    seen = Seen.fit(points)
    assert len(seen.axes) == len(seen.reach) <= 8
    far = [np.abs(seen.within(one) - one).max() for one in points[:50]]
    assert np.median(far) < 0.004 and np.max(far) < 0.02


def test_what_was_never_seen_comes_near(points):
    seen = Seen.fit(points)
    rng = np.random.default_rng(1)
    for odd in (
        points[0] + rng.normal(0, 0.2, (106, 2)),
        points[0] + 3 * (points[1] - points[0]),
        np.zeros((106, 2)),
    ):
        kept = seen.within(odd)
        along = seen.axes @ (kept.ravel() - seen.center)
        assert (np.abs(along) <= seen.reach * 1.001 + 1e-4).all()
        assert is_told(odd, kept)
        before, after = (np.linalg.norm(points - one, axis=-1).mean(1).min() for one in (odd, kept))
        assert after < 0.5 * before and after < 0.1


def test_limits_are_soft_and_never_passed():
    limit = np.float32(1)
    values = np.linspace(-5, 5, 101)
    bent = bend(values, limit)
    assert np.abs(bent).max() <= 1 and (np.diff(bent) >= -1e-9).all()
    inside = np.abs(values) < 0.7
    np.testing.assert_allclose(bent[inside], values[inside])


def test_a_single_picture_gives_itself():
    one = np.random.default_rng(0).normal(0, 0.4, (1, 106, 2)).astype(np.float32)
    np.testing.assert_allclose(Seen.fit(one).within(one[0] + 0.3), one[0], atol=1e-4)
