"""The fast way of large networks gives what PyTorch's plain way gives."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import nn

from reenact.nn.runner import Runner
from reenact.nn.winograd import Fast, InstanceNorm, WinogradConv


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 64, 7, padding=3, padding_mode="reflect"),
        nn.InstanceNorm2d(64),
        nn.ReLU(),
        nn.Conv2d(64, 72, 3, stride=2, padding=1),
        nn.InstanceNorm2d(72, affine=True),
        nn.Sequential(
            nn.Conv2d(72, 80, 3, padding=1, bias=False),
            nn.Conv2d(80, 64, 3, padding=1, padding_mode="reflect"),
            nn.Conv2d(64, 8, 3, padding=1),
        ),
    ).eval()


@pytest.mark.parametrize("shape", [(1, 3, 32, 32), (1, 3, 33, 20), (1, 3, 8, 7)])
def test_same_output_twice_for_any_size(shape):
    plain = network()
    nn.init.normal_(plain[4].weight)
    nn.init.normal_(plain[4].bias)
    fast = Fast(plain)
    with torch.inference_mode():
        for picture in (torch.rand(shape), torch.rand(shape)):
            torch.testing.assert_close(fast(picture), plain(picture), atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("mode", ["zeros", "reflect"])
def test_a_convolution_by_hand(mode):
    conv = nn.Conv2d(64, 64, 3, padding=1, padding_mode=mode).double()
    picture = torch.rand(1, 64, 9, 14).double()
    with torch.inference_mode():
        wanted = conv(picture).float()
        found = Fast(nn.Sequential(conv.float()))(picture.float())
    torch.testing.assert_close(found, wanted, atol=1e-5, rtol=1e-4)


def test_only_what_gains_is_replaced_and_the_rest_shares_its_weights():
    plain = network()
    fast = Fast(plain).network
    kinds = [type(layer) for layer in (fast[0], fast[1], fast[3], *fast[5])]
    assert kinds == [nn.Conv2d, InstanceNorm, nn.Conv2d, WinogradConv, WinogradConv, nn.Conv2d]
    assert fast[0].weight is plain[0].weight and fast[3].weight is plain[3].weight
    assert type(plain[5][0]) is nn.Conv2d and type(plain[1]) is nn.InstanceNorm2d


def test_two_threads_do_not_mix_their_pictures():
    fast, pictures = Fast(network()), torch.rand(8, 1, 3, 40, 40)

    def run(picture):
        with torch.inference_mode():
            return [fast(picture) for _ in range(4)]

    alone = [run(picture)[0] for picture in pictures]
    with ThreadPoolExecutor(4) as pool:
        for first, again in zip(alone, pool.map(run, pictures), strict=True):
            assert all(torch.equal(first, one) for one in again)


def test_a_large_network_runs_this_way_and_plain_where_it_is_told_to():
    picture = np.random.default_rng(0).random((1, 3, 32, 32), np.float32)
    shapes = [picture.shape]
    ways = [Runner(network(), shapes, is_fast, is_large=True) for is_fast in (None, False)]
    assert ways[0].is_large and not Runner(network(), shapes).is_large
    (fast,), (plain,) = (runner(picture) for runner in ways)
    assert ways[0].is_fast and not ways[1].is_fast
    assert np.abs(fast - plain).max() < 1e-4
    assert not np.array_equal(fast, plain)  # two ways indeed
