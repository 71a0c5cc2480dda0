"""The taught converter: pairs have the truth they say, and training lowers the error."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reenact.methods.freenet.config import ULCConfig
from reenact.training.ulc_taught import RECIPE, errors, fit_taught, taught_pairs
from tests.packs import make_pack


@pytest.fixture(scope="module")
def pack(portrait, portrait_face, tmp_path_factory):
    path = tmp_path_factory.mktemp("pack") / "p.pack"
    return make_pack(path, portrait, portrait_face, people=6, size=256)


def test_the_truth_of_real_pairs_is_another_picture_of_the_source(pack):
    pairs = taught_pairs(pack, 6, real=1.0)
    assert pairs.source.shape == pairs.driving.shape == pairs.target.shape == (6, 106, 2)
    # These people differ by noise alone, so the truth lies on the source.
    assert np.abs(pairs.target - pairs.source).mean() < 4


def test_people_of_other_splits_are_not_used(pack):
    held_out = taught_pairs(pack, 4, split="held_out", real=0.0)
    learned = taught_pairs(pack, 40, real=0.0)
    for face in held_out.source:
        assert np.abs(learned.source - face).mean(axis=(1, 2)).min() > 0


def test_training_brings_outputs_closer_to_the_truth(pack):
    pairs = taught_pairs(pack, 60)
    small = replace(RECIPE, net=ULCConfig(width=32, layers=2, decoder=(32,)), batch=32)
    first = errors(fit_taught(pairs, replace(small, steps=1)), pairs)
    last = errors(fit_taught(pairs, replace(small, steps=150)), pairs)
    assert last["converter"] < first["converter"]
    assert last["nothing"] == pytest.approx(first["nothing"])
