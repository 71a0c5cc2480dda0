"""Lipschitz ratios of real renders: three units, all of them finite."""

from __future__ import annotations

import numpy as np

from bench.g2gan_cases import Shot
from bench.gcgan_lipschitz import KINDS, lipschitz
from reenact.face.detect import make_face
from reenact.methods import gcgan


def test_ten_steps_have_a_finite_ratio_in_each_unit(portrait, portrait_face):
    points = portrait_face.points.copy()
    lower = points[:, 1] > points[0, 1]
    points[lower, 1] += 0.1 * np.ptp(points[:, 0])
    opened = Shot(portrait, make_face(points, 1.0, portrait.shape[:2]))
    found = lipschitz(gcgan.create(), [("p", Shot(portrait, portrait_face), opened)])
    assert tuple(found) == KINDS
    for values, people in found.values():
        assert len(values) == len(people) == 10 and set(people) == {"p"}
        assert np.isfinite(values).all() and min(values) >= 0
    assert np.mean(found["way"][0]) > 1  # the mouth opens
