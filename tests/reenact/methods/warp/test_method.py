"""What `warp` does to a picture, seen in its pixels."""

from __future__ import annotations

import numpy as np
import pytest

from reenact.face.detect import make_face
from reenact.geometry.regions import LEFT_EYE, LEFT_IRIS, LIPS_INNER, RIGHT_EYE, RIGHT_IRIS
from reenact.methods.warp import create
from reenact.pipeline import Reenactor
from reenact.types import Face, Options


@pytest.fixture(scope="module")
def warp():
    return create()


@pytest.fixture
def reenactor(warp, portrait, portrait_face):
    return Reenactor(portrait, warp, source_face=portrait_face)


def _face(face: Face, points: np.ndarray) -> Face:
    return make_face(points.astype(np.float32), 1.0, face.frame_size)


def _blinking(face: Face) -> Face:
    """The face with both eyes shut: upper lids on the lower ones."""
    points = face.points.copy()
    for eye in (RIGHT_EYE, LEFT_EYE):
        half = len(eye) // 2
        for upper, lower in zip(eye[:half:-1], eye[1:half], strict=True):
            points[upper] = points[lower]
    return _face(face, points)


def _looking(face: Face, x: float) -> Face:
    """The face with both irises moved by `x` of the eye's width."""
    points = face.points.copy()
    for eye, iris in ((RIGHT_EYE, RIGHT_IRIS), (LEFT_EYE, LEFT_IRIS)):
        width = np.linalg.norm(points[eye[0]] - points[eye[len(eye) // 2]])
        points[list(iris), 0] += x * width
    return _face(face, points)


def _open_mouth(face: Face, gap: float) -> Face:
    """The face with its lower lip and chin dropped by `gap` of the outer eye distance."""
    points = face.points.copy()
    unit = np.linalg.norm(points[33] - points[263])
    below = np.clip((points[:, 1] - points[13, 1]) / (0.05 * unit), 0, 1)
    near = np.exp(-(((points[:, 0] - points[13, 0]) / (0.55 * unit)) ** 2))
    lower = below * near
    half = len(LIPS_INNER) // 2
    lower[list(LIPS_INNER[half + 1 :])] = 0
    points[:, 1] += gap * unit * lower
    return _face(face, points)


def _patch(image: np.ndarray, points: np.ndarray, margin: int = 0) -> np.ndarray:
    low = np.floor(points.min(0)).astype(int) - margin
    high = np.ceil(points.max(0)).astype(int) + 1 + margin
    return image[low[1] : high[1], low[0] : high[0]]


def test_driving_with_the_source_itself_changes_no_pixel_by_more_than_2(reenactor, portrait):
    result = reenactor.drive(portrait, reenactor.face)
    assert np.abs(result.image.astype(int) - portrait).max() <= 2


def test_strength_0_changes_nothing(reenactor, portrait, portrait_face):
    reenactor.options = Options(strength=0.0)
    result = reenactor.drive(portrait, _open_mouth(portrait_face, 0.3))
    assert np.abs(result.image.astype(int) - portrait).max() <= 2


def test_an_opening_mouth_shows_the_driving_pictures_inside(reenactor, portrait, portrait_face):
    green = np.zeros_like(portrait)
    green[:] = (40, 160, 40)
    result = reenactor.drive(green, _open_mouth(portrait_face, 0.3))
    mouth = result.landmarks[list(LIPS_INNER)]
    assert np.ptp(mouth[:, 1]) > 0.15 * np.ptp(portrait_face.points[:, 1])
    x, y = np.round(mouth.mean(0)).astype(int)
    inside = result.image[y - 2 : y + 3, x - 2 : x + 3].reshape(-1, 3).mean(0)
    assert inside[1] > 1.3 * inside[0]
    assert inside[1] > 1.3 * inside[2]


def test_a_grey_source_stays_grey_with_a_colored_mouth(warp, portrait, portrait_face):
    grey = np.repeat(portrait.mean(-1, keepdims=True).astype(np.uint8), 3, axis=-1)
    reenactor = Reenactor(grey, warp, source_face=portrait_face)
    red = np.zeros_like(portrait)
    red[:] = (200, 40, 40)
    result = reenactor.drive(red, _open_mouth(portrait_face, 0.3))
    assert np.ptp(result.image.astype(int), axis=-1).max() <= 2
    assert np.abs(result.image.astype(int) - grey).max() > 40


def test_a_blink_covers_the_iris_with_skin(reenactor, portrait, portrait_face):
    result = reenactor.drive(portrait, _blinking(portrait_face))
    for iris in (RIGHT_IRIS, LEFT_IRIS):
        x, y = np.round(portrait_face.points[iris[0], :2]).astype(int)
        before = portrait[y - 1 : y + 2, x - 1 : x + 2].mean()
        after = result.image[y - 1 : y + 2, x - 1 : x + 2].mean()
        assert after > before + 25  # the pupil is darker than the lid


@pytest.mark.parametrize("side", [-1, 1])
def test_the_iris_goes_where_the_driving_eyes_look(reenactor, portrait, portrait_face, side):
    result = reenactor.drive(portrait, _looking(portrait_face, 0.12 * side))
    for eye in (RIGHT_EYE, LEFT_EYE):
        ring = portrait_face.points[list(eye), :2]
        centers = []
        for image in (portrait, result.image):
            dark = np.clip(110 - _patch(image, ring).mean(-1), 0, None)
            centers.append(float((dark.sum(0) * np.arange(dark.shape[1])).sum() / dark.sum()))
        assert (centers[1] - centers[0]) * side > 0.02 * np.ptp(ring[:, 0])


def test_region_mouth_leaves_eyes_and_brows_alone(reenactor, portrait, portrait_face):
    reenactor.options = Options(region="mouth")
    driving = _open_mouth(_blinking(portrait_face), 0.25)
    result = reenactor.drive(portrait, driving)
    eyes = _patch(result.image, portrait_face.points[[*RIGHT_EYE, *LEFT_EYE], :2], 4).astype(int)
    before = _patch(portrait, portrait_face.points[[*RIGHT_EYE, *LEFT_EYE], :2], 4)
    assert np.abs(eyes - before).mean() < 1.0
    mouth = portrait_face.points[list(LIPS_INNER), :2]
    change = _patch(result.image, mouth, 6).astype(int) - _patch(portrait, mouth, 6)
    assert np.abs(change).mean() > 8


def test_region_eyes_leaves_the_mouth_alone(reenactor, portrait, portrait_face):
    reenactor.options = Options(region="eyes")
    result = reenactor.drive(portrait, _open_mouth(_blinking(portrait_face), 0.25))
    mouth = portrait_face.points[list(LIPS_INNER), :2]
    change = _patch(result.image, mouth, 6).astype(int) - _patch(portrait, mouth, 6)
    assert np.abs(change).mean() < 1.0


def test_pixels_away_from_the_face_are_bit_identical(reenactor, portrait, portrait_face):
    result = reenactor.drive(portrait, _open_mouth(portrait_face, 0.4))
    outside = result.mask == 0
    assert outside.mean() > 0.1
    assert np.array_equal(result.image[outside], portrait[outside])


def test_no_seam_at_the_border_of_what_was_pasted(reenactor, portrait, portrait_face):
    result = reenactor.drive(portrait, _open_mouth(portrait_face, 0.4))
    border = (result.mask > 0) & (result.mask < 1)
    assert np.abs(result.image[border].astype(int) - portrait[border]).mean() < 1.5


def test_eyes_closed_in_the_source_stay_closed_and_the_result_says_so(
    warp, portrait, portrait_face
):
    closed = _blinking(portrait_face)
    reenactor = Reenactor(portrait, warp, source_face=closed)
    result = reenactor.drive(portrait, portrait_face)
    assert any("closed" in note for note in result.notes)


def test_a_large_picture_keeps_its_size_and_resolution(warp, portrait, portrait_face):
    large = np.kron(portrait, np.ones((6, 6, 1), np.uint8))
    points = (portrait_face.points + (0.5, 0.5, 0)) * 6 - (0.5, 0.5, 0)
    face = make_face(points.astype(np.float32), 1.0, large.shape[:2])
    result = Reenactor(large, warp, source_face=face).drive(
        portrait, _open_mouth(portrait_face, 0.3)
    )
    assert result.image.shape == large.shape
    assert np.array_equal(result.image[-200:], large[-200:])


def test_edited_landmarks_are_rendered_as_they_are(reenactor, portrait_face):
    moved = portrait_face.points.copy()
    moved[list(LIPS_INNER), 1] += 3
    result = reenactor.edit(moved)
    assert np.abs(result.landmarks - moved[:, :2]).max() < 1e-3
