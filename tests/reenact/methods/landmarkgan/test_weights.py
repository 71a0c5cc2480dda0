"""A run's folder as weights: who is in it, and what is refused."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

import reenact
from reenact.errors import UnknownNameError, WeightsError
from reenact.methods import landmarkgan
from reenact.methods.landmarkgan.__main__ import main as export
from reenact.methods.landmarkgan.config import RECIPES, TINY
from reenact.methods.landmarkgan.networks import make_networks
from reenact.methods.landmarkgan.start import Begin, _first
from reenact.methods.landmarkgan.weights import _notes, read_people
from reenact.methods.landmarkgan.who import ALIKE
from reenact.registry import method_names
from reenact.training.results import save_tensors


def test_a_run_holds_everybody_who_was_trained_on(run):
    known = read_people(run)
    assert [person.name for person in known.people] == ["test/0", "test/1"]
    assert known.networks == TINY
    assert known.portrait(1).shape == (64, 64, 3)
    assert known.drivers.shape == (48, 478, 3)
    assert known.number("test/1") == 1
    with pytest.raises(UnknownNameError, match="Unknown person 'test/7'. Did you mean"):
        known.number("test/7")


def test_log_and_curves_are_of_all_five_losses(run):
    log = [json.loads(line) for line in (run.parent / "log.jsonl").read_text().splitlines()]
    assert {"L2I", "L2L", "X-L2L", "neutral", "taught"} <= set(log[0])
    assert "I2L" in log[0] | log[1] | log[2]
    assert "gan" in log[2] and "gan" not in log[0]
    assert json.loads(run.with_suffix(".json").read_text())["notes"]["people"] == "test/0, test/1"


def test_a_folder_goes_wherever_weights_go(run):
    by_file, by_folder, by_runs = (
        landmarkgan.create(path) for path in (run, run.parent, run.parent.parent)
    )
    assert by_file.info.people == by_folder.info.people == by_runs.info.people


@pytest.mark.skipif("landmarkgan" not in method_names(), reason="not in the registry yet")
def test_a_folder_goes_wherever_a_method_goes(run):
    by_name = reenact.create(str(run.parent))
    assert by_name.name == "landmarkgan" and len(by_name.weights_sha256) == 64


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(WeightsError, match="must hold a finished training run"):
        landmarkgan.create(tmp_path)


def test_weights_of_another_person_count_are_refused(run, tmp_path):
    path = tmp_path / "net.safetensors"
    shutil.copy(run.with_suffix(".json"), path.with_suffix(".json"))
    notes, state = _notes(run), load_file(run)
    people = json.loads(notes["people"])
    save_tensors(state, path, notes | {"people": json.dumps(people[:1])})
    with pytest.raises(WeightsError, match="must hold 1 people as its notes say, got 2"):
        read_people(path)
    state.pop("portrait.1")
    save_tensors(state, path, notes | {"people": json.dumps(people[:1])})
    with pytest.raises(WeightsError, match="shape"):
        landmarkgan.create(path)
    save_tensors(state, path)
    with pytest.raises(WeightsError, match="must say whose faces"):
        read_people(path)


def test_weights_without_examples_say_what_to_do(run, tmp_path):
    path = tmp_path / "net.safetensors"
    shutil.copy(run.with_suffix(".json"), path.with_suffix(".json"))
    state = {k: v for k, v in load_file(run).items() if not k.startswith("examples.1.")}
    save_tensors(state, path, _notes(run))
    with pytest.raises(WeightsError, match="must hold examples of each person. Train it again"):
        landmarkgan.create(path)


def test_how_alike_a_picture_must_be_lies_in_the_weights(run, tmp_path):
    assert read_people(run).alike == ALIKE
    export(run, tmp_path / "net.safetensors", alike=0.9)
    assert read_people(tmp_path / "net.safetensors").alike == 0.9


def test_a_run_begins_from_earlier_weights_of_its_shape(run):
    begin = Begin.find(str(run), TINY)
    converter, face = make_networks(TINY, 3)
    begin.fill(converter, face)
    known = read_people(run)
    torch.testing.assert_close(face.blocks[0].weight, known.state["face.blocks.0.weight"])
    torch.testing.assert_close(face.people[2].paint.bias, known.state["face.people.0.paint.bias"])
    assert len(begin.drivers) == 48
    with pytest.raises(WeightsError, match="recipe's shape"):
        Begin.find(str(run), RECIPES["light"].net)
    assert Begin.find("none", TINY).state == {}


def test_everybody_begins_as_the_first_person():
    assert _first("people.3.paint.bias") == "people.0.paint.bias"
    assert _first("encoder.0.bias") == "encoder.0.bias"


def test_random_networks_are_nobodys(portrait, portrait_face):
    from reenact.pipeline import Reenactor

    made = landmarkgan.build("tiny")
    result = Reenactor(portrait, made, source_face=portrait_face).drive(portrait, portrait_face)
    np.testing.assert_array_equal(result.image, portrait)
    with pytest.raises(UnknownNameError, match="variant"):
        landmarkgan.build("big")


def test_some_of_the_people_can_be_kept(run, tmp_path):
    out = tmp_path / "one.safetensors"
    export(run, out, only="test/1", portraits=tmp_path)
    known, one = read_people(run), landmarkgan.create(out)
    assert one.info.people == ("test/1",)
    np.testing.assert_array_equal(one.portrait("test/1"), known.portrait(1))
    points = np.random.default_rng(0).normal(0, 0.3, (106, 2)).astype(np.float32)
    whole = landmarkgan.create(run)
    np.testing.assert_allclose(one.convert(points, 0), whole.convert(points, 1), atol=1e-5)
    assert np.abs(one._picture(points, 0).astype(int) - whole._picture(points, 1)).max() <= 1
    with pytest.raises(UnknownNameError, match="Unknown person 'zoe'"):
        export(run, out, only="zoe")
