"""Equation 4 by hand."""

from __future__ import annotations

import pytest
import torch

from reenact.errors import ShapeError
from reenact.methods.gcgan.losses import MARGIN, contrastive_loss, landmark_loss


def test_equal_labels_pull_and_different_ones_push_to_the_margin():
    z, reference = torch.tensor([[0.0, 0.0], [0.0, 0.0]]), torch.tensor([[1.0, 1.0], [2.0, 2.0]])
    same, other = torch.zeros(2), torch.ones(2)
    assert contrastive_loss(z, reference, same).item() == pytest.approx((2 + 8) / 4)
    assert contrastive_loss(z, reference, other).item() == pytest.approx((5 - 2) / 2 / 2)
    assert contrastive_loss(z, reference, other, margin=10).item() == pytest.approx((8 + 2) / 4)
    assert MARGIN == 5  # appendix


def test_the_contrastive_loss_is_zero_when_all_is_as_it_should_be_and_its_gradient_is_finite():
    z = torch.tensor([[1.0, 2.0], [0.0, 0.0]], requires_grad=True)
    loss = contrastive_loss(z, torch.tensor([[1.0, 2.0], [3.0, 0.0]]), torch.tensor([0.0, 1.0]))
    loss.backward()
    assert loss.item() == 0 and torch.isfinite(z.grad).all()
    with pytest.raises(ShapeError, match="differs"):
        contrastive_loss(z, z, torch.zeros(3))


def test_the_landmark_loss_is_the_squared_distance():
    here, there = torch.zeros(2, 136), torch.zeros(2, 136)
    there[0, :2] = torch.tensor([3.0, 4.0])
    assert landmark_loss(here, there).item() == pytest.approx(25 / 2)
    assert landmark_loss(here, here).item() == 0
    counted = torch.ones(136)
    counted[1] = 3.0
    assert landmark_loss(here, there, counted).item() == pytest.approx((9 + 3 * 16) / 2)
