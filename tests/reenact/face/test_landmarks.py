"""The mesh of a face in a box: any angle, any brightness, never upside down."""

import cv2
import numpy as np
import pytest

from reenact.face.landmarks import MeshModel, mesh_in_box, settle


def moved(frame, points, matrix):
    out = cv2.warpAffine(frame, matrix, (512, 512), borderValue=(120, 120, 120))
    return out, points[:, :2] @ matrix[:, :2].T + matrix[:, 2]


def box_of(points):
    return np.concatenate([points[:, :2].min(0), points[:, :2].max(0)])


def error(points, truth):
    eyes = np.linalg.norm(truth[33] - truth[263])
    return np.linalg.norm(points[:, :2] - truth[:, :2], axis=1).mean() / eyes


@pytest.mark.parametrize("angle", range(0, 360, 45))
@pytest.mark.parametrize("hint", [0, 180])
def test_the_angle_is_found_whatever_it_was_thought_to_be(astronaut, astronaut_face, angle, hint):
    center = tuple(astronaut_face.points[:, :2].mean(0).astype(float))
    matrix = cv2.getRotationMatrix2D(center, -angle, 0.95)
    frame, truth = moved(astronaut, astronaut_face.points, matrix)
    found = mesh_in_box(frame, box_of(truth), angle + hint)
    assert error(found, truth) < 0.03


def test_doubt_is_small_on_a_face_and_nothing_is_seen_in_noise(astronaut, astronaut_face):
    best = settle(astronaut, np.array(astronaut_face.box))[0]
    assert best.doubt < 0.03
    noise = np.random.default_rng(0).integers(0, 256, (256, 256, 3)).astype(np.uint8)
    assert all(mesh.doubt > 0.1 for mesh in settle(noise, np.array([60, 60, 200, 200])))


def test_a_very_dark_face_in_a_bright_picture_is_seen(astronaut, astronaut_face):
    dark = astronaut.copy()
    dark[20:240, 120:340] = (dark[20:240, 120:340] * 0.06).astype(np.uint8)
    found = mesh_in_box(dark, np.array(astronaut_face.box))
    assert error(found, astronaut_face.points) < 0.06


@pytest.mark.parametrize("box", [(0, 0, 0, 0), (-900, -900, -800, -800), (5, 5, 5.2, 5.2)])
def test_useless_boxes_give_no_face(astronaut, box):
    assert mesh_in_box(astronaut, np.array(box, float)) is None


def test_points_are_pixel_centers_in_pictures_of_any_shape(astronaut):
    mesh = MeshModel(is_video=False)
    face = mesh(astronaut[20:240, 120:340])
    wide = np.pad(astronaut[20:240, 120:340], ((0, 0), (30, 170), (0, 0)), mode="edge")
    assert error(mesh(wide) - (30, 0, 0), face) < 0.02
    mesh.close()
