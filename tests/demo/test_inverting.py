"""Searches for styles: one after the other, watched, canceled within a step, nothing left."""

from __future__ import annotations

import gc
import threading
import time

import numpy as np
import pytest
import torch

from demo.beside import Canceled, Done
from demo.inverting import Inversions, Measured
from demo.line import Place
from demo.searching import Forming, Recipe, covered_notes
from demo.styling import StyleDesk
from reenact.errors import FaceNotFoundError, InputError
from tests.demo.style_engine import StyleEngine, tiny

LONG = Recipe("paper", 100_000)


@pytest.fixture
def inversions(portrait_face) -> Inversions:
    return Inversions(StyleEngine(portrait_face), longest=2)


@pytest.fixture
def pair(portrait, upload) -> tuple[str, str]:
    mirrored = np.ascontiguousarray(portrait[:, ::-1])
    return upload(portrait, "me.png"), upload(mirrored, "you.png")


def test_faces_form_step_by_step(inversions, session, pair):
    steps = list(inversions.run(session, *pair, Recipe("fast", 40)))
    *forming, done = steps
    desk = done.value
    assert all(isinstance(step, Forming) for step in forming) and isinstance(desk, StyleDesk)
    assert forming[0].step == 0 and forming[0].drawn.shape == forming[0].faces.shape
    assert forming[-1].left_s < forming[0].left_s
    first, last = desk.kept.losses[0], desk.kept.losses[-1]
    assert (last < first).all() and desk.kept.styles.shape == (2, 6, 16)
    assert any("not the paper's" in note and "own encoder" in note for note in desk.notes)
    assert len(inversions.line) == 0 and not session.is_working


def test_the_papers_recipe_and_the_encoder_alone(inversions, session, pair):
    paper = found(inversions.run(session, *pair, Recipe("paper", 3)))
    guess = found(inversions.run(session, *pair, Recipe("encoder", 0)))
    assert paper.kept.losses.shape == (3, 2) and paper.kept.recipe == "paper"
    assert guess.kept.losses.shape == (0, 2)
    assert "No distance was minimized" in guess.notes[-1]
    studio = paper.method.studio
    faces = torch.stack([paper.photo.picture, paper.photo.picture.flip(-1)])
    zero = studio.distance(studio.generator(torch.zeros(2, 6, 16)), studio.distance.features(faces))
    assert paper.kept.losses[0, 0] == pytest.approx(float(zero[0]), rel=0.01), "it starts at zero"


def found(steps):
    """What is there in the end."""
    *_, done = steps
    assert isinstance(done, Done)
    return done.value


def test_canceling_in_the_middle_ends_within_a_step_and_gives_memory_back(
    inversions, session, pair
):
    list(inversions.run(session, *pair, Recipe("fast", 10)))
    before = left()
    for _ in range(3):
        steps = inversions.run(session, *pair, LONG)
        assert isinstance(next(s for s in steps if isinstance(s, Forming) and s.step), Forming)
        session.cancel()
        start = time.monotonic()
        with pytest.raises(Canceled):
            list(steps)
        assert time.monotonic() - start < 2
    del steps
    assert left() <= before
    assert len(inversions.line) == 0 and not session.is_working


def left() -> tuple[int, int]:
    """Numbers that torch holds, and threads that search."""
    gc.collect()
    tensors = [one for one in gc.get_objects() if issubclass(type(one), torch.Tensor)]
    searching = [one for one in threading.enumerate() if one.name == "beside"]
    return sum(one.numel() for one in tensors), len(searching)


def test_who_leaves_the_page_stops_the_search(inversions, session, pair):
    steps = inversions.run(session, *pair, LONG)
    next(s for s in steps if isinstance(s, Forming) and s.step)
    steps.close()
    assert left()[1] == 0 and len(inversions.line) == 0


def test_a_second_visitor_waits_and_is_told_how_long(inversions, services, session, pair):
    other = services.sessions.get("other")
    first = inversions.run(session, *pair, LONG)
    next(s for s in first if isinstance(s, Forming) and s.step)
    second = inversions.run(other, *pair, Recipe("fast", 10))
    place = next(second)
    assert isinstance(place, Place) and place.ahead == 1 and place.wait_s > 1
    session.cancel()
    with pytest.raises(Canceled):
        list(first)
    assert isinstance(found(second), StyleDesk)


def test_a_canceled_wait_frees_the_place(inversions, services, session, pair):
    other = services.sessions.get("other")
    first = inversions.run(session, *pair, LONG)
    next(first)
    second = inversions.run(other, *pair, LONG)
    next(second)
    other.cancel()
    with pytest.raises(Canceled):
        list(second)
    assert len(inversions.line) == 1
    first.close()


