"""What the network misses of the source goes with the landmarks, and fades where parts change."""

from __future__ import annotations

import numpy as np
import pytest

from reenact.landmark_driven import FACE_PX, points_in, upright_window
from reenact.methods.landmarkgan.detail import missed, with_detail


@pytest.fixture
def seen(portrait, portrait_face):
    window = upright_window(portrait_face)
    return window.cut(portrait), points_in(window, portrait_face.points).astype(np.float32)


@pytest.fixture
def around():
    ring = np.array([[20.0, 20.0], [235.0, 20.0], [20.0, 235.0], [235.0, 235.0]])
    return ring, ring


def test_a_face_that_stays_is_the_source_itself(seen, around):
    face, points = seen
    drawn = np.full_like(face, 90)
    same = with_detail(drawn, missed(face, drawn), points, points, around)
    assert np.abs(same.astype(int) - face).max() <= 1


def test_an_opened_mouth_is_the_networks_and_the_brow_is_the_sources(seen, around):
    face, points = seen
    drawn = np.full_like(face, 90)
    there = points.copy()
    there[[101, 102, 103], 1] += 30  # lower edge of the mouth's inside
    out = with_detail(drawn, missed(face, drawn), points, there, around).astype(int)
    x, y = there[96:104].mean(0).astype(int)
    assert np.abs(out[y - 2 : y + 3, x - 4 : x + 5] - 90).mean() < 12
    x, y = points[33:43].mean(0).astype(int)
    assert (
        np.abs(out[y - 4 : y + 4, x - 4 : x + 4] - face[y - 4 : y + 4, x - 4 : x + 4]).mean() < 12
    )


def test_details_are_pixels_of_the_window(seen):
    face, _ = seen
    detail = missed(face, np.zeros_like(face))
    assert detail.shape == (FACE_PX, FACE_PX, 3) and detail.dtype == np.float32
