"""Recipes train for a few steps, switches do what they say, and weights come out usable."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from reenact.data.kept_pairs import KeptPairs, OpenMouths
from reenact.data.pairs import Pairs
from reenact.errors import InputError, UnknownNameError
from reenact.methods.freenet.config import GAGLossWeights
from reenact.methods.freenet.training import RECIPES, prepare
from reenact.training.recipe import Recipe
from reenact.training.start import train
from tests.packs import make_pack

OPTIONS = {"perceptual": "off", "keep": "8"}


@pytest.fixture(scope="module")
def pack(portrait, portrait_face, tmp_path_factory):
    return make_pack(tmp_path_factory.mktemp("pack") / "p.pack", portrait, portrait_face, size=64)


def test_the_paper_recipe_is_section_3_4_and_4_1():
    paper = RECIPES["paper"]
    assert paper.losses == GAGLossWeights(100.0, 0.1, 0.3, 0, 0, 0, 0)
    assert (paper.adversarial, paper.adversarial_from, paper.kind) == (1.0, 0.0, "lsgan")
    assert (paper.rate, paper.beta1, paper.beta2, paper.epochs) == (2e-4, 0.5, 0.999, 120)
    assert paper.net.kind == "paper" and paper.window == 0


def test_the_rate_of_the_paper_falls_by_ten_every_120_epochs(pack):
    trainable = prepare(pack, Recipe("freenet", recipe="paper", options=OPTIONS, steps=1))
    epoch = len(trainable.data) / 8
    assert trainable.rate(0, 0) == 1
    assert trainable.rate(int(119 * epoch), 0.5) == 1
    assert trainable.rate(int(121 * epoch), 0.5) == pytest.approx(0.1)


@pytest.mark.parametrize("name", ["tiny"])
def test_a_run_ends_with_weights_and_lower_loss_terms_are_finite(name, pack, tmp_path):
    recipe = Recipe("freenet", recipe=name, options=OPTIONS, steps=3, batch_size=2, log_every=1,
                    sheet_rows=2)  # fmt: skip
    weights = train(recipe, tmp_path, prepare=lambda recipe: prepare(pack, recipe))
    log = [json.loads(line) for line in (weights.parent / "log.jsonl").read_text().splitlines()]
    assert [entry["step"] for entry in log] == [1, 2, 3]
    assert "adversarial" not in log[0] and "adversarial" in log[2]
    assert json.loads(weights.with_suffix(".json").read_text())["notes"]["perceptual"] == "none"


def test_the_critic_changes_no_weight_of_the_generator(pack):
    recipe = Recipe("freenet", recipe="tiny", options=OPTIONS, steps=2, batch_size=2)
    trainable = prepare(pack, recipe)
    trainable.rate(1, 1.0)
    rows = [trainable.data[k] for k in range(2)]
    batch = torch.utils.data.default_collate(rows)
    batch = {k: v.float() / 255 if v.dtype == torch.uint8 else v for k, v in batch.items()}
    assert "adversarial" in trainable.losses(batch, "generator")
    sum(trainable.losses(batch, "critic").values()).backward()
    assert all(p.grad is None for p in trainable.networks["generator"].parameters())
    assert any(p.grad is not None for p in trainable.networks["critic"].parameters())


def test_unknown_recipes_and_options_are_said(pack):
    with pytest.raises(UnknownNameError, match="recipe"):
        prepare(pack, Recipe("freenet", recipe="papr", steps=1))
    with pytest.raises(UnknownNameError, match="Unknown option"):
        prepare(pack, Recipe("freenet", options={"tripplet": "0"}, steps=1))


def test_kept_pairs_repeat_and_are_read_back_from_their_file(pack, tmp_path):
    file = tmp_path / "kept.npz"
    first, second = KeptPairs(Pairs(pack), 3, file), KeptPairs(Pairs(pack), 3, file)
    for name, value in first[4].items():
        assert (second[1][name] == value).all(), name
    with pytest.raises(InputError, match="other|options|Move"):
        KeptPairs(Pairs(pack), 4, file)
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(InputError, match="whole"):
        KeptPairs(Pairs(pack), 3, file)


def test_open_mouths_are_drawn_as_often_as_wanted():
    class Kept:
        """Ten pairs; the last two have an open mouth."""

        def __len__(self):
            return 10

        def points(self, number):
            mesh = np.zeros((478, 3), np.float32)
            mesh[263, 0], mesh[14, 1] = 100, 30 if number >= 8 else 2
            return mesh

        def __getitem__(self, number):
            return number % 10

    pairs = OpenMouths(Kept(), 0.7)
    drawn = [pairs[number] for number in range(400)]
    assert 0.65 < np.mean([number >= 8 for number in drawn]) < 0.85
    assert drawn == [pairs[number] for number in range(400)]
