"""Teeth for edits: the upper ones stay with the skull, and there is no light of their own."""

from __future__ import annotations

import numpy as np
import pytest

from reenact.methods.warp.teeth import Layer, _layer, paint_teeth
from reenact.methods.warp.tone import Tone, measure_tone


@pytest.fixture(scope="module")
def opened(portrait_face) -> np.ndarray:
    """The portrait's landmarks with the jaw dropped."""
    from reenact.editing import FaceEditor

    editor = FaceEditor(portrait_face)
    editor.slide("mouth_open", 0.8)
    return editor.points()


def grid_of(points: np.ndarray) -> np.ndarray:
    lips = points[[78, 308, 13, 14], :2]
    (x0, y0), (x1, y1) = lips.min(0), lips.max(0)
    x, y = np.meshgrid(np.linspace(x0, x1, 60), np.linspace(y0, y1, 60))
    return np.stack([x, y], -1).astype(np.float32)


def painted(points: np.ndarray, tone: Tone) -> np.ndarray:
    grid = grid_of(points)
    return paint_teeth(grid, points, tone, np.full((*grid.shape[:2], 3), 20, np.uint8))


def test_teeth_are_light_and_the_throat_is_dark(opened, portrait):
    picture = painted(opened, measure_tone(portrait, opened)).mean(-1)
    assert picture[4:16, 25:35].mean() > 90  # upper incisors
    assert picture[28:38, 20:40].mean() < 45


def test_teeth_are_as_dark_as_the_picture(opened):
    light = Tone(np.array([0.8, 0.7, 0.6], np.float32), 0.2)
    dim = Tone(light.light * 0.25, 0.2)
    assert painted(opened, light).mean() > 1.5 * painted(opened, dim).mean()


def test_a_gray_picture_has_gray_teeth(opened):
    picture = painted(opened, Tone(np.full(3, 0.6, np.float32), 0.01)).astype(int)
    assert np.ptp(picture, axis=-1).max() <= 3


def test_layers_hold_what_they_say():
    for layer in Layer:
        picture = _layer(layer)
        assert picture.shape[2] == 4
        height = picture.shape[0] / (layer.up + layer.down)
        assert height == pytest.approx(40, abs=0.5)
        edge = round(layer.up * 40)
        middle = picture[:, picture.shape[1] // 2 - 12]
        above, below = (edge - 12, edge + 5) if layer is Layer.UPPER else (edge - 40, edge + 12)
        assert middle[above if layer is Layer.UPPER else below, 3] > 200
