"""Where weights come from, and what is said of those that cannot be used."""

from __future__ import annotations

import json
import shutil

import pytest

from reenact.errors import WeightsError
from reenact.methods.pix2pix.weights import read_network
from reenact.nn.weights import FOLDER, found, read_weights, weights_path
from reenact.registry import create, create_for, method_of

OWN = FOLDER / "pix2pix.safetensors"


@pytest.fixture
def weights(tmp_path):
    """A copy of embedded weights, with its card."""
    for suffix in (".safetensors", ".json"):
        shutil.copy(OWN.with_suffix(suffix), tmp_path / f"mine{suffix}")
    return tmp_path / "mine.safetensors"


def refused(path, method="pix2pix") -> str:
    with pytest.raises(WeightsError) as error:
        read_weights(path, method)
    assert "\n" not in str(error.value) and "Errno" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("keep", [0, 5, 1000, 2_000_000])
def test_weights_that_are_cut_off_are_said_to_be(weights, keep):
    weights.write_bytes(weights.read_bytes()[:keep])
    assert "must be weights of pix2pix, a whole file: " in refused(weights)


def test_weights_without_their_card_are_refused_by_its_name(weights):
    weights.with_suffix(".json").unlink()
    assert "must have its card, mine.json, beside it" in refused(weights)


@pytest.mark.parametrize("text", ["", "[]", "{}", "{"])
def test_a_card_that_says_nothing_is_refused(weights, text):
    weights.with_suffix(".json").write_text(text)
    assert "must be the card of weights" in refused(weights)


def test_weights_of_another_method_say_which(weights):
    assert refused(weights, "gcgan").endswith(
        "must be weights of gcgan, they are of pix2pix. Use method pix2pix, or other weights."
    )


def test_what_a_run_left_says_how_a_methods_weights_are_made(weights):
    card = weights.with_suffix(".json")
    card.write_text(json.dumps({"method": "pix2pix", "recipe": {}, "weights_sha256": "0"}))
    with pytest.raises(WeightsError, match=r"training run left.*python -m reenact\.methods\.pix"):
        read_network(weights)


def test_weights_say_their_method_where_nobody_chose_one(weights):
    assert method_of(weights) == "pix2pix"
    assert create_for(None, weights).name == "pix2pix"
    assert create_for(None, default="warp").name == "warp"
    with pytest.raises(WeightsError, match="they are of pix2pix"):
        create_for("gcgan", weights)


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """The Hub's own store on this computer, with `someone/faces@v1` in it, and no network."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    repo, commit = tmp_path / "hub" / "models--someone--faces", "a" * 40
    (repo / "refs").mkdir(parents=True)
    (repo / "refs" / "v1").write_text(commit)
    folder = repo / "snapshots" / commit
    folder.mkdir(parents=True)
    for suffix in (".safetensors", ".json"):
        shutil.copy(OWN.with_suffix(suffix), folder / f"weights{suffix}")
    return folder


def test_weights_come_from_the_hub_where_they_are_named(hub):
    assert found("someone/faces@v1") == hub / "weights.safetensors"
    with pytest.raises(WeightsError, match="must name a file"):
        found("")
    assert create("pix2pix", "someone/faces@v1").weights_sha256 == create("pix2pix").weights_sha256
    assert create("someone/faces@v1").name == create_for(None, "someone/faces@v1").name == "pix2pix"


def test_what_is_not_on_the_hub_is_one_line_and_nothing_else_is_tried(hub):
    for place in ("someone/faces@v2", "nobody/nothing@main"):
        with pytest.raises(WeightsError, match=f"'{place}' must be a repository on the Hub") as one:
            weights_path("pix2pix", place)
        assert "\n" not in str(one.value)


def test_a_folder_of_that_name_wins(hub, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "someone" / "faces@v1").mkdir(parents=True)
    with pytest.raises(WeightsError, match="must hold a finished training run"):
        found("someone/faces@v1")
