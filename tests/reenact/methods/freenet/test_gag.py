"""The generator: Table 2's sizes, shapes, and what the light one starts as."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from reenact.methods.freenet.config import LIGHT, TINY, GAGConfig
from reenact.methods.freenet.light import LightGAG
from reenact.methods.freenet.networks import make_generator, run_generator
from reenact.methods.freenet.ulc import ULC, parameter_count
from reenact.nn.mover import sample


def batch(size=64):
    torch.manual_seed(0)
    return {
        "source": torch.rand(2, 3, size, size),
        "maps": torch.rand(2, 5, size // 2, size // 2),
        "flow": torch.zeros(2, 2, size // 4, size // 4),
        "image": torch.rand(2, 1, size // 4, size // 4),
    }


def test_the_paper_sizes_are_within_3_percent_of_table_2():
    assert parameter_count(ULC()) == pytest.approx(4.5e6, rel=0.03)
    assert parameter_count(make_generator(GAGConfig())) == pytest.approx(17.3e6, rel=0.03)


def test_the_light_weights_are_at_most_12_mb_in_half_precision():
    assert parameter_count(make_generator(LIGHT)) * 2 <= 12e6


@pytest.mark.parametrize("config", [TINY, GAGConfig(width=4, blocks=3)])
def test_output_is_a_picture_that_depends_on_both_inputs(config):
    generator, given = make_generator(config), batch()
    if isinstance(generator, LightGAG):
        generator.mask.bias.data.fill_(1.0)
        generator.paint.weight.data.normal_(std=0.1)
    output, mask, correction, _ = run_generator(generator, given)
    assert output.shape == given["source"].shape
    assert 0 <= float(output.detach().min()) and float(output.detach().max()) <= 1
    assert mask.shape[1] == 1 and bool(torch.isfinite(correction).all())
    other = given | {"source": given["source"].flip(3)}
    assert not torch.equal(run_generator(generator, other)[0], output)
    drawn = given | {"maps": given["maps"].flip(3), "image": given["image"].flip(3)}
    assert not torch.equal(run_generator(generator, drawn)[0], output)


def test_a_new_light_generator_gives_the_reference_back_but_for_the_inside_of_the_mouth():
    given = batch()
    given["maps"][:, 2] = 0
    output, mask, correction, _ = run_generator(make_generator(TINY), given)
    still = given["source"] + 0.12 * (0.5 - given["source"])
    assert float((output - still).detach().abs().mean()) < 0.02
    assert float(mask.detach().mean()) == pytest.approx(0.12, abs=0.02)
    assert float(correction.detach().abs().max()) < 0.1
    given["maps"][:, 2] = 1  # a mouth all over
    assert float(run_generator(make_generator(TINY), given)[1].detach().mean()) > 0.8


def test_a_flow_of_whole_pixels_moves_the_picture_by_them():
    picture = torch.rand(1, 3, 32, 32)
    flow = torch.tensor([8.0, -4.0]).view(1, 2, 1, 1).expand(1, 2, 8, 8)
    moved = sample(picture, flow)
    torch.testing.assert_close(moved[..., 8:24, 4:20], picture[..., 4:20, 12:28])


def test_every_weight_of_the_paper_generator_gets_a_gradient():
    generator = make_generator(GAGConfig(width=4, blocks=3))
    given = batch(32)
    run_generator(generator, given)[0].square().mean().backward()
    # A bias before instance norm cannot change anything.
    for name, p in generator.named_parameters():
        if name.endswith("weight"):
            assert p.grad is not None and np.isfinite(p.grad.numpy()).all(), name
