"""Metrics of sets: values by hand, intervals, order, and what is said where nothing can be."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest

from bench.measure import reduce
from bench.metrics.distances import frechet_distance
from bench.metrics.of_sets import REDUCES
from bench.metrics.recognition import compare, tar_at_far
from reenact.errors import InputError, ShapeError, UnknownNameError


@dataclass(frozen=True)
class Row:
    pair: str
    group: str
    person: str = ""
    label: str = ""
    clip: str = ""
    index: int = 0


@pytest.fixture
def faces():
    """(60, 2 x 4) features of ten people's outputs and real pictures, and their rows."""
    rng = np.random.default_rng(0)
    people = rng.normal(size=(10, 4))
    whose = np.repeat(np.arange(10), 6)
    outputs = people[whose] + rng.normal(0, 0.6, (60, 4))
    features = np.hstack([outputs, people[whose]]).astype(np.float32)
    rows = [Row(f"{p}/{i}", f"p{p}", f"p{p}") for i, p in enumerate(whose)]
    return features, rows


def clip_rows(*indices, clip="a", group="a"):
    return [Row(f"{clip}/{i}", group, clip=clip, index=i) for i in indices]


@pytest.mark.parametrize(
    "name", ["fid", "kid", "face_frechet_distance", "face_kernel_distance", "rank1", "tar_at_far_1"]
)
def test_the_order_of_rows_changes_nothing(name, faces):
    features, rows = faces
    order = np.random.default_rng(1).permutation(len(rows))
    assert reduce(name, features, rows) == reduce(name, features[order], [rows[i] for i in order])


def test_a_distance_is_that_of_outputs_to_targets(faces):
    features, rows = faces
    found = reduce("face_frechet_distance", features, rows)
    assert found["value"] == pytest.approx(frechet_distance(features[:, :4], features[:, 4:]))
    assert found["count"] == found["extras"]["n"] == 60
    assert 0 <= found["low"] < found["value"] < found["high"]
    assert "n = 60" in found["warning"]


def test_fid_of_less_pictures_than_features_says_so():
    features = np.random.default_rng(0).normal(size=(12, 32)).astype(np.float32)
    rows = [Row(str(i), str(i)) for i in range(12)]
    assert "fewer than its 16 features" in reduce("fid", features, rows)["warning"]
    assert reduce("kid", features, rows)["warning"] == ""


def test_intervals_of_distances_cover_the_truth():
    """Kernel distance of two draws of one distribution is 0; 95 % intervals should hold it."""
    rng, held = np.random.default_rng(0), 0
    rows = [Row(str(i), str(i)) for i in range(40)]
    for _ in range(100):
        found = reduce("face_kernel_distance", rng.normal(size=(40, 8)), rows)
        held += found["low"] <= 0 <= found["high"]
    assert 88 <= held <= 100


def test_rank1_and_its_interval(faces):
    features, rows = faces
    found = reduce("rank1", features, rows)
    away = np.linalg.norm(features[:, None, :4] - features[::6, 4:][None], axis=-1)
    hits = away.argmin(axis=1) == np.repeat(np.arange(10), 6)
    assert found["value"] == pytest.approx(hits.mean())
    assert 0 < found["low"] < found["value"] < found["high"] <= 1
    assert found["extras"]["people"] == 10


def test_tar_is_the_functions_and_its_interval_holds_it(faces):
    features, rows = faces
    names = sorted({row.person for row in rows})
    gallery = features[::6, 4:]
    compared = compare(features[:, :4], [row.person for row in rows], gallery, names)
    found = reduce("tar_at_far_1", features, rows)
    expected = tar_at_far(compared.genuine, compared.impostor, 0.01)
    assert found["value"] == pytest.approx(expected)
    assert found["low"] <= expected <= found["high"] and found["low"] < found["high"]
    assert found["warning"] == ""
    few = reduce("tar_at_far_01", features, rows)
    assert "Only 540 impostor comparisons" in few["warning"]
    assert few["value"] <= found["value"]


def test_people_without_a_name_are_their_group(faces):
    features, rows = faces
    nameless = [Row(row.pair, row.group) for row in rows]
    assert reduce("rank1", features, nameless) == reduce("rank1", features, rows)


def lipschitz_feature(level, x):
    """A gray 64 x 64 picture, and a condition of 68 points of which one is moved by x."""
    condition = np.zeros(136)
    condition[0] = x
    return np.concatenate([np.full(64 * 64 * 3, level), condition])


def test_lipschitz_ratio_of_a_clip_worked_out_by_hand():
    pixel = np.sqrt(64 * 64 * 3)
    features = np.stack(
        [lipschitz_feature(0, 0), lipschitz_feature(0.5, 1), lipschitz_feature(0.6, 1.1)]
    )
    found = reduce("lipschitz_ratio", features, clip_rows(0, 10, 20))
    assert found["value"] == pytest.approx(pixel * (0.5 + 1.0) / 2, rel=1e-5)
    assert found["extras"]["max"] == pytest.approx(pixel, rel=1e-5)
    assert found["count"] == 2
    assert math.isnan(found["low"])  # one clip only


def jitter_feature(out, drive):
    points = np.zeros((2, 68, 2))
    points[0, :, 0], points[1, :, 0] = out, drive
    return points.ravel()


def test_jitter_of_a_clip_worked_out_by_hand():
    features = np.stack([jitter_feature(o, d) for o, d in ((0, 0), (0.03, 0.01), (0, 0))])
    found = reduce("temporal_jitter", features, clip_rows(0, 1, 2))
    assert found["value"] == pytest.approx(100 * (0.06 - 0.02))  # percent of eye distance
    assert found["count"] == 1


def test_missing_frames_and_other_clips_are_no_neighbors():
    shaken = np.stack([jitter_feature(o, 0) for o in (0, 1, 0, 1, 0, 1)])
    rows = [*clip_rows(0, 10, 20), *clip_rows(50, 60, clip="a"), *clip_rows(0, clip="b")]
    found = reduce("temporal_jitter", shaken, rows)
    assert found["count"] == 1
    backwards = reduce("temporal_jitter", shaken[::-1], rows[::-1])
    assert backwards["value"] == found["value"]


@pytest.mark.parametrize("name", REDUCES)
def test_sets_of_which_nothing_can_be_said_say_why(name):
    empty = reduce(name, np.zeros((0, 8), np.float32), [])
    assert math.isnan(empty["value"]) and empty["warning"] == "No pair could be measured."
    width = 64 * 64 * 3 + 136 if name == "lipschitz_ratio" else 272
    one = reduce(name, np.ones((1, width), np.float32), [Row("a", "a", "a")])
    assert math.isnan(one["value"]) and one["warning"].endswith(".")


def test_one_person_only_is_one_clear_line(faces):
    features, rows = faces
    for name in ("rank1", "tar_at_far_1"):
        found = reduce(name, features[:6], rows[:6])
        assert math.isnan(found["value"])
        assert found["warning"] == "`gallery` must show 2 people or more, got 1."
    distance = reduce("face_frechet_distance", features[:6], rows[:6])
    assert distance["value"] > 0 and math.isnan(distance["low"])


def test_bad_features_are_refused(faces):
    features, rows = faces
    with pytest.raises(ShapeError, match="equally many, got 60 and 59"):
        reduce("rank1", features, rows[:-1])
    with pytest.raises(InputError, match="finite"):
        reduce("rank1", features * np.nan, rows)
    with pytest.raises(InputError, match="must be a metric of sets"):
        reduce("ssim", features, rows)
    with pytest.raises(UnknownNameError):
        reduce("rank2", features, rows)
