"""Training of the landmark detector: its faces, and that it learns."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from reenact.data.augment import NONE, Augmentation
from reenact.errors import InputError
from reenact.face.schemes import convert
from reenact.nn.landmark_net import load_landmark_net
from reenact.training.landmark_net import LandmarkFaces, pixel_error
from reenact.training.recipe import Recipe
from reenact.training.start import train
from tests.packs import make_pack


@pytest.fixture(scope="module")
def pack(portrait, portrait_face, tmp_path_factory):
    return make_pack(tmp_path_factory.mktemp("pack") / "p.pack", portrait, portrait_face, size=96)


def test_faces_shrink_with_their_points(pack):
    small = LandmarkFaces(pack, 48, "train", NONE, 0)
    whole = convert(pack.points(small.rows[1]), "mediapipe478", "ibug68")[:, :2]
    face = small[1]
    assert face["image"].shape == (3, 48, 48)
    np.testing.assert_allclose(face["points"], (whole + 0.5) / 2 - 0.5, atol=1e-3)


def test_a_face_depends_on_seed_and_number_alone(pack):
    first, second = (LandmarkFaces(pack, 64, "train", Augmentation(), 5, 1.0) for _ in range(2))
    second[1]
    for name, value in first[9].items():
        assert np.array_equal(value, second[9][name])
    assert not np.array_equal(first[9]["image"], first[10]["image"])


def test_a_split_without_faces_is_refused(pack):
    with pytest.raises(InputError, match="must hold faces of the split 'neither'"):
        LandmarkFaces(pack, 64, "neither", NONE, 0)


def test_training_brings_the_points_nearer_and_the_file_loads(pack, tmp_path):
    torch.set_num_threads(1)
    options = {"size": "64", "channels": "16", "stacks": "1"}
    values = {"data": (f"pack={pack.path}",), "options": options, "batch_size": 4, "average": 0.5}
    faces = LandmarkFaces(pack, 64, "train", NONE, 0)
    errors = []
    for steps in (1, 40):
        recipe = Recipe(method="landmark-net", steps=steps, **values)
        weights = train(recipe, tmp_path)
        errors.append(pixel_error(load_landmark_net(weights), faces).mean())
    assert errors[1] < 0.7 * errors[0]
    assert json.loads(weights.with_suffix(".json").read_text())["method"] == "landmark-net"
