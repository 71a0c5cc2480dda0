"""Triples, encoder, critic and a run of the recipe: it ends with weights that load, and resumes."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from reenact.errors import InputError, UnknownNameError
from reenact.methods import stylefusion
from reenact.methods.stylefusion.__main__ import main as export
from reenact.methods.stylefusion.config import TINY, TINY_ENCODER, EncoderConfig
from reenact.methods.stylefusion.critic import Critic, augment, r1_penalty
from reenact.methods.stylefusion.encoder import Encoder
from reenact.methods.stylefusion.faces import FacePairs
from reenact.methods.stylefusion.generator import Generator
from reenact.methods.stylefusion.recipes import RECIPES
from reenact.methods.stylefusion.training import exchange, prepare
from reenact.training.recipe import Recipe
from reenact.training.start import train
from tests.packs import make_pack


@pytest.fixture(scope="module")
def pack(portrait, portrait_face, tmp_path_factory):
    return make_pack(tmp_path_factory.mktemp("pack") / "p.pack", portrait, portrait_face, size=64)


def test_both_networks_of_the_light_recipe_fit_into_12_mb():
    light = RECIPES["light"]
    networks = Generator(light.net), Encoder(light.encoder, light.net)
    assert sum(v.numel() for net in networks for v in net.state_dict().values()) * 2 <= 12e6


def test_the_shared_style_begins_as_principal_components():
    torch.manual_seed(0)
    faces = torch.rand(40, 3, 16, 16)
    encoder = Encoder(EncoderConfig(8, 16), TINY)
    encoder.begin(faces)
    shared, change = encoder(faces)
    assert torch.equal(change, torch.zeros_like(change))
    assert shared.mean(0).abs().max() < 1e-3
    relation = np.corrcoef(shared.detach().numpy().T)
    assert np.abs(relation - np.eye(16)).max() < 1e-2
    assert float(shared.detach().square().mean()) == pytest.approx(1, abs=0.05)
    assert torch.equal(encoder.styles(faces), shared[:, None] + change)


def test_triples_depend_on_their_number_and_are_kept(pack, tmp_path):
    faces = FacePairs(pack, TINY, count=3, file=tmp_path / "kept.npz")
    again = FacePairs(pack, TINY, count=3, file=tmp_path / "kept.npz")
    for name in ("source", "driving", "target"):
        assert faces[4][name].shape == (3, 16, 16)
        np.testing.assert_array_equal(faces[4][name], again[4][name])
    with pytest.raises(InputError, match="this pack and recipe"):
        FacePairs(pack, TINY, count=4, file=tmp_path / "kept.npz")
    (tmp_path / "bad.npz").write_bytes(b"half")
    with pytest.raises(InputError, match="whole file"):
        FacePairs(pack, TINY, count=3, file=tmp_path / "bad.npz")


def test_exchange_takes_the_driving_layers_alone():
    source, driving = torch.zeros(2, 6, 4), torch.ones(2, 6, 4)
    assert exchange(source, driving, (3, 4))[0, :, 0].tolist() == [0, 0, 0, 1, 1, 0]


def test_augmentation_does_nothing_at_strength_0_and_passes_gradients_on():
    pictures = torch.rand(4, 3, 16, 16, requires_grad=True)
    torch.testing.assert_close(augment(pictures, torch.zeros(1)), pictures, atol=1e-4, rtol=0)
    changed = augment(pictures, torch.ones(1))
    assert (changed - pictures).abs().mean() > 0.05
    changed.sum().backward()
    assert torch.isfinite(pictures.grad).all()


def test_augmentation_adapts_to_how_surely_real_pictures_are_told():
    critic = Critic(16, 8)
    critic.adapt(torch.ones(8), 0.01)
    assert float(critic.strength) == pytest.approx(0.08)
    critic.adapt(-torch.ones(8), 0.02)
    assert float(critic.strength) == 0


def test_r1_is_half_the_squared_slope():
    critic = lambda x: 3 * x.flatten(1).sum(1)  # noqa: E731
    assert float(r1_penalty(critic, torch.rand(2, 3, 4, 4))) == pytest.approx(0.5 * 9 * 48)


def run(pack, folder, steps, resume=False):
    recipe = Recipe("stylefusion", recipe="tiny", options={"keep": "6"}, steps=steps, batch_size=2,
                    log_every=1, save_every=2, sheet_rows=2)  # fmt: skip
    return train(recipe, folder, resume=resume, prepare=lambda recipe: prepare(pack, recipe))


def test_a_run_gives_weights_that_load_and_goes_on_where_it_stopped(pack, tmp_path):
    whole = run(pack, tmp_path / "whole", 4)
    log = [json.loads(line) for line in (whole.parent / "log.jsonl").read_text().splitlines()]
    assert "adversarial" not in log[0] and {"adversarial", "r1"} <= set(log[2])
    export(whole, tmp_path / "out.safetensors")
    method = stylefusion.create(tmp_path / "out.safetensors")
    assert method.studio.config == TINY and method.studio.encoder.config == TINY_ENCODER
    assert method.studio.generator.mean_style.abs().sum() > 0
    longer = run(pack, whole.parent, 5, resume=True)
    assert json.loads(longer.with_suffix(".json").read_text())["steps"] == 5


def test_unknown_recipes_and_variants_are_named(pack):
    with pytest.raises(UnknownNameError, match="recipe"):
        prepare(pack, Recipe("stylefusion", recipe="huge", steps=1))
    with pytest.raises(UnknownNameError, match="variant"):
        stylefusion.build("huge")
