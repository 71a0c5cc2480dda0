"""The inside of a mouth that opens: teeth that stay, paint in a mouth's colors, lips left alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from reenact.geometry.canonical import eye_distance
from reenact.geometry.expression import ExpressionModel
from reenact.geometry.regions import LIPS_INNER
from reenact.methods.gcgan.geometry import face_window, window_flow, window_points
from reenact.methods.gcgan.inside import MouthLayer, mouth_layer, mouth_paint
from reenact.nn.compose import compose

SKIN, TEETH, DARK = (200, 150, 130), (240, 235, 225), 0.1
UPPER, LOWER = LIPS_INNER[11:], LIPS_INNER[1:10]
CHIN = (17, 84, 314, 18, 83, 313, 200, 199, 152, 148, 377)


@pytest.fixture
def smile(portrait_face):
    """(478, 3) lips whose rims are a tenth of the eye distance apart."""
    return mouth(portrait_face.points, 0.05, 0.05)


def mouth(points, up, down):
    """The face with lips so many eye distances above and below the line between its own."""
    unit, out = eye_distance(points), points.copy()
    middle = (points[list(UPPER[::-1])] + points[list(LOWER)]) / 2
    out[list(UPPER[::-1])] = out[list(LOWER)] = middle
    arch = 1 - np.linspace(-1, 1, 9) ** 4
    out[list(UPPER[::-1]), 1] -= unit * up * arch
    out[list(LOWER), 1] += unit * down * arch
    out[list(CHIN), 1] += unit * down
    return out.astype(np.float32)


def layer_of(here, there, side=304, source=None):
    """The picture as it is moved, and the layer."""
    window = face_window(here, ExpressionModel.load().mean, 128, (side, side))
    flow = window_flow(window_points(window, here), window_points(window, there), 128)
    source = picture(here, side) if source is None else source
    none, paint = np.zeros((3, 32, 32), np.float32), np.full((3, 128, 128), DARK, np.float32)
    moved = compose(source, window, flow, none, np.zeros((1, 64, 64), np.float32), paint)
    return moved, mouth_layer(source, here, there, window, flow, paint)


def picture(points, side=304):
    """Skin, and teeth between the lips."""
    out = np.full((side, side, 3), SKIN, np.uint8)
    return cv2.fillPoly(out, [np.int32(points[list(LIPS_INNER), :2])], TEETH)


def test_a_mouth_that_stays_or_closes_has_no_layer(smile):
    assert layer_of(smile, smile)[1] is None
    assert layer_of(smile, mouth(smile, 0.02, 0.03))[1] is None
    assert layer_of(smile, mouth(smile, 0.05, 0.06))[1] is None


def test_a_grin_and_a_mouth_that_is_open_already_are_moved_alone(portrait_face, smile):
    assert layer_of(smile, mouth(smile, 0.05, 0.08))[1] is None
    wide = mouth(portrait_face.points, 0.15, 0.15)
    assert layer_of(wide, mouth(wide, 0.15, 0.35))[1] is None


def test_teeth_stay_in_place_and_below_them_is_paint(smile):
    moved, layer = layer_of(smile, mouth(smile, 0.05, 0.35))
    out = layer.over(moved)
    x, y = np.int32(smile[[13, 14], :2].mean(0).round())
    unit = eye_distance(smile)
    np.testing.assert_allclose(out[y, x], TEETH, atol=6)
    below = out[y + int(0.12 * unit) : y + int(0.25 * unit), x]
    np.testing.assert_allclose(below, 255 * DARK, atol=6)
    assert moved[y + int(0.2 * unit), x].min() > 200  # what the motion alone stretches


def test_closed_lips_open_onto_paint_alone(portrait_face):
    closed = mouth(portrait_face.points, 0.0, 0.0)
    moved, layer = layer_of(closed, mouth(closed, 0.0, 0.4))
    x, y = np.int32(closed[13, :2].round())
    middle = layer.over(moved)[y + int(0.2 * eye_distance(closed)), x]
    np.testing.assert_allclose(middle, 255 * DARK, atol=6)
    assert (layer.color < 255 * DARK + 1).all()  # no lip shown as teeth


def test_lips_that_are_only_moved_are_not_painted(smile):
    there = mouth(smile, 0.05, 0.35)
    moved, layer = layer_of(smile, there)
    out = layer.over(moved)
    x, rim = np.int32(there[14, :2].round())
    beyond = rim + int(0.09 * eye_distance(smile))
    np.testing.assert_array_equal(out[beyond:, x], moved[beyond:, x])
    above = int(smile[13, 1]) - 10
    np.testing.assert_array_equal(out[:above], moved[:above])


def test_teeth_go_along_with_an_upper_lip_that_rises(smile):
    """Else there would be a dark slit above them."""
    rise = 0.07
    moved, layer = layer_of(smile, mouth(smile, 0.05 + rise, 0.35))
    x, y = np.int32(smile[13, :2].round())
    top = layer.over(moved)[y - int(0.5 * rise * eye_distance(smile)), x]
    assert top.min() > 150


def test_a_mouth_appears_smoothly(smile):
    """A quarter of a percent of the eye distance never changes a place by much."""
    pictures = []
    for down in np.arange(0.05, 0.17, 0.0025):
        moved, layer = layer_of(smile, mouth(smile, 0.05, down))
        pictures.append((moved if layer is None else layer.over(moved)).astype(float))
    assert layer is not None and np.abs(np.diff(pictures, axis=0)).max() < 30


def test_lips_outside_of_the_picture_have_no_layer(smile):
    away = smile + np.float32([900, 0, 0])
    source = np.zeros((304, 304, 3), np.uint8)
    there = mouth(smile, 0.05, 0.35) + np.float32([900, 0, 0])
    assert layer_of(away, there, source=source)[1] is None


def test_a_layer_keeps_the_levels_of_its_picture():
    layer = MouthLayer(1, 2, np.full((2, 2, 3), 10.4, np.float32), np.full((2, 2, 1), 0.5))
    whole = layer.over(np.zeros((5, 5, 3), np.uint8))
    assert whole.dtype == np.uint8 and whole[2, 1].tolist() == [5, 5, 5]
    exact = layer.over(np.zeros((5, 5, 3), np.float32))
    np.testing.assert_allclose(exact[3, 2], 5.2)
    assert not exact[:2].any() and not exact[:, 3:].any()


def test_paint_has_the_colors_of_mouths():
    colors = np.float32([[0.35, 0.1, 0.34], [0.8, 0.2, 0.25], [0.3, 0.9, 0.9], [-0.1, 0.0, 1.2]])
    paint = np.broadcast_to(colors[:, :, None, None], (4, 3, 128, 128))
    for one in paint:
        red, green, blue = mouth_paint(one, np.ones((64, 64), np.float32))
        assert (red >= 0).all() and (red <= 1).all()
        assert (green <= red).all() and (blue <= green + 1e-6).all()
        assert (green >= red * (0.05 + 0.7 * red) - 1e-6).all()
    real = np.float32([0.6, 0.42, 0.38])[:, None, None] * np.ones((3, 128, 128), np.float32)
    np.testing.assert_allclose(mouth_paint(real, np.ones((64, 64), np.float32)), real, atol=1e-5)


def test_paint_loses_its_grid():
    grid = 0.5 + 0.1 * (np.indices((128, 128)).sum(0) % 2 * 2 - 1)
    paint = np.float32([grid, 0.8 * grid, 0.7 * grid])
    found = mouth_paint(paint, np.ones((64, 64), np.float32))
    assert found[0].std() < 0.35 * paint[0].std()
