"""The baseline: Table 2's size, training, at rest the photograph, strict weights."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pytest
import torch

from reenact.errors import UnknownNameError, WeightsError
from reenact.methods import pix2pix
from reenact.methods.pix2pix.config import LIGHT, TINY, Pix2PixConfig
from reenact.methods.pix2pix.method import Pix2PixMethod
from reenact.methods.pix2pix.networks import make_generator
from reenact.methods.pix2pix.training import RECIPES, prepare
from reenact.pipeline import Reenactor
from reenact.training.recipe import Recipe
from reenact.training.results import run_record, save_tensors
from reenact.training.start import train
from tests.packs import make_pack


@pytest.fixture(scope="module")
def method():
    made = pix2pix.build("tiny")
    made.runner.is_fast = False
    return made


def numbers(network):
    return sum(p.numel() for p in network.parameters())


def test_sizes_are_those_of_freenets_table_2_and_of_the_embedded_weights():
    assert numbers(make_generator(Pix2PixConfig())) == pytest.approx(16.7e6, rel=0.03)
    assert numbers(make_generator(LIGHT)) * 2 <= 12e6


@pytest.mark.parametrize("config", [TINY, Pix2PixConfig(width=4, blocks=1)])
def test_the_output_depends_on_picture_and_landmarks(config):
    torch.manual_seed(0)
    network = make_generator(config)
    picture, lines = torch.rand(1, 3, 64, 64), torch.rand(1, 1, 64, 64)
    output = network(picture, lines)
    assert output.shape == picture.shape
    assert 0 <= float(output.detach().min()) and float(output.detach().max()) <= 1
    assert not torch.equal(network(picture.flip(3), lines), output)
    assert not torch.equal(network(picture, lines.flip(3)), output)


def test_at_rest_it_is_the_photograph_and_moved_it_is_the_network(method, portrait, portrait_face):
    reenactor = Reenactor(portrait, method, source_face=portrait_face)
    result = reenactor.drive(portrait, portrait_face)
    np.testing.assert_array_equal(result.image, portrait)
    points = portrait_face.points.copy()
    points[14, 1] += 5
    changed = reenactor.edit(points).image
    assert np.abs(changed.astype(int) - portrait).mean() > 0.5
    np.testing.assert_array_equal(changed[:, :10], portrait[:, :10])


def test_openvino_and_torch_agree_within_two_levels(method, portrait, portrait_face):
    pytest.importorskip("openvino")
    fast = Pix2PixMethod(method.expression, method.network, is_fast=True)
    points = portrait_face.points.copy()
    points[14, 1] += 5
    pictures = [
        Reenactor(portrait, one, source_face=portrait_face).edit(points).image
        for one in (fast, method)
    ]
    assert np.abs(pictures[0].astype(int) - pictures[1]).max() <= 2


def test_the_paper_recipe_is_pix2pix_with_freenets_schedule():
    paper = RECIPES["paper"]
    assert (paper.pixel, paper.adversarial, paper.rate, paper.beta1) == (100.0, 1.0, 2e-4, 0.5)
    assert paper.epochs == 120 and paper.net == Pix2PixConfig()


def test_a_run_gives_weights_that_load(portrait, portrait_face, tmp_path):
    pack = make_pack(tmp_path / "p.pack", portrait, portrait_face, size=64)
    recipe = Recipe("pix2pix", recipe="tiny", options={"keep": "6"}, steps=3, batch_size=2,
                    log_every=1, sheet_rows=2)  # fmt: skip
    weights = train(recipe, tmp_path / "runs", prepare=lambda recipe: prepare(pack, recipe))
    log = [json.loads(line) for line in (weights.parent / "log.jsonl").read_text().splitlines()]
    assert "adversarial" not in log[0] and "adversarial" in log[2]
    assert run_record(weights, "pix2pix")["steps"] == 3
    with pytest.raises(WeightsError, match="must be a run of freenet, it is one of pix2pix"):
        run_record(weights, "freenet")
    weights.with_suffix(".json").write_text(
        json.dumps({"method": "pix2pix", "network": asdict(TINY)})
    )
    assert numbers(pix2pix.create(weights).network) == numbers(make_generator(TINY))
    onward = Recipe("pix2pix", recipe="tiny", options={"keep": "6", "start": str(weights)})
    begun = prepare(pack, onward).networks["generator"].state_dict()
    for name, value in pix2pix.create(weights).network.state_dict().items():
        assert torch.equal(begun[name], value)


def test_weights_load_strictly(method, tmp_path):
    path = tmp_path / "net.safetensors"
    save_tensors(method.network.state_dict(), path)
    path.with_suffix(".json").write_text(json.dumps({"method": "freenet"}))
    with pytest.raises(WeightsError, match="they are of freenet"):
        pix2pix.create(path)
    wide = asdict(TINY) | {"widths": [8, 8, 16]}
    path.with_suffix(".json").write_text(json.dumps({"method": "pix2pix", "network": wide}))
    with pytest.raises(WeightsError, match="shape"):
        pix2pix.create(path)
    path.with_suffix(".json").write_text(json.dumps({"method": "pix2pix"}))
    with pytest.raises(WeightsError, match="card"):
        pix2pix.create(path)
    with pytest.raises(UnknownNameError, match="variant"):
        pix2pix.build("big")
