"""How outputs are made: driven, without the driving pixels, unconverted, and back again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench.baselines import Copy, make_method
from bench.tasks import Pair
from bench.ways import Maker, Way, unconverted
from reenact.base import Motion
from reenact.errors import FaceNotFoundError
from reenact.face.align import face_crop
from reenact.types import Options


@pytest.fixture(scope="module")
def pair(portrait, portrait_face):
    mirrored = np.ascontiguousarray(portrait[:, ::-1])
    return Pair(
        name="a",
        group="a",
        source=portrait,
        source_face=portrait_face,
        driving=portrait,
        driving_face=portrait_face,
        driving_neutral=None,
        target=mirrored,
        target_face=portrait_face,
        crop=face_crop(portrait_face),
        options=Options(),
    )


class Spy(Copy):
    """Keeps what drives it."""

    name = "spy"

    def __init__(self):
        self.seen, self.encoded = [], 0

    def encode(self, source):
        self.encoded += 1
        return super().encode(source)

    def retarget(self, state, driving, options):
        self.seen.append(driving)
        return super().retarget(state, driving, options)


def test_the_source_is_encoded_once(pair):
    spy = Spy()
    make = Maker(spy)
    for _ in range(2):
        np.testing.assert_array_equal(make(pair), pair.source)
    assert spy.encoded == 1 and spy.seen[0].frame is pair.driving


def test_landmarks_alone_hide_the_driving_pixels(pair):
    spy = Spy()
    Maker(spy)(replace(pair, way=Way(gives="landmarks")))
    assert spy.seen[0].frame is None and spy.seen[0].face is pair.driving_face


def test_unconverted_landmarks_of_the_same_face_are_its_own(pair, portrait_face):
    spy = Spy()
    Maker(spy)(replace(pair, way=Way(converts=False)))
    assert spy.seen[0].face is None
    points = unconverted(portrait_face, portrait_face)
    np.testing.assert_allclose(points, portrait_face.points, atol=1e-2)


def test_the_output_drives_back(pair):
    spy = Spy()
    other = np.ascontiguousarray(pair.source[:, ::-1])
    way = Way(back=other, back_face=pair.source_face)
    np.testing.assert_array_equal(Maker(spy)(replace(pair, way=way)), other)
    assert len(spy.seen) == 2 and spy.seen[1].frame is not pair.driving


def test_a_first_output_without_a_face_says_so(pair):
    class Gray(Copy):
        name = "gray"

        def render_frame(self, state, motion):
            return np.full_like(state.source.image, 128)

        def mask(self, state, motion):
            return np.ones(state.source.image.shape[:2], np.float32)

    way = Way(back=pair.source, back_face=pair.source_face)
    with pytest.raises(FaceNotFoundError, match="no face that could drive back"):
        Maker(Gray())(replace(pair, way=way))


def test_truth_is_the_target(pair):
    assert Maker(make_method("truth"))(pair) is pair.target


def test_removal_is_the_methods_own_where_it_has_one_else_driven_by_somebody_at_rest(pair):
    class Remover(Spy):
        removes_expressions = True

        def at_rest(self, state):
            return Motion(state.source.points)

    way = Way(removes=True)
    for spy, driven in ((Spy(), 1), (Remover(), 0)):
        np.testing.assert_array_equal(Maker(spy)(replace(pair, way=way)), pair.source)
        assert len(spy.seen) == driven
