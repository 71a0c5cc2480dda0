"""Real pictures give what the network leaves out; where parts change, the network is seen."""

from __future__ import annotations

import numpy as np
import pytest

from reenact.landmark_driven import FACE_PX, points_in, upright_window
from reenact.methods.landmarkgan.detail import missed, with_detail
from reenact.methods.landmarkgan.examples import Example

LOWER_LIP = [101, 102, 103]


@pytest.fixture
def seen(portrait, portrait_face):
    window = upright_window(portrait_face)
    points = points_in(window, portrait_face.points).astype(np.float32)
    return Example(window.cut(portrait), points)


@pytest.fixture
def around():
    ring = np.array([[20.0, 20.0], [235.0, 20.0], [20.0, 235.0], [235.0, 235.0]])
    return ring, ring


def mouth(picture, points):
    x, y = points[96:104].mean(0).astype(int)
    return picture[y - 3 : y + 4, x - 5 : x + 6].astype(int)


def test_a_face_that_stays_is_the_source_itself(seen, around):
    drawn = np.full_like(seen.picture, 90)
    same = with_detail(drawn, seen, missed(seen.picture, drawn), seen.points, around)
    assert np.abs(same.astype(int) - seen.picture).max() <= 1


def test_a_face_that_hardly_moves_is_hardly_another_one(seen, around):
    drawn = np.full_like(seen.picture, 90)
    there = seen.points + np.array([0.3, 0.0], np.float32)
    out = with_detail(drawn, seen, missed(seen.picture, drawn), there, around).astype(int)
    assert np.abs(out - seen.picture).mean() < 2


def test_an_opened_mouth_is_the_networks_and_what_is_beside_the_face_is_the_sources(seen, around):
    drawn = np.full_like(seen.picture, 90)
    there = seen.points.copy()
    there[LOWER_LIP, 1] += 30
    out = with_detail(drawn, seen, missed(drawn, drawn), there, around)
    assert np.abs(mouth(out, there) - 90).mean() < 12
    assert np.abs(out[:, :12].astype(int) - seen.picture[:, :12]).mean() < 4


def test_a_mouth_like_the_wanted_one_gives_its_details(seen, around):
    """An example whose mouth is open already and striped, as if it showed teeth."""
    drawn = np.full_like(seen.picture, 90)
    there = seen.points.copy()
    there[LOWER_LIP, 1] += 30
    striped = np.full_like(seen.picture, 90)
    striped[:, ::4] = 190
    example = Example(striped, there)
    detail = missed(seen.picture, drawn)
    plain = with_detail(drawn, seen, detail, there, around)
    fine = with_detail(drawn, seen, detail, there, around, [example])
    assert mouth(fine, there).std(axis=1).mean() > mouth(plain, there).std(axis=1).mean() + 15


def test_details_are_pixels_of_the_window(seen):
    detail = missed(seen.picture, np.zeros_like(seen.picture))
    assert detail.shape == (FACE_PX, FACE_PX, 3) and detail.dtype == np.float32
