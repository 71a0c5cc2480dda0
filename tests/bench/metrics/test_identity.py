"""dlib's descriptor: one person is near, another is far."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("dlib")

from bench.metrics.identity import OTHER_PERSON, descriptor, identity_distance  # noqa: E402
from reenact.errors import FaceNotFoundError  # noqa: E402
from reenact.face.detect import find_face, make_face  # noqa: E402
from reenact.images import load_picture  # noqa: E402


def test_the_same_person_in_another_light_is_near(portrait, portrait_face):
    own = descriptor(portrait, portrait_face)
    assert own.shape == (128,)
    assert identity_distance(own, own) == 0
    darker = (portrait * 0.6).astype(np.uint8)[:, ::-1]
    assert identity_distance(descriptor(darker, find_face(darker)), own) < 0.4


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
