"""dlib's descriptor: one person is near, another is far."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("dlib")

from bench.metrics import NotComputed, identity  # noqa: E402
from bench.metrics.dlib_net import describe, load_dlib_net  # noqa: E402
from bench.metrics.identity import (  # noqa: E402
    OTHER_PERSON,
    descriptor,
    identity_distance,
    is_same_person,
)
from reenact.errors import FaceNotFoundError, InputError, ShapeError, WeightsError  # noqa: E402
from reenact.face.detect import find_face, make_face  # noqa: E402
from reenact.images import load_picture  # noqa: E402


def test_the_same_person_in_another_light_is_near(portrait, portrait_face):
    own = descriptor(portrait, portrait_face)
    assert own.shape == (128,)
    assert identity_distance(own, own) == 0
    darker = (portrait * 0.6).astype(np.uint8)[:, ::-1]
    assert identity_distance(descriptor(darker, find_face(darker)), own) < 0.4


def test_the_numbers_are_dlibs_own(portrait, portrait_face):
    import dlib

    network = dlib.face_recognition_model_v1(str(identity.network_path()))
    for picture in (portrait, portrait // 2, 255 - portrait):
        shape = identity.face_shape(picture, portrait_face)
        theirs = np.array(network.compute_face_descriptor(np.ascontiguousarray(picture), shape))
        np.testing.assert_allclose(descriptor(picture, portrait_face), theirs, atol=2e-6)


def test_a_descriptor_does_not_depend_on_what_else_is_described(portrait, portrait_face):
    chip = identity.face_chip(portrait, portrait_face)
    network = load_dlib_net(identity.network_path())
    alone, among = describe(network, chip[None]), describe(network, np.stack([255 - chip, chip]))
    assert np.array_equal(alone[0], among[1])


def test_chips_and_weights_of_another_kind_are_refused(tmp_path):
    network = load_dlib_net(identity.network_path())
    with pytest.raises(ShapeError, match="must be"):
        describe(network, np.zeros((1, 100, 100, 3), np.uint8))
    with pytest.raises(WeightsError, match="cannot be read"):
        load_dlib_net(tmp_path / "none.dat")
    damaged = tmp_path / "damaged.dat"
    damaged.write_bytes(identity.network_path().read_bytes()[:1_000_000])
    with pytest.raises(WeightsError, match="must be dlib's face recognition network"):
        load_dlib_net(damaged)


def test_identity_distance_worked_out_by_hand():
    assert identity_distance(np.array([0.0, 3.0]), np.array([4.0, 0.0])) == 5
    with pytest.raises(InputError, match="finite"):
        identity_distance(np.array([np.nan]), np.array([0.0]))
    with pytest.raises(ShapeError):
        identity_distance(np.zeros(128), np.zeros(512))


def test_the_same_person_is_below_dlibs_threshold():
    at = np.zeros(128)
    near, far = at.copy(), at.copy()
    near[0], far[0] = 0.59, 0.6
    assert (is_same_person(near, at), is_same_person(far, at)) == (1, 0)


def test_without_its_package_identity_is_not_computed(monkeypatch):
    monkeypatch.setattr(identity, "find_spec", lambda name: None)
    with pytest.raises(NotComputed, match="pip install face_recognition_models"):
        identity.network_path()


def test_a_face_outside_of_the_picture_is_an_error(portrait, portrait_face):
    away = make_face(portrait_face.points + 5000, 1.0, portrait_face.frame_size)
    with pytest.raises(FaceNotFoundError):
        descriptor(portrait, away)


@pytest.mark.shared
def test_people_are_told_apart(shared_data):
    paths = sorted((shared_data / "london" / "neutral").glob("*.jpg"))[:4]
    people = []
    for path in paths:
        for folder in ("neutral", "smiling"):
            frame = load_picture(shared_data / "london" / folder / path.name)
            people.append(descriptor(frame, find_face(frame)))
    for first in range(8):
        for second in range(first):
            distance = identity_distance(people[first], people[second])
            is_same = first // 2 == second // 2
            assert (distance < OTHER_PERSON) == is_same, (first, second, distance)
