"""Warped faces stay one person's, depend on seed and number alone, and lie in their windows."""

from __future__ import annotations

import numpy as np
import pytest

from reenact.data.warped_faces import edited, warped_faces
from tests.packs import make_pack


@pytest.fixture(scope="module")
def pack(portrait, portrait_face, tmp_path_factory):
    return make_pack(tmp_path_factory.mktemp("pack") / "p.pack", portrait, portrait_face, size=96)


@pytest.fixture(scope="module")
def grin(portrait_face):
    mesh = portrait_face.points.copy()
    mesh[[14, 17, 87, 317, 152], 1] += 18
    return mesh


def test_pictures_and_meshes_are_of_one_size(pack, grin):
    faces = warped_faces(pack, [0, 1], [grin], 3, size=64)
    assert faces.pictures.shape == (3, 64, 64, 3) and faces.pictures.dtype == np.uint8
    assert faces.meshes.shape == (3, 478, 3) and faces.meshes.dtype == np.float32
    flat = faces.meshes[..., :2]
    assert flat.min() > 0 and flat.max() < 64
    middle = (flat.min(1) + flat.max(1)) / 2
    np.testing.assert_allclose(middle, 31.5, atol=1.0)


def test_a_face_depends_on_seed_and_number_alone(pack, grin):
    few, more = (warped_faces(pack, [0, 1], [grin], n, size=64) for n in (2, 3))
    np.testing.assert_array_equal(few.pictures, more.pictures[:2])
    other = warped_faces(pack, [0, 1], [grin], 2, size=64, seed=1)
    assert not np.array_equal(other.meshes, few.meshes)
    assert not np.array_equal(few.meshes[0], few.meshes[1])


def test_none_are_none(pack, grin):
    faces = warped_faces(pack, [0], [grin], 0, size=64)
    assert faces.pictures.shape == (0, 64, 64, 3) and faces.meshes.shape == (0, 478, 3)


def test_edits_are_small_and_smooth(portrait_face):
    mesh = portrait_face.points
    eyes = np.linalg.norm(mesh[263, :2] - mesh[33, :2])
    moves = [edited(np.random.default_rng(k), mesh) - mesh for k in range(20)]
    lengths = np.linalg.norm(np.stack(moves), axis=-1).max(1) / eyes
    assert 0.02 < np.median(lengths) < 0.3
    for move in moves:  # neighbors on the lower lip go together
        assert np.abs(move[14] - move[15]).max() < 0.05 * eyes
        assert np.abs(move[:, 2]).max() == 0
