"""E, G and D layer by layer as in Table 3; the light G starts from the photograph."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from reenact.errors import UnknownNameError
from reenact.methods.gcgan.config import LIGHT, TINY, EmbeddingConfig, GCGANConfig
from reenact.methods.gcgan.embedding import Embedding
from reenact.methods.gcgan.networks import Critic, make_generator


def shapes(network: nn.Module, *kinds: type) -> list[tuple[int, ...]]:
    return [tuple(layer.weight.shape) for layer in network.modules() if isinstance(layer, kinds)]


def numbers(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())


def test_e_has_the_layers_of_table_3():
    network = Embedding()
    found = shapes(network, nn.Linear)
    assert found == [(128, 136), (64, 128), (32, 64), (64, 32), (128, 64), (136, 128)]
    assert shapes(network, nn.BatchNorm1d) == [(128,), (64,), (32,), (64,), (128,)]
    assert isinstance(network.decoder[-1], nn.Tanh)
    z, back = network(torch.rand(4, 136))
    assert z.shape == (4, 32) and back.shape == (4, 136)
    assert float(z.detach().min()) >= 0  # the bottleneck ends with a rectifier, too


def test_g_has_the_layers_of_table_3():
    network = make_generator(GCGANConfig()).eval()
    assert shapes(network, nn.Conv2d) == [
        (64, 3, 5, 5), (128, 64, 5, 5), (256, 128, 5, 5), (3, 64, 5, 5),
    ]  # fmt: skip
    # Transposed convolutions hold inputs first; 128 of the last are 64 and the skip's 64.
    assert shapes(network, nn.ConvTranspose2d) == [
        (256, 256, 5, 5), (256, 128, 5, 5), (128, 64, 5, 5), (128, 64, 5, 5),
    ]  # fmt: skip
    assert shapes(network, nn.Linear) == [(1024, 256 * 8 * 8), (128, 1024), (4096, 128 + 32)]
    strides = [m.stride[0] for m in network.modules() if isinstance(m, nn.ConvTranspose2d)]
    assert strides == [2, 2, 2, 2]
    output = network(torch.rand(2, 3, 64, 64), torch.rand(2, 32))
    assert output.shape == (2, 3, 64, 64)
    assert 0 <= float(output.detach().min()) and float(output.detach().max()) <= 1


def test_the_skip_comes_from_the_first_convolution_alone():
    network = make_generator(GCGANConfig()).eval()
    picture, z = torch.rand(1, 3, 64, 64), torch.rand(1, 32)
    with torch.no_grad():
        whole = network(picture, z)
        network.neck[0].weight.zero_()  # nothing goes through the bottleneck any more
        assert not torch.equal(network(picture, z), whole)
        assert not torch.equal(network(picture.flip(3), z), network(picture, z))
        cut = network(picture, z)
        network.conv2[0].weight.zero_()
        assert torch.equal(network(picture, z), cut)
        network.conv1[0].weight.zero_()
        assert not torch.equal(network(picture, z), cut)


def test_d_has_the_layers_of_table_3_and_ends_with_2_by_2():
    network = Critic()
    assert shapes(network, nn.Conv2d) == [
        (64, 3, 5, 5), (128, 64, 5, 5), (256, 128, 5, 5), (512, 256, 5, 5), (1, 512, 5, 5),
    ]  # fmt: skip
    assert shapes(network, nn.LayerNorm) == [
        (64, 32, 32), (128, 16, 16), (256, 8, 8), (512, 4, 4),
    ]  # fmt: skip
    assert network(torch.rand(3, 3, 64, 64)).shape == (3, 1, 2, 2)
    large = torch.rand(2, 3, 128, 128)
    assert torch.equal(network(large), network(F.avg_pool2d(large, 2)))


def inputs(count: int = 1) -> list[torch.Tensor]:
    torch.manual_seed(0)
    picture, z, own = torch.rand(count, 3, 128, 128), torch.rand(count, 32), torch.rand(count, 32)
    return [picture, z, own, torch.zeros(count, 2, 32, 32), torch.zeros(count, 4, 64, 64)]


def test_the_light_g_fits_the_budget_and_begins_with_the_moved_photograph():
    network = make_generator(LIGHT).eval()
    assert 2 * (numbers(network) + numbers(Embedding())) <= 12e6
    given = inputs()
    with torch.no_grad():
        network.mask.bias.fill_(-20.0)  # no paint
        network.motion.weight.zero_()
        still = network(*given)
        assert (still - given[0]).abs().mean() < 0.01
        given[3][:, 0] = 4.0  # each place shows what lies 4 pixels to its right
        moved = network(*given)
    assert (moved[..., 8:-8] - given[0][..., 12:-4]).abs().mean() < 0.02


def test_the_light_g_paints_the_inside_of_a_mouth():
    network = make_generator(LIGHT).eval()
    given = inputs()
    given[4][..., 40:50, 20:44] = 1.0
    with torch.no_grad():
        share = network.parts(*given)[1]
    assert float(share[..., 84:96, 44:84].min()) > 0.8
    assert float(share[..., :60, :].max()) < 0.2


@pytest.mark.parametrize("which", [1, 2])
def test_the_light_g_depends_on_both_embeddings(which):
    network = make_generator(TINY).eval()
    with torch.no_grad():
        for head in (network.motion, network.paint):
            head.weight.normal_(0, 0.1)
        given = inputs()
        first = network(*given)
        given[which] = given[which] + 1
        assert not torch.equal(network(*given), first)


@pytest.mark.parametrize(
    "config",
    [GCGANConfig(guide="landmarks"), GCGANConfig("light", 128, (8,) * 4, 16, "landmarks")],
)
def test_spg_sees_drawn_landmarks_in_place_of_the_embedding(config):
    network, side = make_generator(config).eval(), config.size
    given = [torch.rand(1, 3, side, side), torch.rand(1, 1, side, side), torch.zeros(1, 1)]
    given += [torch.zeros(1, 2, side // 4, side // 4), torch.zeros(1, 1, side // 2, side // 2)]
    with torch.no_grad():
        assert not torch.equal(network(*given), network(given[0], 1 - given[1], *given[2:]))


def test_unknown_settings_are_named():
    with pytest.raises(UnknownNameError, match="generator"):
        make_generator(GCGANConfig(kind="big"))
    with pytest.raises(UnknownNameError, match="guide"):
        make_generator(GCGANConfig(guide="landmark"))
    assert EmbeddingConfig().size == 32


def test_where_a_lip_would_be_stretched_a_doubtful_network_paints_too():
    network = make_generator(LIGHT).eval()
    given = inputs()
    given[4][:, 0, 40:50, 20:44] = 1.0
    with torch.no_grad():
        network.mask.bias.fill_(-7.0)
        assert float(network.parts(*given)[1].max()) < 0.1
        rows = torch.arange(32.0).view(1, 32, 1)
        given[3][:, 1] = -4.0 * (rows.clamp(18, 26) - 18)  # one row of the source, drawn 32 times
        share = network.parts(*given)[1]
    assert float(share[..., 86:94, 44:84].min()) > 0.8
    assert float(share[..., :72, :].max()) < 0.1
