"""The stacked hourglass: shapes, and that every stack learns."""

from __future__ import annotations

import pytest
import torch

from reenact.errors import ShapeError
from reenact.nn.hourglass import HourglassConfig, StackedHourglass

TINY = HourglassConfig(points=5, size=64, channels=8, stacks=2, depth=2)


def test_gives_one_set_of_maps_a_stack_at_a_quarter_of_the_side():
    maps = StackedHourglass(TINY)(torch.rand(2, 3, 64, 64))
    assert [tuple(one.shape) for one in maps] == [(2, 5, 16, 16)] * 2


def test_every_weight_has_a_gradient():
    network = StackedHourglass(TINY)
    sum(one.square().mean() for one in network(torch.rand(2, 3, 64, 64))).backward()
    without = [name for name, value in network.named_parameters() if value.grad is None]
    assert not without


def test_another_size_is_refused():
    with pytest.raises(ShapeError, match=r"`pictures` must be \(B, 3, 64, 64\), got \(1, 3, 32"):
        StackedHourglass(TINY)(torch.rand(1, 3, 32, 32))
