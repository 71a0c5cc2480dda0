"""The classes are their functions, put together as torchmetrics does it."""

from __future__ import annotations

import numpy as np
import pytest

from bench.metrics import METRICS, classes, distances, pixels
from bench.metrics.recognition import compare, rank1, tar_at_far
from reenact.errors import InputError, ShapeError

MEANS = classes.Mean.__subclasses__()
pytestmark = pytest.mark.filterwarnings("ignore:The ``compute`` method")


@pytest.fixture
def pictures(portrait):
    rng = np.random.default_rng(0)
    return [
        (portrait + rng.normal(0, s, portrait.shape)).clip(0, 255).astype(np.uint8)
        for s in (5, 20, 40)
    ]


@pytest.mark.parametrize("kind", [classes.SSIM, classes.PSNR, classes.L1, classes.L2])
def test_pictures_are_averaged(kind, pictures, portrait):
    metric = kind()
    for picture in pictures:
        metric.update(picture, portrait)
    expected = np.mean([kind.function(picture, portrait) for picture in pictures])
    assert float(metric.compute()) == pytest.approx(expected)
    metric.reset()
    with pytest.raises(InputError, match="must be updated"):
        metric.compute()


def test_processes_add_up(pictures, portrait):
    """What torchmetrics does with the states of two processes."""
    whole, first, second = classes.SSIM(), classes.SSIM(), classes.SSIM()
    for index, picture in enumerate(pictures):
        whole.update(picture, portrait)
        (first if index else second).update(picture, portrait)
    merged = classes.SSIM()
    merged.total, merged.count = first.total + second.total, first.count + second.count
    assert float(merged.compute()) == pytest.approx(float(whole.compute()))


def test_they_fit_into_a_collection(portrait):
    from torchmetrics import MetricCollection

    found = MetricCollection([classes.SSIM(), classes.PSNR()])
    found.update(portrait, portrait)
    numbers = {name: float(value) for name, value in found.compute().items()}
    assert numbers == pytest.approx({"SSIM": 1, "PSNR": pixels.MOST_DB})


@pytest.mark.parametrize("kind", MEANS, ids=lambda kind: kind.__name__)
def test_directions_are_those_of_the_table(kind):
    assert kind().higher_is_better is METRICS[kind.name].is_higher_better


def test_points_descriptors_and_expressions():
    points = np.zeros((68, 2)), np.tile([3.0, 4.0], (68, 1))
    for kind, args, expected in (
        (classes.LandmarkDistance, points, 5),
        (classes.LandmarkSum, (*points, 340), 1),
        (classes.ACE, points, 3.5),
        (classes.IdentityDistance, (np.array([0.0, 3]), np.array([4.0, 0])), 5),
        (classes.VerificationAccuracy, (np.array([0.0]), np.array([0.5])), 1),
        (classes.DetectionFailureRate, (False,), 1),
        (classes.ExpressionSimilarity, (np.array([0.0, 3]), np.array([4.0, 3])), 0.6),
        (classes.ExpressionAccuracy, (np.zeros(13), "neutral"), 1),
    ):
        metric = kind()
        metric.update(*args)
        assert float(metric.compute()) == pytest.approx(expected), kind


def test_still_steps_of_clips_do_not_count():
    metric = classes.LipschitzRatio()
    metric.update(np.array([[0.0], [6.0], [6.0]]), np.array([[0.0], [3.0], [3.0]]))
    assert float(metric.compute()) == 2
    jitter = classes.TemporalJitter()
    jitter.update(np.zeros((3, 2, 2)), np.zeros((3, 2, 2)))
    assert float(jitter.compute()) == 0


def test_sets_are_compared_as_a_whole():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(20, 4)), rng.normal(1, 1, (16, 4))
    for kind, function in (
        (classes.FrechetDistance, distances.frechet_distance),
        (classes.KernelDistance, distances.kernel_distance),
    ):
        metric = kind()
        metric.update(a[:5], b[:9])
        metric.update(a[5:], b[9:])
        assert float(metric.compute()) == pytest.approx(function(a, b))
        with pytest.raises(InputError, match="must be updated"):
            kind().compute()


def test_recognition_of_a_gallery():
    rng = np.random.default_rng(0)
    gallery = rng.normal(size=(6, 8))
    persons = np.repeat(np.arange(6), 5)
    probes = gallery[persons] + rng.normal(0, 1.2, (30, 8))
    found = compare(probes, [str(p) for p in persons], gallery, [str(p) for p in range(6)])
    first, accepted = classes.Rank1(), classes.TarAtFar(0.01)
    for metric in (first, accepted):
        metric.add_gallery(gallery, np.arange(6))
        metric.update(probes[:10], persons[:10])
        metric.update(probes[10:], persons[10:])
    assert float(first.compute()) == pytest.approx(rank1(found).mean())
    assert 0 < float(first.compute()) < 1
    expected = tar_at_far(found.genuine, found.impostor, 0.01)
    assert float(accepted.compute()) == pytest.approx(expected)
    with pytest.raises(InputError, match="probes and a gallery"):
        classes.Rank1().compute()


def test_mistakes_are_those_of_the_functions(portrait):
    with pytest.raises(ShapeError, match="same shape"):
        classes.SSIM().update(portrait, portrait[1:])
    metric = classes.FrechetDistance()
    metric.update(np.zeros((1, 3)), np.zeros((5, 3)))
    with pytest.raises(InputError, match="2 rows or more"):
        metric.compute()
