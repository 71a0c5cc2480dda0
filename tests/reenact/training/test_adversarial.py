"""The shared base of generators with critics: phases, schedules, and who learns when."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from reenact.training.adversarial import GANRecipe, GeneratorCritic, frozen

RECIPE = GANRecipe(adversarial=0.5, adversarial_from=0.5, kind="hinge", epochs=0)


class Small(GeneratorCritic):
    """A generator of one layer, on pictures of noise."""

    def __init__(self, recipe=RECIPE, is_light=True, **more):
        torch.manual_seed(0)
        super().__init__(nn.Conv2d(3, 3, 3, padding=1), recipe, 2, is_light=is_light, **more)
        self.data = self.sheet_data = range(10)

    def generate(self, batch):
        output = self.networks["generator"](batch["source"])
        return output, {"pixel": (output - batch["target"]).abs().mean()}

    def sample(self, batch, networks):
        return networks["generator"](batch["source"])

    def export(self, path, networks):
        raise NotImplementedError


@pytest.fixture
def batch():
    torch.manual_seed(1)
    size = {"source": (2, 3, 32, 32), "target": (2, 3, 32, 32), "maps": (2, 5, 16, 16)}
    return {name: torch.rand(shape) for name, shape in size.items()}


def grads(network):
    return [p.grad for p in network.parameters() if p.grad is not None and p.grad.abs().sum() > 0]


def test_the_critic_joins_in_at_its_share_of_the_run(batch):
    made = Small()
    for progress, joined in ((0.0, False), (0.49, False), (0.5, True), (1.0, True)):
        made.rate(100, progress)
        assert ("adversarial" in made.losses(batch, "generator")) is joined
        loss = made.losses(batch, "critic")["critic"]
        assert (float(loss.detach()) > 0) is joined and loss.requires_grad


def test_each_phase_teaches_its_own_network_alone(batch):
    made = Small()
    made.rate(100, 1.0)
    generator, critic = made.networks["generator"], made.networks["critic"]
    sum(made.losses(batch, "generator").values()).backward()
    assert grads(generator) and not grads(critic)
    generator.zero_grad()
    made.losses(batch, "critic")["critic"].backward()
    assert grads(critic) and not grads(generator)


def test_without_a_weight_there_is_no_critic_to_please(batch):
    made = Small(replace(RECIPE, adversarial=0.0))
    made.rate(100, 1.0)
    assert set(made.losses(batch, "generator")) == {"pixel"}
    assert float(made.losses(batch, "critic")["critic"]) == 0


def test_the_adversarial_loss_counts_by_its_weight(batch):
    found = []
    for weight in (0.5, 1.0):
        made = Small(replace(RECIPE, adversarial=weight))
        made.rate(100, 1.0)
        found.append(float(made.losses(batch, "generator")["adversarial"]))
    assert found[1] == pytest.approx(2 * found[0], rel=1e-5)


def test_large_networks_get_pix2pix_critic_and_others_their_own(batch):
    made = Small(is_light=False)
    assert made.scores(batch["target"], batch).shape[1] == 1
    own = nn.Identity()
    assert Small(critic=own).networks["critic"] is own


def test_rates_rise_then_fall_smoothly_or_by_epochs():
    made = Small(speed=0.5)
    assert made.optimizer("generator").param_groups[0]["lr"] == pytest.approx(1e-4)
    assert made.rate(0, 0.0) == pytest.approx(0.02)
    assert made.rate(60, 0.3) == 1
    assert made.rate(60, 1.0) == pytest.approx(0.05)
    stepped = Small(replace(RECIPE, epochs=3))  # of five steps each
    assert stepped.rate(14, 0.9) == 1
    assert stepped.rate(15, 0.9) == pytest.approx(0.1)


def test_a_frozen_network_thaws_even_after_an_error():
    network = nn.Linear(1, 1)
    with pytest.raises(ValueError), frozen(network):
        assert not network.weight.requires_grad
        raise ValueError
    assert network.weight.requires_grad
