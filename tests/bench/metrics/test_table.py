"""What every metric promises: best and worst, a direction, a place where it is measured."""

from __future__ import annotations

import math

import pytest

from bench.metrics import METRICS, metric
from bench.metrics.of_pairs import MEASURES
from bench.metrics.of_sets import REDUCES
from reenact.errors import UnknownNameError


@pytest.mark.parametrize("name", METRICS)
def test_best_worst_and_direction_agree(name):
    found = METRICS[name]
    assert math.isfinite(found.best)
    assert (found.best > found.worst) is found.is_higher_better
    assert found.arrow == ("↑" if found.is_higher_better else "↓")
    assert found.meaning.endswith(".") and found.title


@pytest.mark.parametrize("name", METRICS)
def test_a_failure_is_bad_and_finite(name):
    found = METRICS[name]
    if found.per == "pair":
        assert found.when_failed is not None
    if found.when_failed is not None:
        assert math.isfinite(found.when_failed) and found.when_failed != found.best
        low, high = sorted((found.best, found.worst))
        assert low <= found.when_failed <= high


def test_every_metric_is_measured_somewhere():
    of = {per: {n for n, m in METRICS.items() if m.per == per} for per in ("pair", "set")}
    assert set(MEASURES) == of["pair"] | of["set"]
    assert set(REDUCES) == of["set"]


def test_only_inceptions_distances_are_called_fid_and_kid():
    for name, found in METRICS.items():
        if found.title in ("FID", "KID"):
            assert found.needs == "fid", name


def test_unknown_metrics_are_named():
    with pytest.raises(UnknownNameError, match="Did you mean 'ssim'"):
        metric("sim")
