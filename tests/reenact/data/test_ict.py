"""The ICT-FaceKit loader, on a made archive of six vertices."""

from __future__ import annotations

import numpy as np
import pytest

from reenact.data.ict import arkit_name, load_ict
from reenact.errors import InputError, ShapeError


@pytest.fixture
def model(tmp_path):
    expression = np.zeros((3, 6, 3), np.float16)
    expression[:, :, 1] = [[1], [2], [4]]
    np.savez(
        tmp_path / "ict_facekit.npz",
        neutral=np.ones((6, 3), np.float32),
        identity=np.full((2, 6, 3), 0.5, np.float16),
        expression=expression,
        expression_names=np.array(["browInnerUp_L", "browInnerUp_R", "jawOpen"]),
        tri=np.array([[0, 1, 2]]),
        uv=np.zeros((6, 2), np.float32),
        tri_uv=np.array([[0, 1, 2]]),
        mat=np.array([0], np.uint8),
        mats=np.array(["M_Face"]),
    )
    return load_ict(tmp_path)


def test_mesh_adds_identity_and_expression(model):
    mesh = model.mesh([2.0], {"jawOpen": 0.5})
    np.testing.assert_allclose(mesh, np.tile([2, 4, 2], (6, 1)))
    np.testing.assert_array_equal(model.mesh(), model.neutral)


def test_a_name_without_side_means_both_sides(model):
    np.testing.assert_array_equal(model.expression_weights({"browInnerUp": 1}), [1, 1, 0])


def test_names_in_arkit_spelling():
    assert arkit_name("mouthSmile_L") == "mouthSmileLeft"
    assert arkit_name("jawOpen") == "jawOpen"


def test_wrong_weights_and_missing_files_are_refused(model, tmp_path):
    with pytest.raises(ShapeError, match="identity"):
        model.mesh(np.zeros(3))
    with pytest.raises(InputError, match="jawShut"):
        model.mesh(None, {"jawShut": 1})
    with pytest.raises(InputError, match="github"):
        load_ict(tmp_path / "elsewhere")
    (tmp_path / "ict_facekit.npz").write_bytes(b"damaged")
    with pytest.raises(InputError, match="archive"):
        load_ict(tmp_path)
