"""Each metric on one real pair: best on the truth itself, worse on something else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from bench.measure import (
    Output,
    Skipped,
    mean_with_failures,
    measure,
    measured_with,
    not_computed,
)
from bench.metrics import METRICS, NotComputed
from bench.metrics.identity import NETWORK_FILE
from bench.tasks import Pair
from reenact.errors import FaceNotFoundError, InputError, ShapeError, UnknownNameError
from reenact.face.align import face_crop
from reenact.face.schemes import convert
from reenact.losses.models import VARIABLE
from reenact.types import Options

OF_PAIRS = [name for name, found in METRICS.items() if found.per == "pair"]
DOWNLOADS = ("lpips", "fid", "kid", "identity_distance_facenet")
HERE = [name for name in OF_PAIRS if name not in DOWNLOADS]


@pytest.fixture(autouse=True)
def nothing_downloaded(monkeypatch, tmp_path):
    """What a computer without downloads says, whatever is on this one."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "models"))
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))


@pytest.fixture(scope="module")
def pair(portrait, portrait_face):
    """The portrait, to be made of itself: a smile, that opens the mouth."""
    return Pair(
        name="a/1",
        group="a",
        source=portrait,
        source_face=portrait_face,
        driving=portrait,
        driving_face=portrait_face,
        driving_neutral=None,
        target=portrait,
        target_face=portrait_face,
        crop=face_crop(portrait_face, scale=1.6, size=256, upright=False),
        options=Options(),
        person="a",
        label="",
        gallery=portrait,
        gallery_face=portrait_face,
        clip="a",
        index=1,
        exact_points=convert(portrait_face.points, "mediapipe478", "ibug68"),
    )


@pytest.fixture(scope="module")
def truth(portrait):
    return Output(portrait)


@pytest.fixture(scope="module")
def other(portrait):
    """A mirrored, darker face, slid to the side."""
    slid = np.roll(portrait[:, ::-1], 9, axis=1)
    return Output((slid * 0.7).astype(np.uint8))


@pytest.mark.parametrize("name", HERE)
def test_the_truth_is_best_and_something_else_is_worse(name, pair, truth, other):
    if name == "expression_accuracy":
        pair = replace(pair, label="neutral")
    found = METRICS[name]
    best = measure(name, pair, truth)
    assert best == pytest.approx(found.best, abs=1e-3)
    worse = measure(name, pair, other)
    low, high = sorted((found.best, found.worst))
    assert low <= worse <= high
    if name not in ("detection_failure_rate", "verification_accuracy", "expression_accuracy"):
        assert (worse < best) is found.is_higher_better and worse != best


@pytest.mark.parametrize("name", DOWNLOADS)
def test_metrics_without_their_networks_are_not_computed(name, pair, truth):
    needs = METRICS[name].needs
    command = f"python -m bench weights {needs}"
    assert command in not_computed(name)
    with pytest.raises(NotComputed, match=command):
        measure(name, pair, truth)


@pytest.mark.parametrize("name", [name for name in METRICS if name not in DOWNLOADS])
def test_all_others_are_computed_here(name):
    assert not_computed(name) is None


def test_the_record_says_which_network_looked():
    assert list(measured_with("identity_distance")) == [NETWORK_FILE]
    assert len(measured_with("rank1")[NETWORK_FILE]) == 64
    assert measured_with("ssim") == {}
    with pytest.raises(NotComputed):
        measured_with("fid")


@pytest.mark.parametrize(
    "name",
    ["face_frechet_distance", "face_kernel_distance", "rank1", "lipschitz_ratio"]
    + ["tar_at_far_1", "tar_at_far_01", "temporal_jitter"],
)
def test_set_metrics_give_one_feature_a_pair(name, pair, truth):
    feature = measure(name, pair, truth)
    assert feature.ndim == 1 and feature.dtype == np.float32
    assert np.array_equal(feature, measure(name, pair, Output(truth.image)))


def test_an_output_without_a_face_fails_and_is_counted(pair, portrait):
    gray = Output(np.full_like(portrait, 128))
    assert measure("detection_failure_rate", pair, gray) == 1
    for name in ("landmark_distance", "identity_distance", "rank1"):
        with pytest.raises(FaceNotFoundError):
            measure(name, pair, gray)
    assert measure("ssim", pair, gray) < 0.5  # pixels are there to be compared


def test_pairs_that_a_metric_says_nothing_about_are_skipped(pair, truth):
    nothing = replace(pair, clip="", gallery=None, gallery_face=None)
    for name in ("temporal_jitter", "lipschitz_ratio", "gallery_distance", "expression_accuracy"):
        with pytest.raises(Skipped):
            measure(name, nothing, truth)
    still = replace(pair, driving_neutral=pair.driving_face)
    with pytest.raises(Skipped, match="shows no expression"):
        measure("expression_similarity", still, truth)


def test_a_wrong_expression_is_wrong(pair, truth):
    assert measure("expression_accuracy", replace(pair, label="sad"), truth) == 0
    with pytest.raises(Skipped, match="no such expression"):  # not the method's failure
        measure("expression_accuracy", replace(pair, label="bored"), truth)


def test_recognition_looks_at_the_gallery_or_else_at_the_source(pair, truth, other):
    elsewhere = replace(pair, gallery=other.image, gallery_face=other.face)
    alone = replace(pair, gallery=None, gallery_face=None)
    of_gallery, of_source = (measure("rank1", one, truth) for one in (elsewhere, alone))
    assert np.array_equal(of_gallery[:128], of_source[:128])
    assert not np.array_equal(of_gallery[128:], of_source[128:])
    assert measure("gallery_distance", elsewhere, truth) > 0.05


def test_outputs_of_another_size_than_their_target_are_refused(pair, portrait):
    with pytest.raises(ShapeError, match="as large as its target .304 x 304., got 304 x 300"):
        measure("ssim", pair, Output(portrait[:300]))


def test_mistakes_are_named(pair, truth):
    with pytest.raises(UnknownNameError, match="Did you mean 'psnr'"):
        measure("psmr", pair, truth)
    with pytest.raises(InputError, match="once a method"):
        measure("macs", pair, truth)


def test_failures_count_as_the_worst():
    assert mean_with_failures("ssim", 0.9, 2, 1) == pytest.approx(0.6)
    assert mean_with_failures("identity_distance", 0.2, 3, 1) == pytest.approx(0.4)
    assert mean_with_failures("landmark_distance", float("nan"), 0, 2) == 100
    assert mean_with_failures("fid", 12.0, 50, 0) == 12
    assert mean_with_failures("fid", 12.0, 50, 1) is None
    assert mean_with_failures("ssim", float("nan"), 0, 0) is None
