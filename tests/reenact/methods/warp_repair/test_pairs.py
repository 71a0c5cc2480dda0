"""Pairs: the truth is the photograph itself, in the place where the input is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reenact.methods import warp
from reenact.methods.warp_repair.config import RepairConfig
from reenact.methods.warp_repair.faces import FacePicture, faces_of
from reenact.methods.warp_repair.pairs import SINGLE, PairMaker, disturbed, laid_onto
from reenact.methods.warp_repair.training import PairFiles, as_batch


@pytest.fixture(scope="module")
def picture(portrait_path, portrait_face):
    return FacePicture(
        "sfhq", "sfhq/a", "", portrait_path, 0, portrait_face.points, portrait_face.frame_size
    )


def test_a_picture_laid_onto_itself_stays(portrait, portrait_face):
    image, points = laid_onto(portrait, portrait_face.points, portrait_face.points, 304)
    np.testing.assert_allclose(points, portrait_face.points, atol=1e-2)
    assert np.abs(image.astype(int) - portrait).max() <= 2


def test_a_turned_and_enlarged_head_is_laid_back(portrait, portrait_face):
    here = portrait_face.points
    turn = np.array([[0.8, -0.6], [0.6, 0.8]], np.float32) * 1.3
    there = np.column_stack([here[:, :2] @ turn.T + 7, here[:, 2] * 1.3]).astype(np.float32)
    _, points = laid_onto(portrait, here, there, 304)
    np.testing.assert_allclose(points, there, atol=0.01)


def test_a_disturbed_mouth_is_a_little_off(portrait, portrait_face):
    driving = disturbed(np.random.default_rng(0), portrait, portrait_face.points)
    assert driving.frame.shape == portrait.shape
    moved = np.abs(driving.face.points - portrait_face.points).max(1)
    assert 0 < moved.max() < 10
    assert moved[[33, 263, 1, 152]].max() == 0


def test_a_single_pair_has_the_photo_as_its_truth(picture):
    points = picture.points.copy()
    points[[14, 17, 87, 317, 178, 402], 1] += 8
    other = replace(picture, person="sfhq/b", points=points)
    maker = PairMaker(warp.create(), [picture, other], RepairConfig())
    pair = maker.make("single", np.random.default_rng(3))
    assert pair["kind"] == SINGLE
    assert pair["warped"].shape == pair["target"].shape == (128, 128, 3)
    still = pair["gate"] == 0
    assert np.abs(pair["warped"].astype(int) - pair["target"])[still].mean() < 3
    again = maker.make("single", np.random.default_rng(3))
    np.testing.assert_array_equal(pair["warped"], again["warped"])


def test_pair_files_find_new_files_and_mirror_flow(tmp_path):
    rng = np.random.default_rng(0)
    part = {
        "warped": rng.integers(0, 255, (3, 32, 32, 3), dtype=np.uint8),
        "target": rng.integers(0, 255, (3, 32, 32, 3), dtype=np.uint8),
        "drawn": np.zeros((3, 2, 32, 32), np.uint8),
        "flow": rng.normal(size=(3, 8, 8, 2)).astype(np.float16),
        "gate": np.zeros((3, 32, 32), np.uint8),
        "kind": np.zeros(3, np.uint8),
    }
    files = PairFiles(tmp_path, "train")
    assert len(files) == 0
    np.savez(tmp_path / "train_0_0.npz", **part)
    assert files.look() == files.look() == 3
    plain = as_batch(part).flow
    seen = files.batch(np.tile(np.arange(3), 8), rng).flow
    mirrored = plain.flip(3) * plain.new_tensor([-1, 1]).view(1, 2, 1, 1)
    for row, flow in enumerate(seen):
        assert (flow == plain[row % 3]).all() or (flow == mirrored[row % 3]).all()


def test_held_out_people_never_change(tmp_path):
    names = np.array(["clips/d10.mp4/00003", "clips/d0.mp4/00000"])
    points = np.zeros((2, 478, 3), np.float32)
    points[:, 263, 0] = 100
    meshes = {"names": names, "points": points, "size": np.full((2, 2), 512)}
    first, second = faces_of("clips", tmp_path, meshes)
    assert (first.person, first.frame, first.split) == ("clips/d10", 3, "held_out")
    assert second.split == "train"
    small = meshes | {"points": points / 4}
    assert not faces_of("clips", tmp_path, small)
