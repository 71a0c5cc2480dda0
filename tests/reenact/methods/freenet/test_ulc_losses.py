"""The converter's losses: zero where nothing is wrong, and gradients only where they belong."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from reenact.methods.freenet.config import LOSS_SETTINGS, ULCConfig, ULCLossWeights
from reenact.methods.freenet.ulc import ULC
from reenact.methods.freenet.ulc_losses import (
    Discriminators,
    ULCBatch,
    converter_loss,
    discriminator_loss,
    point_distance,
)


@pytest.fixture
def ulc():
    torch.manual_seed(0)
    return ULC(ULCConfig(width=16, layers=2, decoder=(24, 16)))


@pytest.fixture
def judges():
    torch.manual_seed(1)
    return Discriminators(width=16)


@pytest.fixture
def batch():
    torch.manual_seed(2)
    return ULCBatch(*(torch.rand(4, 106, 2) * 200 for _ in range(5)))


def test_losses_of_a_converter_that_is_right_are_zero(ulc):
    nn.init.zeros_(ulc.decoder[-1].weight)
    nn.init.zeros_(ulc.decoder[-1].bias)
    face = torch.rand(4, 106, 2) * 200
    loss, output = converter_loss(ulc, ULCBatch(*[face] * 5), LOSS_SETTINGS["l1_cyc"])
    assert loss.item() == 0
    assert torch.equal(output, face)


def test_l1_alone_is_a_hundred_times_the_distance(ulc, batch):
    loss, output = converter_loss(ulc, batch, LOSS_SETTINGS["l1"])
    torch.testing.assert_close(loss, 100 * point_distance(output, batch.target))


def test_each_term_adds_its_weight(ulc, judges, batch):
    def loss(**weights):
        none = {"l1": 0, "cycle": 0, "identity": 0, "adversarial": 0}
        return converter_loss(ulc, batch, ULCLossWeights(**{**none, **weights}), judges)[0]

    parts = [loss(l1=100), loss(cycle=10), loss(identity=10), loss(adversarial=0.1)]
    torch.testing.assert_close(sum(parts), loss(l1=100, cycle=10, identity=10, adversarial=0.1))
    output = ulc(batch.source, batch.driving)
    back = ulc(batch.driving_rest, output)
    torch.testing.assert_close(parts[1], 10 * (back - batch.driving).abs().mean())


def test_grid_and_pairs_have_the_same_l1(ulc, batch):
    pick = torch.tensor([0, 1, 0, 1])
    targets = torch.rand(2, 4, 106, 2) * 200
    grid = replace(batch, source=batch.source[:2], target=targets, pick=pick)
    loss, output = converter_loss(ulc, grid, LOSS_SETTINGS["l1"])
    sources = batch.source[:2].repeat_interleave(4, dim=0)
    each = replace(batch, source=sources, driving=batch.driving.repeat(2, 1, 1))
    each = replace(each, target=targets.flatten(0, 1))
    torch.testing.assert_close(loss, converter_loss(ulc, each, LOSS_SETTINGS["l1"])[0])
    expected = ulc(batch.source[pick], batch.driving)
    torch.testing.assert_close(output, expected, atol=1e-3, rtol=0)


def test_discriminators_lead_only_themselves(ulc, judges, batch):
    output = ulc(batch.source, batch.driving)
    discriminator_loss(judges, batch, output).backward()
    assert all(p.grad is None for p in ulc.parameters())
    assert all(p.grad is not None and p.grad.isfinite().all() for p in judges.parameters())


def test_discriminator_loss_is_least_squares(judges, batch):
    output = batch.source
    real = judges.scores(batch.target, batch.source_other)
    fake = judges.scores(output, batch.source_other)
    each = [((r - 1) ** 2).mean() + (f**2).mean() for r, f in zip(real, fake, strict=True)]
    torch.testing.assert_close(discriminator_loss(judges, batch, output), sum(each) / 2)


def test_all_gradients_of_the_whole_loss_are_finite(ulc, judges, batch):
    loss, _ = converter_loss(ulc, batch, LOSS_SETTINGS["l1_cyc_d"], judges)
    loss.backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in ulc.parameters())
