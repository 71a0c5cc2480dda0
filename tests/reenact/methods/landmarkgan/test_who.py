"""Whom a picture shows: trained people are known, and others who look alike are not."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from reenact.errors import InputError
from reenact.images import load_picture
from reenact.landmark_driven import points_in, upright_window
from reenact.methods import landmarkgan
from reenact.methods.landmarkgan.examples import Example
from reenact.methods.landmarkgan.who import likeness, resemblance
from reenact.pipeline import Reenactor
from reenact.video import ClipReader

ROOT = Path(__file__).parents[4]
EXAMPLES = ROOT / "demo/assets/examples"
OTHERS = (
    *("source_1.jpg", "target_smile.jpg", "driving_kiss.jpg", "driving_surprise.jpg"),
    *("people/p1/neutral.webp", "people/p1/sadness.webp", "people/p1/smile.webp"),
    *("people/p4/neutral.webp", "people/p4/surprise.webp"),
)
"""Other rendered people, whom the networks of the four draw most alike."""


@pytest.fixture(scope="module")
def embedded():
    return landmarkgan.create()


@pytest.fixture(scope="module")
def window(portrait, portrait_face):
    """A face in its window, and its landmarks."""
    cut = upright_window(portrait_face)
    return cut.cut(portrait), points_in(cut, portrait_face.points)


@pytest.mark.parametrize("name", OTHERS)
def test_another_rendered_person_is_not_taken_for_one_of_the_four(embedded, name):
    folder = ROOT / "bench/assets" if name.startswith("people/p") else EXAMPLES
    with pytest.raises(InputError, match="somebody whom these weights were trained on: ada, bruno"):
        Reenactor(load_picture(folder / name), embedded)


@pytest.mark.parametrize("name", ["ada", "bruno", "carl", "dora"])
def test_a_portrait_and_a_darker_smaller_one_are_known(embedded, name):
    picture = embedded.portrait(name)
    darker = (0.7 * picture).astype(np.uint8)
    for one in (picture, cv2.resize(darker, None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)):
        assert Reenactor(one, embedded).state.person == embedded.known.number(name)


def test_frames_of_a_clip_of_one_of_the_four_are_known(embedded):
    with ClipReader(EXAMPLES / "driving_clip.mp4") as reader:
        frames = [frame for number, _, frame in reader if number % 40 == 0]
    found = [Reenactor(frame, embedded).state.person for frame in frames]
    assert found == [embedded.known.number("carl")] * len(frames)


def test_a_face_is_like_itself_in_any_light_and_unlike_noise(window):
    face, points = window
    darker = (0.6 * face + 10).astype(np.uint8)
    assert likeness(darker, face, points) > 0.99
    assert likeness(face[::-1].copy(), face, points) < 0.5
    noise = np.random.default_rng(0).integers(0, 256, face.shape, np.uint8)
    assert abs(likeness(noise, face, points)) < 0.2


def test_the_best_of_a_persons_examples_says_how_alike_a_face_is(window):
    face, points = window
    darker = (0.6 * face + 10).astype(np.uint8)
    noise = np.random.default_rng(0).integers(0, 256, face.shape, np.uint8)
    poor, good = Example(noise, points), Example(darker, points)
    assert resemblance([good], face, points) > 0.98
    assert resemblance([poor, good], face, points) > 0.98
    assert abs(resemblance([poor], face, points)) < 0.2
