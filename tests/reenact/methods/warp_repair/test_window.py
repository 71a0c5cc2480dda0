"""The window around the mouth: there and back, what is drawn, what is gated."""

from __future__ import annotations

import numpy as np
import pytest

from reenact.methods.warp.skin import MovedMesh
from reenact.methods.warp_repair.config import RepairConfig
from reenact.methods.warp_repair.window import (
    MouthWindow,
    draw_mouth_maps,
    flow_of,
    gate_of,
    keep_dark,
    spare_skin,
)


@pytest.fixture(scope="module")
def window(portrait_face):
    return MouthWindow.around(portrait_face.points, RepairConfig())


def test_the_mouth_is_in_the_middle_and_upright(window, portrait_face):
    corners = window.to_window(portrait_face.points[[61, 291, 33, 263]])
    np.testing.assert_allclose(corners[:2].mean(0), 63.5, atol=1e-3)
    np.testing.assert_allclose(corners[2, 1], corners[3, 1], atol=1e-3)
    assert np.linalg.norm(corners[2] - corners[3]) == pytest.approx(window.eye_px, rel=0.01)


@pytest.mark.parametrize("zoom", [0.5, 1.0, 3.0])
def test_cut_shows_the_same_place_at_every_resolution(zoom, portrait, portrait_face):
    import cv2

    side = round(304 * zoom)
    how = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC
    picture = cv2.resize(portrait, (side, side), interpolation=how)
    points = (portrait_face.points + [0.5, 0.5, 0]) * zoom - [0.5, 0.5, 0]
    cut = MouthWindow.around(points.astype(np.float32), RepairConfig()).cut(picture)
    wanted = MouthWindow.around(portrait_face.points, RepairConfig()).cut(portrait)
    assert np.abs(cut.astype(float) - wanted).mean() < 5


def test_adding_puts_a_change_where_it_was_cut(window, portrait):
    change = np.zeros((window.size, window.size, 3), np.float32)
    change[40:90, 40:90] = 20
    canvas = portrait // 2
    window.add(canvas, change)
    moved = window.cut(canvas).astype(float) - window.cut(portrait // 2)
    assert np.abs(moved[45:85, 45:85] - 20).max() < 5
    assert np.abs(moved[:30]).max() == 0


def test_adding_nothing_changes_nothing(window, portrait):
    canvas = portrait.copy()
    window.add(canvas, np.zeros((window.size, window.size, 3), np.float32))
    np.testing.assert_array_equal(canvas, portrait)


def test_a_window_outside_of_the_crop_is_harmless(portrait_face):
    far = portrait_face.points + np.float32([5000, 5000, 0])
    window = MouthWindow.around(far, RepairConfig())
    canvas = np.zeros((304, 304, 3), np.uint8)
    assert window.cut(canvas).shape == (128, 128, 3)
    window.add(canvas, np.ones((128, 128, 3), np.float32))
    assert not canvas.any()


def test_lips_surround_the_inside_of_an_open_mouth(window, portrait_face):
    points = portrait_face.points.copy()
    points[[14, 17, 87, 317, 178, 402], 1] += 8
    lips, inside = draw_mouth_maps(window, points)
    middle = window.to_window(points[[13, 14]]).mean(0).round().astype(int)
    assert inside[middle[1], middle[0]] == 255
    assert lips[middle[1], middle[0]] == 0
    assert (lips > 127).sum() > 100 and (inside > 127).sum() > 100


def test_flow_is_measured_in_eye_distances(window):
    source = np.float32([[0, 0], [304, 0], [304, 304], [0, 304]])
    move = np.float32([0.1 * window.eye_px / window.zoom, 0])
    triangles = np.int32([[0, 1, 2], [0, 2, 3]])
    flow = flow_of(window, MovedMesh(source, source - move, triangles, np.zeros(2, np.float32)))
    assert flow.shape == (32, 32, 2)
    assert np.linalg.norm(flow[10:20, 10:20], axis=-1) == pytest.approx(0.1, rel=1e-2)
    still = flow_of(window, MovedMesh(source, source, triangles, np.zeros(2, np.float32)))
    assert not still.any()


def test_the_gate_is_shut_at_rest_and_at_the_edges():
    still = np.zeros((32, 32, 2), np.float32)
    assert not gate_of(still, 128).any()
    gate = gate_of(still + np.float32([0.1, 0]), 128)
    assert gate[64, 64] == pytest.approx(1)
    assert max(gate[0].max(), gate[-1].max(), gate[:, 0].max(), gate[:, -1].max()) == 0


def test_what_is_dark_in_the_mouth_is_not_lit_up():
    picture = np.full((32, 32, 3), 5, np.uint8)
    picture[:, 16:] = 200
    change = np.full((32, 32, 3), 30, np.float32)
    inside = np.full((32, 32), 255, np.uint8)
    kept = keep_dark(change, picture, inside)
    assert kept[:, :12].max() == 0
    np.testing.assert_array_equal(kept[:, 20:], change[:, 20:])
    np.testing.assert_array_equal(keep_dark(-change, picture, inside), -change)
    np.testing.assert_array_equal(keep_dark(change, picture, 0 * inside), change)


def test_skin_gets_half_of_the_change_and_the_mouth_all_of_it():
    change = np.full((40, 40, 3), 8, np.float32)
    inside = np.zeros((40, 40), np.uint8)
    inside[10:30, 10:30] = 255
    spared = spare_skin(change, inside)
    assert spared[20, 20, 0] == pytest.approx(8, abs=1e-3)
    assert spared[2, 2, 0] == pytest.approx(4, abs=1e-3)
    assert 4.5 < spared[20, 10, 0] < 7.5  # no hard seam
    np.testing.assert_array_equal(spare_skin(change, inside, share=1.0), change)