def test_too_many_are_told_to_come_again(inversions, services, pair):
    runs = [inversions.run(services.sessions.get(str(n)), *pair, LONG) for n in range(3)]
    for run in runs:
        next(run)
    with pytest.raises(InputError, match="Too many people wait"):
        next(inversions.run(services.sessions.get("3"), *pair, LONG))
    for run in runs:
        run.close()


@pytest.mark.parametrize("name", ["source", "driving"])
def test_a_picture_without_a_face_is_named(inversions, session, pair, upload, gray, name):
    files = dict(zip(("source", "driving"), pair, strict=True)) | {name: upload(gray)}
    with pytest.raises(FaceNotFoundError, match=f"No face found in `{name}`"):
        list(inversions.run(session, *files.values(), Recipe()))
    assert len(inversions.line) == 0 and left()[1] == 0


def test_covered_faces_are_said(portrait, portrait_face):
    """Faces that are one gray have neither eyes nor a mouth."""
    points = tiny().studio.face(portrait, portrait_face.points).points
    notes = covered_notes(tiny(), torch.full((2, 3, 16, 16), 0.5), np.stack([points] * 2))
    assert len(notes) == 2
    assert "in front of the" in notes[0] and "mouth of the source face" in notes[0]


def test_the_expected_time_follows_what_was_seen(inversions):
    offer = inversions.offers.of()
    _ = offer.method
    offer.pace.add("paper", 0.5)
    offer.pace.add("paper", 0.5)
    long, short = (offer.expected_s(Recipe("paper", n)) for n in (1000, 10))
    assert long - short == pytest.approx(495)
    assert offer.expected_s(Recipe("encoder", 0)) < short


@pytest.fixture
def desk(inversions, session, pair) -> StyleDesk:
    return found(inversions.run(session, *pair, Recipe("encoder", 0)))


@pytest.mark.parametrize("tool", ["solve", "grid"])
def test_tools_are_canceled_within_a_step_and_give_memory_back(inversions, session, desk, tool):
    before = left()
    for _ in range(3):
        steps = getattr(inversions, tool)(session, desk)
        first = next(s for s in steps if isinstance(s, Measured))
        assert first.done < first.total
        assert session.cancel("style") == 1
        start = time.monotonic()
        with pytest.raises(Canceled, match="was canceled"):
            list(steps)
        assert time.monotonic() - start < 2
    del steps, first
    assert left() <= before and desk.choice is None
    assert len(inversions.tools) == 0 and not session.is_working
    assert found(getattr(inversions, tool)(session, desk)), "it works after all"


def test_tools_wait_for_tools_and_not_for_searches(inversions, services, session, pair, desk):
    other = services.sessions.get("other")
    search = inversions.run(other, *pair, LONG)
    next(search)
    first, second = inversions.solve(session, desk), inversions.grid(other, desk)
    assert isinstance(next(first), Measured)
    place = next(second)
    assert isinstance(place, Place) and place.ahead == 1
    services.sessions.get("other").cancel()
    with pytest.raises(Canceled, match="left the line"):
        list(second)
    assert found(first).layers and len(inversions.tools) == 0
    search.close()


def test_canceling_this_tab_leaves_other_work_alone(session):
    with session.job("clip") as clip, session.job("style") as style:
        session.wait("compare")
        assert session.cancel("style") == 1
        assert style.is_set() and not clip.is_set() and session.waiting == {"compare"}
        assert session.cancel() == 3


def test_the_chosen_face_of_several_is_taken(inversions, session, portrait, upload):
    """The same portrait twice: the left one here, the right one there."""
    two = upload(np.hstack([portrait, portrait]), "two.png")
    chosen = found(inversions.run(session, two, two, Recipe("encoder", 0), faces=(0, 1)))
    assert chosen.notes[:2] == (
        "The source picture shows 2 faces: face 1 from the left was taken.",
        "The driving picture shows 2 faces: face 2 from the left was taken.",
    )
    right = found(inversions.run(session, two, two, Recipe("encoder", 0), faces=(1, None)))
    middles = [desk.photo.reenactor.face.points[:, 0].mean() for desk in (chosen, right)]
    assert middles[1] - middles[0] == pytest.approx(portrait.shape[1])
    assert "the largest, was taken" in right.notes[1]
    with pytest.raises(FaceNotFoundError, match="`face` must be 0 to 1"):
        list(inversions.run(session, two, two, Recipe("encoder", 0), faces=(2, None)))
