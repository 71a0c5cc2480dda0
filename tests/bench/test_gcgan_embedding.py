"""What comes through E, on made faces: the true motion is all, a shape brings its person."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bench.gcgan_embedding import ROWS, Faces, area, survived, through, told_apart
from reenact.face.scheme_tables import mean_mesh
from reenact.methods.gcgan.embedding import Embedding
from reenact.methods.gcgan.geometry import flat


def shape(numbers):
    """(136,) the mean face with a lower jaw, higher brows and lids, and a wider mouth."""
    points = flat(mean_mesh()).reshape(68, 2).copy()
    jaw, brows, lids, corners = numbers
    points[[*range(5, 12), *range(55, 60), *range(65, 68)], 1] += jaw
    points[17:27, 1] -= brows
    points[[37, 38, 43, 44], 1] -= lids
    points[[48, 54], 0] += np.array([-corners, corners])
    return points.astype(np.float32).ravel()


@pytest.fixture(scope="module")
def faces() -> Faces:
    """Eight people with four expressions; people differ in the same ways."""
    rng = np.random.default_rng(0)
    people = rng.normal(0, 0.03, (8, 4)) * (1, 1, 0.3, 1)
    moods = np.array([(0.2, 0.05, 0.02, 0), (0, 0, -0.02, 0.08), (0, -0.05, 0, 0), (0.1, 0, 0, 0)])
    label = np.tile(np.arange(4), 8)
    rest = np.repeat(people, 4, 0)
    return Faces(
        np.array([shape(one) for one in rest + moods[label]]),
        np.array([shape(one) for one in rest]),
        label,
    )


def test_the_true_motion_is_all_of_it_and_nobody_elses_shape(faces):
    found = survived(faces, ROWS["true motion"])
    assert found["similarity"] > 0.95 and found["gain"] == pytest.approx(1, abs=0.1)
    assert found["mouth"] == pytest.approx(1) and found["mouth gain"] == pytest.approx(1)
    assert found["person"] == pytest.approx(0, abs=1e-4)


def test_the_driving_shape_brings_the_driving_person_along(faces):
    found = survived(faces, ROWS["driving shape"])
    assert found["person"] == pytest.approx(1, abs=0.01)
    assert found["similarity"] < survived(faces, ROWS["true motion"])["similarity"]


def test_an_untrained_network_is_measured(faces):
    torch.manual_seed(0)
    network = Embedding().eval()
    found = survived(faces, through(network))
    assert np.isfinite(list(found.values())).all() and found["gain"] < 0.5
    assert 0 <= told_apart(faces, network) <= 1


def test_unique_labels_are_shown_by_several_people(faces):
    own = Faces(faces.face[:4], faces.rest[[0, 4, 8, 12]], np.arange(4))
    torch.manual_seed(0)
    assert 0 <= told_apart(own, Embedding().eval()) <= 1


def test_the_area_is_the_chance_of_the_right_order():
    assert area(np.array([1.0, 2.0, 3.0, 4.0]), np.array([False, True, False, True])) == 0.75
