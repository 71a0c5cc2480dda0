"""Recipes, configurations A to D and C-GAN, data with both sides, weights that load."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from reenact.data.augment import NONE
from reenact.data.pairs import SINGLE, PairOptions, Pairs
from reenact.errors import InputError, UnknownNameError, WeightsError
from reenact.methods import g2gan
from reenact.methods.g2gan.__main__ import main as export
from reenact.methods.g2gan.config import G2GANConfig, G2GANLossWeights
from reenact.methods.g2gan.data import ExpressionPairs, MixedPairs
from reenact.methods.g2gan.losses import identity_weight
from reenact.methods.g2gan.networks import Generators
from reenact.methods.g2gan.shape import any_shapes, arrays_of, neutral_of
from reenact.methods.g2gan.training import RECIPES, configured, prepare
from reenact.methods.g2gan.weights import begin_with
from reenact.training.recipe import Recipe
from reenact.training.results import save_tensors
from reenact.training.start import train
from tests.packs import make_pack

OPTIONS = {"perceptual": "off", "identity_net": "off", "keep": "6"}


@pytest.fixture(scope="module")
def pack(portrait, portrait_face, tmp_path_factory):
    return make_pack(tmp_path_factory.mktemp("pack") / "p.pack", portrait, portrait_face, size=64)


@pytest.fixture(scope="module")
def shapes(tmp_path_factory):
    from reenact.geometry.expression import ExpressionModel

    path = tmp_path_factory.mktemp("shapes") / "shapes.safetensors"
    arrays = arrays_of(any_shapes(ExpressionModel.load()))
    save_tensors({name: torch.from_numpy(np.array(value)) for name, value in arrays.items()}, path)
    return path


def run(pack, root, options, steps=3):
    recipe = Recipe("g2gan", recipe="tiny", options=OPTIONS | options, steps=steps, batch_size=2,
                    log_every=1, sheet_rows=2)  # fmt: skip
    weights = train(recipe, root, prepare=lambda recipe: prepare(pack, recipe))
    return weights, [
        json.loads(line) for line in (weights.parent / "log.jsonl").read_text().splitlines()
    ]


def test_the_paper_recipe_is_section_4_2():
    paper = RECIPES["paper"]
    assert (paper.rate, paper.kind, paper.window) == (1e-4, "log", 128)
    assert paper.losses == G2GANLossWeights(5.0, 0.1, 0.5, 10.0, 1.0)
    assert paper.net == G2GANConfig()
    weights = [identity_weight(paper.losses, progress) for progress in (0, 0.5, 1)]
    assert weights == pytest.approx([0.1, 0.3, 0.5])


def test_configurations_leave_out_what_section_4_3_says():
    losses = {name: configured(RECIPES["paper"], name).losses for name in ("A", "B", "C", "D")}
    assert losses["A"].cycle == 0 and losses["A"].identity_end == 0.5
    assert losses["B"].identity == losses["B"].identity_end == 0 and losses["B"].cycle == 5
    assert losses["C"].pixel == 0 and losses["C"].cycle == 5
    assert losses["D"] == RECIPES["paper"].losses
    baseline = configured(RECIPES["paper"], "cgan")
    assert not baseline.net.is_residual and baseline.losses.cycle == 0
    with pytest.raises(UnknownNameError, match="configuration"):
        configured(RECIPES["paper"], "E")


@pytest.mark.parametrize("config", ["A", "C", "D", "cgan", "cgan-moved"])
def test_every_configuration_trains(config, pack, shapes, tmp_path):
    log = run(pack, tmp_path, {"config": config, "shapes": str(shapes)})[1]
    terms = [set(entry) for entry in log]
    assert any("cycle" in one for one in terms) == (config in "CD")
    assert any("pixel" in one for one in terms) == (config != "C")
    assert "adversarial" in terms[2] and "adversarial" not in terms[0]


def test_weights_of_a_run_are_joined_with_shapes_and_load_strictly(pack, shapes, tmp_path):
    weights = run(pack, tmp_path, {})[0]
    out = tmp_path / "g2gan.safetensors"
    export(weights, shapes, out, broad=4.0)
    made = g2gan.create(out)
    assert made.generators.remove.broad == 4.0
    assert made.shapes.modes.shape == (len(made.shapes.spread), 1434)
    card = json.loads(out.with_suffix(".json").read_text())
    out.with_suffix(".json").write_text(json.dumps(card | {"method": "gcgan"}))
    with pytest.raises(WeightsError, match="they are of gcgan"):
        g2gan.create(out)
    for name in ("sees_motion", "broad"):  # cards of earlier versions do not name these
        del card["network"][name]
    out.with_suffix(".json").write_text(json.dumps(card))
    config = g2gan.create(out).generators.config
    assert config.sees_motion and config.broad == 0
    card["network"]["geometry"] = 5
    out.with_suffix(".json").write_text(json.dumps(card))
    with pytest.raises(WeightsError, match="shape"):
        g2gan.create(out)
    del card["network"]
    out.with_suffix(".json").write_text(json.dumps(card))
    with pytest.raises(WeightsError, match="network"):
        g2gan.create(out)


def test_the_baseline_has_no_pores_to_add_broad_paint_beneath(pack, shapes, tmp_path):
    weights = run(pack, tmp_path, {"config": "cgan"})[0]
    with pytest.raises(InputError, match="`--broad` must be 0"):
        export(weights, shapes, tmp_path / "cgan.safetensors", broad=4.0)


def test_a_run_can_begin_with_its_own_weights_or_another_light_generators(tmp_path):
    from reenact.methods.freenet.config import GAGConfig
    from reenact.methods.freenet.light import LightGAG
    from reenact.methods.g2gan.config import TINY

    first, second = Generators(TINY), Generators(TINY)
    save_tensors(first.state_dict(), tmp_path / "own.safetensors")
    begin_with(second, tmp_path / "own.safetensors")
    assert torch.equal(second.remove.enter.weight, first.remove.enter.weight)
    other = LightGAG(GAGConfig("light", widths=(8, 8, 8), landmark_channels=4))
    state = {f"gag.{name}": value for name, value in other.state_dict().items()}
    save_tensors(state, tmp_path / "other.safetensors")
    begin_with(second, tmp_path / "other.safetensors")
    for generator in (second.express, second.remove):
        assert torch.equal(generator.enter.weight, other.enter.weight)
        assert torch.equal(generator.landmarks1.weight[:, -2:], other.landmarks1.weight[:, -2:])
    save_tensors({"x": torch.zeros(1)}, tmp_path / "none.safetensors")
    with pytest.raises(WeightsError, match="begin with"):
        begin_with(second, tmp_path / "none.safetensors")


def test_the_neutral_side_is_the_one_with_the_smaller_expression(pack):
    data = ExpressionPairs(Pairs(pack), 64, seed=None)
    item = data[1]
    sides = [
        data.expressiveness(np.column_stack([mesh, np.zeros(478)]))
        for mesh in (item["neutral_mesh"], item["expression_mesh"])
    ]
    pair = Pairs(pack)[1]
    meshes = [pair["source_points"], pair["target_points"]]
    wanted = sorted(meshes, key=data.expressiveness)
    np.testing.assert_allclose(item["neutral_mesh"], wanted[0][:, :2], atol=1e-4)
    np.testing.assert_allclose(item["wanted_e"], item["expression_mesh"], atol=1e-4)
    np.testing.assert_allclose(item["flow_n"], item["back_n"], atol=1e-4)
    assert len(sides) == 2 and item["heat_e"].shape == (68, 2)


def test_neutral_landmarks_are_guessed_as_in_use_where_a_face_is_at_rest(pack):
    from reenact.geometry.expression import ExpressionModel

    model = ExpressionModel.load()
    pairs = Pairs(pack, PairOptions(real_share=1.0, augmentation=NONE))
    pair, at_rest = dict(pairs[0]), None
    at_rest = neutral_of(model, pair["source_points"])
    pair |= {"source": pair["target"], "source_points": at_rest}
    known, guessed = (
        ExpressionPairs([pair], 64, seed=None, guessed=share)[0] for share in (0.0, 1.0)
    )
    rest = [data["neutral_mesh"] for data in (known, guessed)]
    np.testing.assert_array_equal(rest[0], rest[1])  # the truth stays the truth
    np.testing.assert_allclose(known["wanted_n"], rest[0], atol=1e-4)
    wanted = neutral_of(model, pair["target_points"])[:, :2]
    np.testing.assert_allclose(guessed["wanted_n"], wanted, atol=1e-3)
    single = pair | {"kind": SINGLE}
    data = ExpressionPairs([single], 64, seed=None, guessed=1.0)[0]
    np.testing.assert_allclose(data["wanted_n"], data["neutral_mesh"], atol=1e-4)


def test_guessing_needs_the_shape_model(pack, tmp_path):
    with pytest.raises(InputError, match="shapes=FILE"):
        run(pack, tmp_path, {"guessed": "0.5"})


def test_unpaired_sides_are_two_people_and_each_has_landmarks_to_go_to(pack):
    from reenact.geometry.expression import ExpressionModel

    pairs = Pairs(pack)
    data = ExpressionPairs(pairs, 64, shapes=any_shapes(ExpressionModel.load()), seed=None)
    item = data[0]
    assert not np.allclose(item["wanted_e"], item["expression_mesh"], atol=0.5)
    assert np.abs(item["wanted_e"] - item["neutral_mesh"]).max() < 32


def test_a_share_of_the_pairs_comes_from_the_second_source():
    mixed = MixedPairs(range(400), range(1000, 1400), 0.25)
    drawn = [mixed[number] for number in range(400)]
    assert 0.18 < np.mean([number >= 1000 for number in drawn]) < 0.32
    assert drawn == [mixed[number] for number in range(400)]
