"""Drawn people: circles of points that expressions move alike on everybody."""

from __future__ import annotations

import numpy as np
import pytest

from reenact.training.ulc_tables import FaceTable


@pytest.fixture(scope="session")
def drawn_table():
    """Eight people, three views, four expressions, two variants, 106 points."""
    rng = np.random.default_rng(0)
    angle = np.linspace(0, 2 * np.pi, 106, endpoint=False)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    size = rng.uniform(60, 90, (8, 1, 1, 1, 1, 2))
    view = rng.normal(0, 4, (3, 1, 1, 106, 2))
    expression = rng.normal(0, 5, (4, 1, 106, 2))
    expression[1] = 0
    variant = np.stack([np.zeros((106, 2)), rng.normal(0, 1, (106, 2))])
    points = 128 + circle * size + view + expression + variant
    people = tuple("abcdefgh")
    return FaceTable(points.astype(np.float32), people, tuple("wxyz"), 1, (2, 1, 0), (0, 1))


@pytest.fixture
def rafd_file(tmp_path):
    """RaFD's layout: nine drawn people, whole."""
    from reenact.training.ulc_tables import RAFD_ANGLES, RAFD_GAZES

    rng = np.random.default_rng(1)
    moods = ("angry", "neutral", "happy")
    names = [
        f"{angle}_{person:02d}_Caucasian_female_{mood}_{gaze}.jpg"
        for angle in RAFD_ANGLES
        for person in range(9)
        for mood in moods
        for gaze in RAFD_GAZES
    ]
    points = rng.uniform(200, 500, (len(names), 106, 2)).astype(np.float32)
    np.savez(tmp_path / "rafd_106.npz", names=np.array(names), points=points)
    return tmp_path / "rafd_106.npz"
