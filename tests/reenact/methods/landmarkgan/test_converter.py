"""Equations 4 and 5, the drivers whose answer is known, and where landmarks are laid."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from reenact.geometry.expression import ExpressionModel
from reenact.landmark_driven import points_in
from reenact.methods.landmarkgan.config import TINY
from reenact.methods.landmarkgan.converter_losses import (
    ConverterData,
    at_rest,
    converter_losses,
    distance,
    taught_pairs,
    unit,
)
from reenact.methods.landmarkgan.networks import make_networks
from reenact.methods.landmarkgan.place import lay_on
from reenact.methods.landmarkgan.space import as_normal, as_pixels, normalized, window_of


@pytest.fixture(scope="module")
def expression():
    return ExpressionModel.load()


def test_distance_and_unit_points():
    points = torch.tensor([[[0.0, 0.0], [3.0, 4.0]]])
    assert float(distance(points, torch.zeros(1, 2, 2))) == pytest.approx(2.5, abs=1e-3)
    flat = unit(points)
    torch.testing.assert_close(flat.mean(1), torch.zeros(1, 2))
    assert float(flat.square().sum(-1).mean()) == pytest.approx(1)


def test_a_converter_learns_two_people_and_the_way_there_and_back():
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    base = rng.normal(0, 0.4, (106, 2))
    move = rng.normal(0, 0.1, (106, 2))
    along = rng.uniform(-1, 1, (64, 1, 1))
    points = [
        (base + along * move).astype(np.float32),
        (1.2 * base + along * move).astype(np.float32),
    ]
    data = ConverterData(points, [])
    converter, _ = make_networks(TINY, 2)
    optimizer = torch.optim.Adam(converter.parameters(), 3e-3)
    seen = []
    for _ in range(150):
        losses = converter_losses(converter, data, 16, 0.0)
        assert set(losses) == {"L2L", "neutral", "X-L2L"}
        seen.append({name: float(value.detach()) for name, value in losses.items()})
        optimizer.zero_grad()
        sum(losses.values()).backward()
        optimizer.step()
    assert seen[-1]["L2L"] < 0.3 * seen[0]["L2L"] and seen[-1]["X-L2L"] < 0.3 * seen[0]["X-L2L"]


def test_taught_answers_are_the_persons_own_face_where_they_drive_themselves(
    expression, portrait_face
):
    mesh = portrait_face.points
    drivers, answers = taught_pairs(expression, mesh, [mesh], 3, 0)
    assert drivers.shape == (3, 106, 2)
    np.testing.assert_allclose(drivers, answers, atol=2e-3)


def test_the_calmest_face_is_found(expression, portrait_face):
    grin = portrait_face.points.copy()
    open_mouth = grin.copy()
    open_mouth[[14, 17, 152], 1] += 25
    assert at_rest(expression, np.stack([open_mouth, open_mouth])) == 0
    assert at_rest(expression, np.stack([open_mouth, grin])) in (0, 1)


def test_normalized_points_say_nothing_of_place_size_and_roll(portrait_face):
    mesh = portrait_face.points
    angle = np.radians(20)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    moved = np.column_stack([1.7 * mesh[:, :2] @ turn + (40, -9), 1.7 * mesh[:, 2]])
    np.testing.assert_allclose(normalized(mesh), normalized(moved.astype(np.float32)), atol=2e-3)
    np.testing.assert_allclose(as_normal(as_pixels(normalized(mesh))), normalized(mesh), atol=1e-5)


def test_landmarks_are_laid_where_the_head_is(portrait_face):
    mesh = portrait_face.points
    window = window_of(mesh)
    here = points_in(window, mesh)
    assert np.abs(lay_on(as_normal(here), here, window)).max() < 1e-3
    shrunk = as_normal(0.9 * (here - 128) + 128)  # an open mouth makes the face smaller
    assert np.abs(lay_on(shrunk, here, window)).max() < 1e-2
    opened = here.copy()
    opened[100] += (0, 12)  # lower lip, pixels of the window
    shift = lay_on(as_normal(opened), here, window)
    assert shift[100, 1] == pytest.approx(12 / window.scale, rel=0.05)
    assert np.abs(np.delete(shift, 100, 0)).max() < 1e-2
