"""Sizes, shapes, and what people share."""

from __future__ import annotations

import pytest
import torch

from reenact.methods.landmarkgan.config import LIGHT, PAPER, RECIPES, TINY, TL2FConfig
from reenact.methods.landmarkgan.losses import Critics, pixel_loss, same_cut
from reenact.methods.landmarkgan.networks import make_networks


def numbers(network) -> int:
    return sum(p.numel() for p in network.parameters())


def test_five_people_of_the_light_networks_fit_12_mb_in_half_precision():
    assert 2 * sum(numbers(network) for network in make_networks(LIGHT, 5)) <= 12e6


def test_the_paper_has_five_layers_each_and_six_blocks_to_256_pixels():
    converter, face = make_networks(TINY, 2)
    for network in (converter.encoder, converter.decoders[1]):
        assert sum(isinstance(m, torch.nn.Linear) for m in network.layers) == 5
    assert not PAPER.converter.straight and not PAPER.face.maps
    assert PAPER.face.size == 256 and len(PAPER.face.widths) == 6 and PAPER.face.shared == 0
    assert len(face.blocks) + len(face.people[0].blocks) + 1 == 6
    recipe = RECIPES["paper"]
    assert (recipe.optimizer, recipe.rate, recipe.fall, recipe.every) == (
        "rmsprop",
        6e-5,
        0.9,
        2500,
    )
    assert (recipe.converter_rate, recipe.converter_steps) == (1e-5, 45_000)
    assert recipe.converter_batch == 4 and recipe.kind == "log" and recipe.joint


@pytest.mark.parametrize("shared", [0, 2])
def test_pictures_depend_on_landmarks_and_person(shared):
    torch.manual_seed(0)
    config = TL2FConfig(start=1, hidden=16, widths=(16, 16, 8, 8, 8, 8), shared=shared)
    _, face = make_networks(TINY.__class__(TINY.converter, config), 2)
    points = torch.randn(2, 106, 2)
    made = face(points, 0)
    assert made.shape == (2, 3, 64, 64) == face.mixed(points, torch.tensor([1, 0])).shape
    assert 0 <= float(made.min()) and float(made.max()) <= 1
    assert not torch.equal(made[0], made[1]) and not torch.equal(face(points, 1), made)
    torch.testing.assert_close(face.mixed(points, torch.tensor([1, 0]))[1], made[1])


def test_a_person_of_the_paper_learns_nothing_from_another_one():
    torch.manual_seed(0)
    config = TL2FConfig(start=1, hidden=16, widths=(16, 16, 8, 8, 8, 8), shared=0)
    _, face = make_networks(TINY.__class__(TINY.converter, config), 2)
    face(torch.randn(1, 106, 2), 0).mean().backward()
    gradients = {name: p.grad for name, p in face.named_parameters()}
    others = [g for name, g in gradients.items() if name.startswith(("people.1.", "enter.1."))]
    assert others and all(gradient is None for gradient in others)
    assert gradients["people.0.paint.weight"].abs().sum() > 0


def test_a_new_network_draws_no_checkerboard():
    torch.manual_seed(0)
    _, face = make_networks(TINY, 1)
    blocks = face(torch.randn(1, 106, 2), 0)[0].view(3, 32, 2, 32, 2)
    assert (blocks - blocks[:, :, :1, :, :1]).abs().max() < 1e-5


@pytest.mark.parametrize("is_light", [True, False])
def test_critics_score_each_person_by_their_own(is_light):
    torch.manual_seed(0)
    critics = Critics(2, is_light)
    picture = torch.rand(1, 3, 64, 64)
    scores = [critics(picture, torch.tensor([person])) for person in (0, 1)]
    assert scores[0].shape[:2] == (1, 1) and not torch.allclose(*scores)


def test_pixels_of_the_face_count_more():
    target, face = torch.zeros(1, 3, 8, 8), torch.zeros(1, 1, 8, 8)
    face[..., :4] = 1
    inside, outside = target.clone(), target.clone()
    inside[..., :4], outside[..., 4:] = 0.5, 0.5
    assert float(pixel_loss(target, target, face, 3.0)) == 0
    assert float(pixel_loss(inside, target, face, 3.0)) == pytest.approx(0.375)
    assert float(pixel_loss(outside, target, face, 3.0)) == pytest.approx(0.125)


def test_fine_blocks_see_the_landmarks_drawn():
    torch.manual_seed(0)
    _, face = make_networks(TINY, 1)
    points = torch.randn(2, 106, 2) * 0.4
    maps = face.draw(points)
    assert maps.shape == (2, 5, 32, 32) and 0 < float(maps.mean()) < 1
    torch.testing.assert_close(face(points, 0), face(points, 0, maps))
    assert not torch.allclose(face(points, 0), face(points, 0, maps.flip(0)))
    without = TINY.__class__(TINY.converter, TL2FConfig(start=1, hidden=16, widths=(8,) * 6))
    _, plain = make_networks(without, 1)
    assert plain.draw(points).numel() == 0 and plain(points, 0).shape == (2, 3, 64, 64)


def test_cuts_are_of_one_place():
    whole = torch.arange(32.0 * 32).view(1, 1, 32, 32)
    first, second = same_cut((whole, whole + 1), 8)
    assert first.shape == (1, 1, 8, 8)
    torch.testing.assert_close(second - first, torch.ones(1, 1, 8, 8))
