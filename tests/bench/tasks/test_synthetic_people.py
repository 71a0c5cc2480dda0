"""The built-in people: whole, small, and measured without any data."""

from __future__ import annotations

import numpy as np
import pytest

from bench.people_set import FOLDER, MOMENTS, NEUTRAL, PEOPLE, load_points
from bench.protocol import load_protocol
from bench.runner import run
from bench.tasks import Pair, data_folder, pairs
from reenact.errors import InputError
from reenact.images import load_picture

PROTOCOL = load_protocol("synthetic-people")


def test_the_set_is_whole_and_small():
    points = load_points(FOLDER)
    assert set(points) == {f"{person}/{moment}" for person in PEOPLE for moment in MOMENTS}
    for name, exact in points.items():
        assert load_picture(FOLDER / f"{name}.webp").shape == (256, 256, 3)
        assert exact.shape == (68, 3)
        assert 0 < exact[:, :2].min() and exact[:, :2].max() < 255
    assert sum(path.stat().st_size for path in FOLDER.rglob("*")) < 3e6


def test_expressions_move_everybody_alike():
    """The same weights and head turn: nobody's mouth opens in one person's picture only."""
    points = load_points(FOLDER)
    for person in PEOPLE:
        gaps = {m: np.ptp(points[f"{person}/{m}"][[62, 66], 1]) for m in MOMENTS}
        assert gaps[NEUTRAL] < 2 < 5 < gaps["surprise"] < gaps["shout"]


@pytest.fixture(scope="module")
def found():
    return list(pairs(PROTOCOL, data_folder(PROTOCOL, None), 1))


def test_every_other_person_drives(found):
    assert all(isinstance(pair, Pair) for pair in found)
    assert len(found) == len(MOMENTS) - 1
    assert {pair.driving_person for pair in found} == set(PEOPLE) - {found[0].person}
    assert all(pair.source is found[0].source for pair in found)


def test_the_truth_is_as_good_as_the_detector(found):
    truth, copy = run(PROTOCOL, ["truth", "copy"], FOLDER, limit=1)
    exact = [row.values["landmark_distance_exact"] for row in truth.rows]
    assert np.mean(exact) < 5  # percent of the eye distance: what the detector misses
    assert np.mean([row.values["landmark_distance_exact"] for row in copy.rows]) > np.mean(exact)
    assert all(row.values["ssim"] == pytest.approx(1) for row in truth.rows)
    assert all(row.values["landmark_distance"] < 1e-3 for row in truth.rows)


def test_damaged_sets_are_refused(tmp_path):
    with pytest.raises(InputError, match="a whole points.npz"):
        list(pairs(PROTOCOL, tmp_path, None))
    (tmp_path / "points.npz").write_bytes((FOLDER / "points.npz").read_bytes()[:500])
    with pytest.raises(InputError, match="a whole points.npz"):
        list(pairs(PROTOCOL, tmp_path, None))
    (tmp_path / "points.npz").write_bytes((FOLDER / "points.npz").read_bytes())
    with pytest.raises(InputError, match="must hold the pictures"):
        list(pairs(PROTOCOL, tmp_path, None))
