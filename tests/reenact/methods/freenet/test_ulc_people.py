"""Made people are full tables in which everybody makes the same expressions."""

from __future__ import annotations

import numpy as np
import pytest

from reenact.face.scheme_tables import mean_mesh
from reenact.training.expression_sets import Sets
from reenact.training.ulc_people import YAWS, made_table


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(0)
    mean = mean_mesh().astype(np.float32) / np.ptp(mean_mesh()[:, 0])
    people = (mean * rng.uniform(0.9, 1.1, (6, 1, 3))).astype(np.float32)
    moves = rng.normal(0, 0.01, (5, 478, 3)).astype(np.float32)
    sets = Sets(["jawOpen"], mean, np.arange(478))
    sets.people, sets.moves = {"a": people[:3], "b": people[3:]}, {"a": moves}
    return made_table(sets, people=4, expressions=3)


def test_tables_are_full_and_in_the_crop(table):
    assert table.points.shape == (4, len(YAWS), 3, 2, 106, 2)
    assert table.points.min() > 0 and table.points.max() < 256


def test_faces_are_centered(table):
    center = (table.points.min(axis=-2) + table.points.max(axis=-2)) / 2
    np.testing.assert_allclose(center, 128, atol=0.01)


def test_rest_does_not_move(table):
    rest = table.points[:, :, table.rest]
    np.testing.assert_allclose(rest[:, :, 0], rest[:, :, 1], atol=1e-3)


def test_opposite_views_are_each_others_mirror_views(table):
    assert [table.mirror_views[i] for i in range(len(YAWS))] == list(range(len(YAWS)))[::-1]
    assert list(YAWS) == [-yaw for yaw in YAWS][::-1]
