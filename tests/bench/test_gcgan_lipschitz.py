"""Lipschitz ratios of real outputs: each unit finite, and of G itself, not of rounding."""

from __future__ import annotations

import numpy as np
import pytest

from bench.g2gan_cases import Shot
from bench.gcgan_lipschitz import KINDS, lipschitz
from reenact.face.detect import make_face
from reenact.methods import gcgan


def opened_by(portrait, face, share: float) -> Shot:
    points = face.points.copy()
    lower = points[:, 1] > points[0, 1]
    points[lower, 1] += share * np.ptp(points[:, 0])
    return Shot(portrait, make_face(points, 1.0, portrait.shape[:2]))


@pytest.fixture(scope="module")
def method():
    return gcgan.create()


def test_ten_steps_have_a_finite_ratio_in_each_unit(method, portrait, portrait_face):
    ways = [("p", Shot(portrait, portrait_face), opened_by(portrait, portrait_face, 0.1))]
    found = lipschitz(method, ways)
    assert tuple(found) == KINDS
    for values, people in found.values():
        assert len(values) == len(people) == 10 and set(people) == {"p"}
        assert np.isfinite(values).all() and min(values) >= 0
    assert np.mean(found["way"][0]) > 1  # the mouth opens
    assert len(lipschitz(method, ways, steps=4)["own"][0]) == 4


def test_a_face_that_hardly_moves_is_as_even_as_one_that_moves(method, portrait, portrait_face):
    """Finished pictures stay the source's own at first, then change at once: 0, 0, 0, 282, 36."""
    ways = [("p", Shot(portrait, portrait_face), opened_by(portrait, portrait_face, 0.02))]
    found = lipschitz(method, ways)
    made, stored = (np.array(found[kind][0]) for kind in ("own", "stored"))
    assert made.max() < 1.2 * np.median(made)
    assert stored.max() > 5 * made.max()
