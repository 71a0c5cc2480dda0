"""Generators and discriminators: Eq. 1, what they look at, sizes."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from reenact.errors import UnknownNameError
from reenact.methods.g2gan.config import LIGHT, TINY, G2GANConfig
from reenact.methods.g2gan.networks import Critics, Generators, Geometry, heat_maps

SMALL = G2GANConfig(width=4, levels=4)


def numbers(network):
    return sum(p.numel() for p in network.parameters())


def inputs(kind: str, side: int = 64):
    torch.manual_seed(1)
    picture = torch.rand(2, 3, side, side)
    maps = heat_maps(side * torch.rand(2, 68, 2), side, kind)
    flow = torch.randn(2, 2, side // 4, side // 4)
    return picture, Geometry(maps, torch.rand(2, 1, side // 2, side // 2), flow)


def test_both_light_generators_fit_into_12_mb_of_half_precision():
    assert numbers(Generators(LIGHT)) * 2 < 12e6


def test_the_papers_u_net_brings_128_pixels_down_to_one():
    with torch.device("meta"):
        network = Generators(G2GANConfig()).express
    x = torch.empty(2, 71, 128, 128, device="meta")
    for down in network.downs:
        x = down(x)
    assert x.shape == (2, 512, 1, 1)


@pytest.mark.parametrize(("config", "kind"), [(SMALL, "paper"), (TINY, "light")])
def test_an_output_depends_on_the_picture_and_on_the_heat_maps(config, kind):
    torch.manual_seed(0)
    generator = Generators(config).express
    picture, geometry = inputs(kind)
    output = generator(picture, geometry).detach()
    assert output.shape == picture.shape
    assert 0 <= float(output.min()) and float(output.max()) <= 1
    moved = Geometry(geometry.maps.flip(3), geometry.mouth, geometry.flow)
    assert not torch.equal(generator(picture, moved), output)
    assert not torch.equal(generator(picture.flip(3), geometry), output)


def test_a_new_residual_generator_begins_near_its_input_and_c_gan_does_not():
    torch.manual_seed(0)
    picture, geometry = inputs("light")
    still = Geometry(geometry.maps, 0 * geometry.mouth, 0 * geometry.flow)
    near = Generators(TINY).express(picture, still)
    far = Generators(G2GANConfig("light", 64, 7, (8, 8, 8), 4, False)).express(picture, still)
    assert (near - picture).abs().mean() < 0.05 < (far - picture).abs().mean()


@pytest.mark.parametrize("sees_motion", [True, False])
def test_the_baseline_is_told_no_motion_and_the_others_are(sees_motion):
    torch.manual_seed(0)
    config = replace(TINY, is_residual=False, sees_motion=sees_motion)
    generator = Generators(config).express
    picture, geometry = inputs("light")
    other = Geometry(geometry.maps, geometry.mouth, -geometry.flow)
    same = torch.equal(generator(picture, geometry), generator(picture, other))
    assert same != sees_motion


def test_broad_paint_brings_light_and_dark_and_leaves_the_pores():
    torch.manual_seed(0)
    picture, geometry = inputs("light")
    picture = 0.4 + 0.2 * picture
    still = Geometry(geometry.maps, 0 * geometry.mouth, 0 * geometry.flow)
    generator = Generators(TINY).remove.eval()  # untrained: its paint is gray, 0.5, nearly unseen
    with torch.no_grad():
        generator.paint.bias += 0.2
        plain = generator(picture, still)
        generator.broad = 4.0
        broad = generator(picture, still)
    nearer = (broad.mean() - plain.mean()) / (0.7 - plain.mean())
    assert 0.7 < float(nearer) < 1
    pores = [one - F.avg_pool2d(one, 5, 1, 2) for one in (plain, broad)]
    kept = (pores[0] * pores[1]).sum() / (pores[0] ** 2).sum()
    assert float(kept) > 0.85


def test_heat_maps_are_one_at_their_point_and_a_quarter_as_large_for_the_light_generator():
    points = torch.full((1, 68, 2), 20.0)
    points[0, 3] = torch.tensor([41.5, 9.5])  # the middle of a block of four pixels
    full, quarter = heat_maps(points, 64, "paper"), heat_maps(points, 64, "light")
    assert full.shape == (1, 68, 64, 64) and quarter.shape == (1, 68, 16, 16)
    assert float(full[0, 0, 20, 20]) == 1
    assert float(quarter[0, 3].max()) == pytest.approx(1)
    assert divmod(int(quarter[0, 3].argmax()), 16) == (2, 10)


@pytest.mark.parametrize(("config", "kind"), [(SMALL, "paper"), (TINY, "light")])
def test_only_the_third_critic_sees_heat_maps(config, kind):
    critics = Critics(config)
    picture, geometry = inputs(kind)
    for which in ("expression", "neutral"):
        assert critics.alone(which, picture).shape[:2] == (2, 1)
    scores = critics.together(picture, geometry.maps)
    assert not torch.equal(critics.together(picture, geometry.maps.flip(2)), scores)


def test_unknown_kinds_are_said():
    with pytest.raises(UnknownNameError, match="generator"):
        Generators(G2GANConfig(kind="lihgt"))
