"""Rank-1 and true accepts on distances worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bench.metrics.recognition import compare, rank1, tar_at_far
from reenact.errors import InputError, ShapeError


def test_rank1_of_three_people_on_a_line():
    gallery = np.array([[0.0], [10.0], [20.0]])
    probes = np.array([[1.0], [6.0], [20.0], [15.0]])
    found = compare(probes, ["a", "a", "c", "c"], gallery, ["a", "b", "c"])
    # the second is nearer to b; the last lies in the middle of b and c, which is no hit
    assert rank1(found).tolist() == [True, False, True, False]
    np.testing.assert_allclose(found.genuine, [1, 6, 0, 5])
    np.testing.assert_allclose(found.impostor[0], [9, 19])


def test_tar_at_far_worked_out_by_hand():
    impostor = np.arange(1000) / 1000  # 0.000, 0.001 ... 0.999
    genuine = np.array([-0.5, 0.0005, 0.005, 0.0095, 0.5])
    # 1 % of 1000 are 10 false accepts: 0.000 to 0.009, so below 0.010 is accepted
    assert tar_at_far(genuine, impostor, 0.01) == pytest.approx(4 / 5)
    # 0.1 % is one: below 0.001
    assert tar_at_far(genuine, impostor, 0.001) == pytest.approx(2 / 5)
    # of 100 impostors none may be accepted at 0.1 %
    assert tar_at_far(genuine, impostor[:100], 0.001) == pytest.approx(1 / 5)


def test_tar_is_1_at_best_and_0_at_worst():
    near, far = np.linspace(0, 0.3, 50), np.linspace(0.6, 1, 200)
    assert tar_at_far(near, far, 0.01) == 1
    assert tar_at_far(far, near, 0.01) == 0


def test_tar_agrees_with_a_roc_curve():
    """torchmetrics' ROC, whose thresholds accept what is as high or higher."""
    import torch
    from torchmetrics.functional.classification import binary_roc

    rng = np.random.default_rng(0)
    genuine, impostor = rng.normal(0.4, 0.1, 300), rng.normal(0.8, 0.12, 5000)
    scores = torch.from_numpy(-np.concatenate([genuine, impostor]))
    truth = torch.cat([torch.ones(300), torch.zeros(5000)]).long()
    false, true, _ = binary_roc(torch.sigmoid(scores), truth)
    for far in (0.01, 0.001):
        expected = float(true[false <= far + 1e-9].max())
        assert tar_at_far(genuine, impostor, far) == pytest.approx(expected)


def test_bad_galleries_are_refused():
    faces = np.eye(3)
    with pytest.raises(InputError, match="2 people or more, got 1"):
        compare(faces, ["a"] * 3, faces[:1], ["a"])
    with pytest.raises(InputError, match="each person once"):
        compare(faces, ["a"] * 3, faces[:2], ["a", "a"])
    with pytest.raises(InputError, match="'d' is not in it"):
        compare(faces, ["a", "b", "d"], faces[:2], ["a", "b"])
    with pytest.raises(InputError, match="finite"):
        compare(np.full((3, 3), np.inf), ["a"] * 3, faces[:2], ["a", "b"])
    with pytest.raises(ShapeError, match="one person a row"):
        compare(faces, ["a"], faces[:2], ["a", "b"])


@pytest.mark.parametrize("far", [0, 1, -0.1])
def test_false_accept_rates_lie_between_0_and_1(far):
    with pytest.raises(InputError, match="above 0 and below 1"):
        tar_at_far(np.zeros(3), np.ones(3), far)
