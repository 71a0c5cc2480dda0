"""Who follows a dragged point, and who does not."""

from __future__ import annotations

import numpy as np
import pytest

from reenact.errors import EditError
from reenact.geometry import regions
from reenact.geometry.expression import ExpressionModel
from reenact.geometry.handles import GROUPS, HANDLES, follow, move
from reenact.geometry.shape_model import ShapeModel


@pytest.fixture(scope="module")
def mean() -> np.ndarray:
    return ExpressionModel.load().mean


def test_groups_and_handles_are_points():
    assert {"mouth", "right eye", "left eye", "right brow", "left brow"} <= set(GROUPS)
    assert {"nose", "contour", "irises"} <= set(GROUPS)
    for points in (HANDLES, *GROUPS.values()):
        assert len(set(points)) == len(points)
        assert 0 <= min(points) and max(points) < regions.POINT_COUNT


def test_the_skin_follows_less_with_the_distance(mean):
    weight = follow(mean, [61], 0.3)
    assert weight[61] == 1
    away = np.linalg.norm(mean - mean[61], axis=1)
    assert (weight[:468][away[:468] > 0.3] == 0).all()
    assert ((weight > 0) & (weight < 1)).sum() > 10
    assert follow(mean, [61], 0.0).sum() == 1


def test_the_lower_lip_opens_the_mouth(mean):
    weight = follow(mean, [14], 0.3)
    assert weight[17] > 0.3  # its outer edge
    assert weight[13] < 0.05  # the upper lip, which lies on it


def test_lids_open_without_each_other(mean):
    weight = follow(mean, [159], 0.2)
    assert weight[145] < 0.2 < weight[158]
    assert (weight[list(regions.RIGHT_IRIS)] < 0.2).all()


def test_irises_move_as_a_whole(mean):
    one = follow(mean, [468], 0.3)
    assert (one[list(regions.RIGHT_IRIS)] == 1).all()
    assert one.sum() == 5
    eye = follow(mean, GROUPS["right eye"], 0.1)
    assert (eye[list(regions.RIGHT_IRIS)] == 1).all()
    assert (eye[list(regions.LEFT_IRIS)] == 0).all()


def test_both_sides_do_the_same(mean):
    mirror = ShapeModel.load().mirror
    change = move(mean, [61], np.array([-0.1, 0.05]), 0.3, mirror)
    np.testing.assert_allclose(change[61], [-0.1, 0.05, 0], atol=1e-9)
    np.testing.assert_allclose(change[291], [0.1, 0.05, 0], atol=1e-9)
    middle = move(mean, [4], np.array([0.1, 0.05]), 0.2, mirror)
    np.testing.assert_allclose(middle[4], [0, 0.05, 0], atol=1e-9)


def test_both_eyes_look_the_same_way(mean):
    change = move(mean, [468], np.array([0.03, 0.0]), 0.3, ShapeModel.load().mirror)
    np.testing.assert_allclose(change[[468, 473], 0], 0.03)


@pytest.mark.parametrize(
    ("held", "radius", "message"),
    [
        ([], 0.3, "Nothing is selected"),
        ([478], 0.3, "Points must be 0 to 477, got 478"),
        ([-1], 0.3, "Points must be 0 to 477"),
        ([3], 2.0, "`radius` must be 0 to 1"),
        ([3], float("nan"), "`radius` must be 0 to 1"),
    ],
)
def test_refuses_what_makes_no_sense(held, radius, message, mean):
    with pytest.raises(EditError, match=message):
        follow(mean, held, radius)
