"""Named points are on the right side and in order; region weights are smooth shares."""

from __future__ import annotations

import numpy as np
import pytest

from reenact.errors import InputError
from reenact.geometry import regions
from reenact.geometry.expression import ExpressionModel


@pytest.fixture(scope="module")
def mean() -> np.ndarray:
    return ExpressionModel.load().mean


def test_rings_have_no_point_twice():
    for name in ("LIPS_OUTER", "LIPS_INNER", "RIGHT_EYE", "LEFT_EYE", "OVAL", "JAW"):
        ring = getattr(regions, name)
        assert len(set(ring)) == len(ring) and max(ring) < regions.POINT_COUNT


def test_pairs_are_upper_then_lower(mean):
    pairs = (*regions.INNER_LIP_PAIRS, *regions.RIGHT_LID_PAIRS, *regions.LEFT_LID_PAIRS)
    for upper, lower in pairs:
        assert mean[upper, 1] < mean[lower, 1] + 0.01
        assert abs(mean[upper, 0] - mean[lower, 0]) < 0.06


def test_right_eye_is_left_in_the_picture(mean):
    right, left = (mean[list(eye), 0].mean() for eye in (regions.RIGHT_EYE, regions.LEFT_EYE))
    assert right < left
    for eye, iris in ((regions.RIGHT_EYE, 468), (regions.LEFT_EYE, 473)):
        assert np.linalg.norm(mean[list(eye), :2].mean(axis=0) - mean[iris, :2]) < 0.05


def test_region_weights_are_shares(mean):
    weights = {name: regions.region_weights(mean, name) for name in ("mouth", "eyes", "brows")}
    for one in weights.values():
        assert one.shape == (478,) and one.min() >= 0 and one.max() <= 1
    assert weights["mouth"][[13, 14, 61, 291, 152]].min() > 0.9
    assert weights["eyes"][[159, 145, 468, 473]].min() > 0.9
    assert weights["brows"][[105, 334]].min() > 0.9
    assert weights["mouth"][[159, 105]].max() < 0.01
    assert (regions.region_weights(mean, "all") == 1).all()


def test_region_weights_fade_without_steps(mean):
    away = np.linalg.norm(mean[:, None, :2] - mean[None, :, :2], axis=-1)
    mouth = regions.region_weights(mean, "mouth")
    near = (away < 0.04) & (away > 0)
    assert np.abs(mouth[:, None] - mouth[None])[near].max() < 0.75


def test_unknown_region_is_refused(mean):
    with pytest.raises(InputError, match="region"):
        regions.region_weights(mean, "nose")
