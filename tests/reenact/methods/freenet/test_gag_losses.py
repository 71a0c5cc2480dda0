"""Eq. 11's values by hand, its triplets, and the light recipe's pixel loss."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from reenact.data.pairs import REAL, SINGLE
from reenact.losses.parts import parts_mask, pixel_loss
from reenact.losses.perceptual import Perceptual
from reenact.methods.freenet.config import TINY, ULCConfig
from reenact.methods.freenet.gag_losses import triplet_perceptual
from reenact.methods.freenet.networks import make_generator
from reenact.methods.freenet.triplets import Converter, add_triplet
from reenact.methods.freenet.ulc import ULC


@pytest.fixture
def features():
    """Features that are the picture itself."""
    layer = nn.Conv2d(3, 3, 1, bias=False)
    layer.weight.data = torch.eye(3).view(3, 3, 1, 1)
    return Perceptual(nn.Sequential(layer), (0,), (0, 0, 0), (1, 1, 1))


def flat(value):
    return torch.full((2, 3, 8, 8), value)


def test_triplet_loss_by_hand(features):
    # Features of size 0.5: distances 0.1 / 0.5 and 0.3 / 0.5.
    near = triplet_perceptual(features, flat(0.5), flat(0.6), flat(0.8), 0.3)
    assert float(near) == pytest.approx(0.0, abs=1e-3)
    loss = triplet_perceptual(features, flat(0.5), flat(0.8), flat(0.6), 0.3)
    assert float(loss) == pytest.approx(0.3 + 0.6 - 0.2, abs=1e-3)


def test_parts_count_more_and_the_skin_of_real_pairs_is_compared_coarsely():
    torch.manual_seed(0)
    target = torch.full((1, 3, 32, 32), 0.5)
    noisy = target + 0.2 * torch.rand_like(target).sub(0.5).sign()
    kinds = {name: torch.tensor([kind]) for name, kind in (("single", SINGLE), ("real", REAL))}
    none, all_parts = torch.zeros(1, 1, 32, 32), torch.ones(1, 1, 32, 32)
    exact = pixel_loss(noisy, target, none, kinds["single"], 4.0)
    assert float(exact) == pytest.approx(0.2, abs=1e-3)
    assert float(pixel_loss(noisy, target, none, kinds["real"], 4.0)) < 0.25 * float(exact)
    heavy = pixel_loss(noisy, target, all_parts, kinds["real"], 4.0)
    assert float(heavy) == pytest.approx(1.0, abs=1e-3)


def test_parts_are_where_lips_mouth_and_eyes_are_drawn():
    maps = torch.zeros(1, 5, 16, 16)
    maps[0, 2, 8, 8] = 1  # inside of the mouth
    maps[0, 0, 0, 0] = 1  # a line, which is no part
    parts = parts_mask(maps)
    assert float(parts[0, 0, 16, 16]) > 0.9
    assert float(parts[0, 0, 0, 0]) == 0


def test_triplets_use_the_converter_and_the_next_person_of_the_batch():
    torch.manual_seed(0)
    size = 64
    points = torch.rand(2, 106, 2) * size
    given = {
        "source": torch.rand(2, 3, size, size),
        "target": torch.rand(2, 3, size, size),
        "source_points": points,
        "target_points": points + torch.randn(2, 106, 2),
        "corner": torch.zeros(2, 2),
    }
    generator = make_generator(TINY)
    same, other = add_triplet(generator, given, None)
    assert same.shape == other.shape == given["source"].shape
    # T with R's expression is drawn from T's own picture, R with T's from R's.
    colors = [picture.mean((2, 3)) for picture in (same, other, given["target"])]
    assert (colors[0] - colors[2]).abs().max() < 0.1
    assert (colors[1] - colors[2].roll(1, 0)).abs().max() < 0.1
    ulc = ULC(ULCConfig(width=16, layers=2, decoder=(16,)))
    converted, _ = add_triplet(generator, given, Converter(ulc))
    assert not torch.equal(converted, same)


def test_the_converter_gets_points_of_the_whole_crop():
    class Keeps:
        """Remembers what it was asked, gives the source back."""

        asked: list

        def __call__(self, source, driving):
            self.asked = [*getattr(self, "asked", []), (source, driving)]
            return source

    points = torch.rand(2, 106, 2) * 64
    given = {
        "source": torch.rand(2, 3, 64, 64),
        "target": torch.rand(2, 3, 64, 64),
        "source_points": points,
        "target_points": points,
        "corner": torch.tensor([[16.0, 32.0], [48.0, 0.0]]),
    }
    keeps = Keeps()
    add_triplet(make_generator(TINY), given, keeps)
    (ours, theirs), (again, own) = keeps.asked
    whole = points + given["corner"][:, None]
    torch.testing.assert_close(ours, whole)
    torch.testing.assert_close(theirs, whole.roll(1, 0))
    torch.testing.assert_close(again, whole.roll(1, 0))
    torch.testing.assert_close(own, whole)
