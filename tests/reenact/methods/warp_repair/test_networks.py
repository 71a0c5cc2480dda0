"""The network, what it is judged by, and one step of its training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from reenact.methods.warp_repair.config import TINY, RepairConfig
from reenact.methods.warp_repair.losses import (
    PatchCritic,
    SqueezeFeatures,
    perceptual_loss,
    pixel_loss,
)
from reenact.methods.warp_repair.networks import RepairNet, mouth_share

SQUEEZE = Path(__file__).parents[5] / "shared" / "models" / "squeezenet1_1_caffe.safetensors"


@pytest.fixture
def inputs():
    generator = torch.Generator().manual_seed(0)
    drawn = torch.zeros(2, 2, 32, 32)
    drawn[:, 1, 14:18, 10:22] = 1
    picture = torch.rand(2, 3, 32, 32, generator=generator)
    return picture, drawn, torch.rand(2, 2, 8, 8, generator=generator)


def test_gives_a_change_of_the_windows_size(inputs):
    change = RepairNet(TINY)(*inputs)
    assert change.shape == (2, 3, 32, 32)
    change.square().mean().backward()
    assert change.abs().max() < 0.2  # begins near nothing


def test_the_shipped_variant_is_small():
    count = sum(p.numel() for p in RepairNet(RepairConfig()).parameters())
    assert 0.5e6 < count < 3e6


def test_detail_is_added_in_the_mouth_only(inputs):
    network = RepairNet(TINY)
    with torch.no_grad():
        before = network(*inputs)
        network.detail.bias += 0.5
        moved = (network(*inputs) - before).abs().sum(1)
    share = mouth_share(inputs[1])[:, 0]
    assert moved[share == 0].max() == 0
    assert moved[share == 1].min() > 1


def test_pixel_loss_ignores_fine_texture_of_paired_pictures():
    target = torch.full((1, 3, 32, 32), 0.5)
    checks = torch.arange(32).view(-1, 1).add(torch.arange(32)).remainder(2) * 0.2 - 0.1
    ones = torch.ones(1, 1, 32, 32)
    assert pixel_loss(target, target, ones, 0 * ones) == 0
    fine = pixel_loss(target + checks, target, ones, 0 * ones)
    coarse = pixel_loss(target + checks, target, ones, ones)
    assert fine == pytest.approx(0.1, rel=1e-3)
    assert coarse < 0.2 * fine


@pytest.mark.shared
def test_perceptual_loss_is_0_for_equal_pictures():
    if not SQUEEZE.is_file():
        pytest.skip("needs ../shared/models")
    features = SqueezeFeatures(SQUEEZE)
    picture = torch.rand(1, 3, 64, 64, requires_grad=True)
    assert perceptual_loss(features, picture, picture.detach()) < 1e-6
    loss = perceptual_loss(features, picture, torch.rand(1, 3, 64, 64))
    loss.backward()
    assert loss > 0.1 and torch.isfinite(picture.grad).all()


def test_critic_sees_patches(inputs):
    assert PatchCritic(width=8)(inputs[0], inputs[1]).shape == (2, 1, 4, 4)


def test_training_steps_lower_the_loss(inputs, monkeypatch):
    from reenact.methods.warp_repair import training

    class NoFeatures(torch.nn.Module):
        def __init__(self, path):
            super().__init__()

        def forward(self, picture):
            return [picture]

    monkeypatch.setattr(training, "SqueezeFeatures", NoFeatures)
    rng = np.random.default_rng(0)
    part = {
        "warped": rng.integers(0, 255, (4, 32, 32, 3), dtype=np.uint8),
        "drawn": np.full((4, 2, 32, 32), 255, np.uint8),
        "flow": np.zeros((4, 8, 8, 2), np.float16),
        "gate": np.full((4, 32, 32), 255, np.uint8),
        "kind": np.array([0, 1, 0, 1], np.uint8),
    }
    part["target"] = part["warped"] // 2 + 100
    recipe = training.Recipe(adversarial=0.01, rate=5e-3)
    trainer = training.Trainer(TINY, recipe, Path("none"))
    batch = training.as_batch(part)
    losses = [trainer.step(batch, 0.1)["pixel"] for _ in range(60)]
    assert losses[-1] < 0.7 * losses[0]
    parts = trainer.step(batch, 0.9)
    assert "critic" in parts and np.isfinite(list(parts.values())).all()
