"""Heat maps peak at their landmark, and the mean place of a map is that landmark."""

from __future__ import annotations

import pytest
import torch

from reenact.errors import ShapeError
from reenact.geometry.heatmaps import draw_heatmaps, expected_points, spatial_softmax, spread_loss


def test_a_blob_peaks_at_its_landmark():
    maps = draw_heatmaps(torch.tensor([[[5.0, 9.0]]]), 16, sigma=1.5)
    assert maps.shape == (1, 1, 16, 16)
    assert maps[0, 0, 9, 5] == 1 and maps.argmax() == 9 * 16 + 5
    assert maps[0, 0, 9, 8] == pytest.approx(float(torch.exp(torch.tensor(-2.0))), rel=1e-5)


def test_points_come_back_from_their_maps():
    points = torch.rand(3, 7, 2) * 16 + 8
    maps = draw_heatmaps(points, 32)
    shares = maps / maps.sum(dim=(-2, -1), keepdim=True)
    assert torch.allclose(expected_points(shares), points, atol=1e-3)
    assert spread_loss(shares, points, sigma=1.5) < 1e-4


def test_the_way_through_is_differentiable():
    scores = torch.randn(2, 3, 8, 8, requires_grad=True)
    shares = spatial_softmax(scores)
    assert torch.allclose(shares.sum(dim=(-2, -1)), torch.ones(2, 3))
    target = torch.rand(2, 3, 2) * 8
    loss = (expected_points(shares) - target).square().mean() + spread_loss(shares, target)
    loss.backward()
    assert torch.isfinite(scores.grad).all() and scores.grad.abs().sum() > 0


def test_other_shapes_are_refused():
    with pytest.raises(ShapeError):
        draw_heatmaps(torch.zeros(68, 2), 16)
