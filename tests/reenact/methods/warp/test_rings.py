"""What surrounds the face, and the contour between."""

import numpy as np

from reenact.geometry.contour import contour_give
from reenact.geometry.expression import ExpressionModel
from reenact.geometry.regions import LIPS_INNER, OVAL
from reenact.methods.warp.rings import FACTORS, make_rings


def _face() -> np.ndarray:
    return (ExpressionModel.load().mean * 150 + 300).astype(np.float32)


def test_rings_that_stand_still_do_not_move():
    rings = make_rings(_face(), (0, 0, 600, 600))
    assert rings.points.shape == (len(FACTORS) * len(OVAL), 3)
    still = rings.move(np.zeros((len(OVAL), 3), np.float32), rings.points)
    assert np.array_equal(still, rings.points)


def test_the_last_ring_never_moves():
    rings = make_rings(_face(), (0, 0, 600, 600))
    moved = rings.move(np.full((len(OVAL), 3), 20, np.float32), rings.points + 30)
    last = slice(-len(OVAL), None)
    assert np.array_equal(moved[last], rings.points[last])
    assert np.abs(moved - rings.points)[: len(OVAL)].min() > 20


def test_rings_stay_inside_the_picture():
    rings = make_rings(_face(), (160, 180, 440, 500))
    xy = rings.points[:, :2]
    assert (xy >= (159.9, 179.9)).all() and (xy <= (440.1, 500.1)).all()


def test_temples_and_ears_do_not_go_along_with_an_expression_but_the_chin_does():
    give = contour_give(_face())
    assert give[152] > 0.95
    assert give[[10, 127, 356, 234, 454]].max() == 0
    assert give[list(LIPS_INNER)].min() == 1
