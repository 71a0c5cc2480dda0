"""The upright window: where it lies, and that a tilted head is no reason to turn."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from reenact.base import Driving, Motion, SourceCrop
from reenact.face.align import Crop
from reenact.face.detect import make_face
from reenact.geometry.expression import ExpressionModel
from reenact.geometry.regions import OVAL
from reenact.landmark_driven import FACE_PX, LandmarkDriven, around_face
from reenact.types import Options


class Negative(LandmarkDriven):
    """Draws the window's negative."""

    name = "negative"

    def draw(self, state, motion):
        return state.lay_back(255 - state.face)


@pytest.fixture(scope="module")
def tilted(portrait, portrait_face):
    """The portrait and its face turned by 12 degrees."""
    matrix = cv2.getRotationMatrix2D((130, 140), 12, 1)
    picture = cv2.warpAffine(portrait, matrix, portrait.shape[1::-1])
    points = portrait_face.points.copy()
    points[:, :2] = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    return picture, make_face(points.astype(np.float32), 1.0, portrait.shape[:2])


@pytest.fixture(scope="module")
def state(tilted):
    picture, face = tilted
    crop = Crop(np.eye(2, 3), picture.shape[0], picture.shape[:2], is_exact=True)
    return Negative(ExpressionModel.load()).encode(SourceCrop(picture, face.points, crop))


def test_the_window_is_upright_and_holds_the_landmarks(state):
    assert state.face.shape == (FACE_PX, FACE_PX, 3)
    left, right = state.points[52], state.points[61]  # outer eye corners
    assert abs(left[1] - right[1]) < 1.5
    assert state.points.min() > 0 and state.points.max() < FACE_PX


def test_a_window_laid_back_leaves_the_rest(state, tilted):
    laid = state.lay_back(state.face).astype(int)
    inside = np.abs(laid - tilted[0]).mean()
    assert inside < 3  # resampled twice
    black = state.lay_back(np.zeros_like(state.face))
    x, y = tilted[1].points[4, :2].astype(int)
    assert black[y, x].sum() == 0
    np.testing.assert_array_equal(black[-1, -1], tilted[0][-1, -1])


def test_a_tilted_face_that_drives_itself_stays(state, tilted):
    method = Negative(ExpressionModel.load())
    driving = Driving(face=tilted[1], frame=tilted[0])
    motion = method.retarget(state, driving, Options())
    np.testing.assert_array_equal(method.render_frame(state, motion), tilted[0])
    moved = motion.points.copy()
    moved[14, 1] += 3
    motion = method.retarget(state, Driving(points=moved), Options())
    assert (method.render_frame(state, motion) != tilted[0]).any()


def test_what_is_beside_the_face_stays_until_a_dropping_jaw_would_squeeze_it(portrait_face):
    mesh = portrait_face.points
    oval = list(OVAL)
    ring, after = around_face(mesh, Motion(mesh))
    np.testing.assert_array_equal(after, ring)
    down = (mesh[152] - mesh[10])[:2] / 8
    chin = np.argmax(ring[:, 1])
    width = np.linalg.norm((ring - mesh[oval])[chin, :2])
    for share, is_pushed in ((0.2, False), (1.0, True), (3.0, True)):
        points = mesh.copy()
        points[oval, :2] += share * down
        _, after = around_face(mesh, Motion(points))
        assert (np.linalg.norm(after[chin] - ring[chin]) > 0) == is_pushed
        left = np.linalg.norm((after - points[oval])[chin, :2])
        assert left >= 0.39 * width
