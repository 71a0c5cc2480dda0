"""Tiny weights of two people, from three steps of training."""

from __future__ import annotations

import pytest

from reenact.methods import landmarkgan
from reenact.methods.landmarkgan.training import prepare
from reenact.training.recipe import Recipe
from reenact.training.start import train
from tests.packs import make_pack


@pytest.fixture(scope="session")
def small_pack(portrait, portrait_face, tmp_path_factory):
    """Two people to train on, and one who is held out."""
    path = tmp_path_factory.mktemp("landmarkgan") / "people.pack"
    return make_pack(path, portrait, portrait_face, people=3, each=3, size=64)


@pytest.fixture(scope="session")
def run(small_pack, tmp_path_factory):
    """The finished weights of a run."""
    recipe = Recipe("landmarkgan", recipe="tiny", options={"begin": "none"}, steps=3, batch_size=8,
                    log_every=1, sheet_rows=2)  # fmt: skip
    root = tmp_path_factory.mktemp("runs")
    return train(recipe, root, prepare=lambda recipe: prepare(small_pack, recipe))


@pytest.fixture
def method(run):
    """The method of these weights, drawing the first person whatever the source shows."""
    made = landmarkgan.create(run)
    made.person = made.info.people[0]
    for runner in made.runners:
        runner.is_fast = False
    return made
