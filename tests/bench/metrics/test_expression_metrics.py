"""Expressions by rules: on drawn faces, and on RaFD's real ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.metrics.expression import (
    AT_REST,
    EXPRESSIONS,
    MEASURES,
    REST,
    SIGNS,
    SPREAD,
    classify,
    expression_name,
    expression_similarity,
    expression_vector,
    measures,
    mesh_measures,
    shows,
)
from reenact.errors import InputError, ShapeError, UnknownNameError
from reenact.face.scheme_tables import mean_mesh
from reenact.face.schemes import IBUG68_IN_FACE106, convert

RAFD = Path(__file__).resolve().parents[4] / "shared" / "data" / "rafd_landmarks"


@pytest.fixture(scope="module")
def front():
    """(68, 2) a mean face from the front, 100 pixels between the eyes."""
    return 100 * convert(mean_mesh(), "mediapipe478", "ibug68")[:, :2]


def test_every_sign_is_of_a_measure():
    sizes = {len(MEASURES), len(AT_REST), len(SPREAD), *map(len, SIGNS.values())}
    assert sizes == {13} and (SPREAD > 0).all()


def test_measures_of_moved_points_worked_out_by_hand(front):
    before = measures(front)
    moved = front.copy()
    moved[[65, 66, 67], 1] += 20  # lower inner lip down by a fifth of the eye distance
    gap = MEASURES.index("lips' gap")
    eyes = np.linalg.norm(front[45] - front[36])
    assert measures(moved)[gap] - before[gap] == pytest.approx(20 / eyes)
    moved = front.copy()
    moved[[48, 54], 0] += (-10, 10)
    width = MEASURES.index("mouth width")
    assert measures(moved)[width] - before[width] == pytest.approx(20 / eyes)


def test_measures_do_not_depend_on_size_place_or_tilt(front):
    angle = np.radians(25)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    np.testing.assert_allclose(measures(3 * front @ turn + 50), measures(front), atol=1e-5)


def test_measures_do_not_depend_on_the_pose_of_a_mesh(portrait_face):
    mesh = portrait_face.points.astype(np.float64)
    angle = np.radians(20)
    turn = np.array(
        [[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]]
    )
    np.testing.assert_allclose(mesh_measures(mesh @ turn), mesh_measures(mesh), atol=1e-4)


def test_the_astronaut_smiles(portrait_face):
    assert shows(expression_vector(mesh_measures(portrait_face.points)), "smiling") == 1


def test_a_face_like_itself_at_rest_is_neutral(portrait_face):
    found = mesh_measures(portrait_face.points)
    assert classify(expression_vector(found, found)) == "neutral"


@pytest.mark.parametrize("name", SIGNS)
def test_a_face_that_moves_as_facs_says_shows_it(name):
    moved = AT_REST + 3 * SPREAD * np.array(SIGNS[name])
    assert classify(expression_vector(moved)) == name
    slightly = AT_REST + 0.2 * SPREAD * np.array(SIGNS[name])
    assert np.linalg.norm(expression_vector(slightly)) < REST
    assert classify(expression_vector(slightly)) == "neutral"


def test_similarity_goes_from_minus_1_to_1():
    smile = expression_vector(AT_REST + 2 * SPREAD * np.array(SIGNS["happiness"]))
    assert expression_similarity(smile, smile) == pytest.approx(1)
    assert expression_similarity(smile, -smile) == pytest.approx(-1)
    assert expression_similarity(0.5 * smile, smile) == pytest.approx(1)  # strength is no matter
    assert expression_similarity(np.zeros(13), smile) == 0


def test_labels_of_data_sets_are_understood():
    assert expression_name("Happy ") == expression_name("smiling") == "happiness"
    assert {expression_name(name) for name in EXPRESSIONS} == set(EXPRESSIONS)
    with pytest.raises(UnknownNameError, match="Did you mean 'surprise'"):
        expression_name("suprise")


def test_bad_faces_are_refused(front):
    with pytest.raises(ShapeError, match=r"\(68, 2\)"):
        measures(front[:67])
    with pytest.raises(InputError, match="finite"):
        measures(front * np.nan)
    with pytest.raises(ShapeError, match="lie on one another"):
        measures(np.zeros((68, 2)))
    with pytest.raises(ShapeError, match="same shape"):
        expression_similarity(np.zeros(13), np.zeros(12))


@pytest.mark.shared
def test_nine_of_ten_real_expressions_are_named_right():
    if not RAFD.is_dir():
        pytest.skip(f"needs RaFD's landmarks in {RAFD}")
    from reenact.training.ulc_tables import rafd_table

    table = rafd_table(RAFD)
    faces = table.points[:, 1, :, 0][:, :, list(IBUG68_IN_FACE106)]  # frontal view and gaze
    right = np.array(
        [
            [
                shows(expression_vector(measures(face), measures(own[table.rest])), label)
                for face, label in zip(own, table.expressions, strict=True)
            ]
            for own in faces
        ]
    )
    assert right.mean() > 0.9
    assert right.mean(axis=0).min() > 0.7
