"""The fast way of large networks gives what PyTorch's plain way gives."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from reenact.nn.runner import Runner
from reenact.nn.winograd import WinogradConv, is_available, with_winograd

pytestmark = pytest.mark.skipif(not is_available(), reason="this PyTorch has no NNPACK")


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 16, 7, padding=3, padding_mode="reflect"),
        nn.InstanceNorm2d(16),
        nn.ReLU(),
        nn.Conv2d(16, 24, 3, stride=2, padding=1),
        nn.InstanceNorm2d(24, affine=True),
        nn.Sequential(nn.Conv2d(24, 24, 3, padding=1, bias=False), nn.Conv2d(24, 8, 1)),
    ).eval()


@pytest.mark.parametrize("shape", [(1, 3, 32, 32), (2, 3, 33, 20)])
def test_same_output(shape):
    plain = network()
    nn.init.normal_(plain[4].weight)
    picture = torch.rand(shape)
    with torch.inference_mode():
        torch.testing.assert_close(
            with_winograd(plain)(picture), plain(picture), atol=2e-5, rtol=1e-4
        )


def test_only_what_gains_is_replaced_and_weights_are_shared():
    plain = network()
    fast = with_winograd(plain)
    kinds = [type(layer) for layer in (fast[0], fast[1], fast[3], fast[5][0], fast[5][1])]
    assert kinds == [WinogradConv, nn.GroupNorm, nn.Conv2d, WinogradConv, nn.Conv2d]
    assert fast[0].conv.weight is plain[0].weight and fast[3].weight is plain[3].weight
    assert type(plain[0]) is nn.Conv2d and type(plain[1]) is nn.InstanceNorm2d


def test_a_large_network_runs_this_way_and_plain_where_it_is_told_to():
    picture = np.random.default_rng(0).random((1, 3, 32, 32), np.float32)
    shapes = [picture.shape]
    ways = [Runner(network(), shapes, is_fast, 1, is_large=True) for is_fast in (None, False)]
    assert ways[0].is_large and not Runner(network(), shapes).is_large
    (fast,), (plain,) = (runner(picture) for runner in ways)
    assert ways[0].is_fast and not ways[1].is_fast
    assert np.abs(fast - plain).max() < 1e-4
    assert not np.array_equal(fast, plain)  # two ways indeed
