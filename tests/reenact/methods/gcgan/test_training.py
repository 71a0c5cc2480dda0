"""Recipes as published, pairs, a run that gives weights that load, every switch."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch

from reenact.data.pairs import PairOptions, Pairs
from reenact.errors import UnknownNameError
from reenact.methods import gcgan
from reenact.methods.gcgan import recipes
from reenact.methods.gcgan.config import TINY, EmbeddingConfig, GCGANConfig
from reenact.methods.gcgan.embedding import Embedding
from reenact.methods.gcgan.networks import make_generator
from reenact.methods.gcgan.pairs import WindowPairs
from reenact.methods.gcgan.recipes import RECIPES, Switches, switched
from reenact.methods.gcgan.training import prepare
from reenact.methods.gcgan.weights import widened
from reenact.training.recipe import Recipe
from reenact.training.start import train
from tests.packs import make_pack


@pytest.fixture(scope="module")
def pack(portrait, portrait_face, tmp_path_factory):
    return make_pack(tmp_path_factory.mktemp("p") / "p.pack", portrait, portrait_face, size=96)


def test_the_paper_recipe_is_section_3_3_and_the_appendix():
    paper = RECIPES["paper"]
    assert (paper.pixel, paper.adversarial, paper.kind) == (1.0, 1e-3, "wgan")
    assert (paper.embedding.contrast, paper.embedding.landmarks) == (1.0, 1.0)
    for one in (paper, paper.embedding):
        assert (one.rate, one.beta1, one.beta2) == (3e-4, 0.5, 0.999)
    assert paper.embedding.batch == 64 and not paper.embedding.of_mean
    assert paper.net == GCGANConfig() and paper.net.size == 64
    assert not (paper.perceptual or paper.flow or paper.mask or paper.parts)


def test_switches_are_the_ablations_of_tables_1_and_2():
    own = RECIPES["ablation"]
    assert switched(own, Switches(contrast=0)).embedding.contrast == 0
    assert switched(own, Switches(landmarks=0)).embedding.landmarks == 0
    assert switched(own, Switches(pixel=0)).pixel == 0
    assert switched(own, Switches(guide="landmarks")).net.guide == "landmarks"
    assert switched(own, Switches()) == own


def test_pairs_show_one_person_and_a_still_one_asks_for_nothing(pack):
    pairs = Pairs(pack, PairOptions(real_share=1.0))
    found = WindowPairs(pairs, 64, Embedding(EmbeddingConfig()).eval())[3]
    assert found["source"].shape == found["target"].shape == (3, 64, 64)
    assert found["z"].shape == found["own"].shape == (32,)
    assert found["begin"].shape == found["flow"].shape == (2, 16, 16)
    assert found["mouth"].shape == (1, 32, 32) and found["lines"].shape == (1, 64, 64)
    still = WindowPairs(pairs, 64, Embedding(EmbeddingConfig()).eval(), still=1.0)[3]
    np.testing.assert_array_equal(still["source"], still["target"])
    np.testing.assert_allclose(still["z"], still["own"], atol=1e-5)
    assert np.abs(still["begin"]).max() < 1e-2 and not still["flow"].any()


def test_a_foreign_embedding_is_of_another_face(pack):
    pairs, network = Pairs(pack, PairOptions(real_share=1.0)), Embedding(EmbeddingConfig()).eval()
    rests = np.random.default_rng(0).normal(0, 0.1, (3, 136)).astype(np.float32)
    own = WindowPairs(pairs, 64, network, rests, foreign=0.0)[3]
    foreign = WindowPairs(pairs, 64, network, rests, foreign=1.0)[3]
    assert np.abs(own["z"] - foreign["z"]).max() > 1e-4
    np.testing.assert_array_equal(own["target"], foreign["target"])


def test_an_exact_pair_moves_by_the_targets_own_landmarks(pack):
    pairs, network = Pairs(pack, PairOptions(real_share=1.0)), Embedding(EmbeddingConfig()).eval()
    found = WindowPairs(pairs, 64, network, exact=1.0, mouth=4)[3]
    np.testing.assert_array_equal(found["begin"], found["flow"])
    assert found["mouth"].shape == (4, 32, 32)
    decoded = WindowPairs(pairs, 64, network)[3]
    assert np.abs(decoded["begin"] - decoded["flow"]).max() > 0.1
    np.testing.assert_array_equal(decoded["z"], found["z"])


def test_weights_that_know_one_map_of_the_mouth_can_be_gone_on_from():
    torch.manual_seed(0)
    old, new = (make_generator(replace(TINY, mouth=count)).eval() for count in (1, 4))
    new.load_state_dict(widened(old, new))
    given = [torch.rand(1, 3, 128, 128), torch.rand(1, 32), torch.rand(1, 32)]
    given += [torch.rand(1, 2, 32, 32), torch.rand(1, 4, 64, 64)]
    with torch.no_grad():
        first = old(*given[:4], given[4][:, :1])
        torch.testing.assert_close(new(*given), first, atol=1e-5, rtol=0)


def run(pack, tmp_path, name, monkeypatch, **options):
    own = replace(RECIPES["tiny"], embedding=replace(RECIPES["tiny"].embedding, steps=3))
    if name != "tiny":
        own = replace(RECIPES[name], net=TINY, embedding=own.embedding)
        if name == "paper":
            own = replace(own, net=GCGANConfig(widths=(4, 4, 4), neck=8))
    monkeypatch.setitem(recipes.RECIPES, name, own)
    options = {"keep": "6", "clusters": "2", "perceptual": "off"} | options
    recipe = Recipe("gcgan", recipe=name, options=options, steps=3, batch_size=2, log_every=1,
                    sheet_rows=2)  # fmt: skip
    weights = train(recipe, tmp_path / "runs", prepare=lambda recipe: prepare(pack, recipe))
    log = [json.loads(line) for line in (weights.parent / "log.jsonl").read_text().splitlines()]
    return weights, log, switched(own, Switches(guide=options.get("guide", "embedding")))


def test_a_light_run_gives_weights_that_load(pack, tmp_path, monkeypatch):
    weights, log, own = run(pack, tmp_path, "tiny", monkeypatch)
    assert "adversarial" not in log[0] and "adversarial" in log[2]
    weights.with_suffix(".json").write_text(
        json.dumps({"method": "gcgan", "network": asdict(own.net)})
    )
    assert gcgan.create(weights).generator.config == own.net


@pytest.mark.parametrize(("name", "options"), [("paper", {}), ("ablation", {"guide": "landmarks"})])
def test_wgan_gp_runs_and_spg_is_a_switch(name, options, pack, tmp_path, monkeypatch):
    weights, log, own = run(pack, tmp_path, name, monkeypatch, **options)
    assert log[0]["penalty"] > 0 and np.isfinite(log[-1]["penalty"])
    weights.with_suffix(".json").write_text(
        json.dumps({"method": "gcgan", "network": asdict(own.net)})
    )
    made = gcgan.create(weights)
    assert made.generator.config.guide == options.get("guide", "embedding")


def test_an_unknown_recipe_is_named(pack):
    with pytest.raises(UnknownNameError, match="recipe"):
        prepare(pack, Recipe("gcgan", recipe="heavy", steps=1))
