"""What the tab *Compare* gives back, without a page."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from demo import text
from demo import text_compare as words
from demo.components.face_choice import FacePart
from demo.components.method_card import MethodCard
from demo.examples import Example
from demo.tabs.compare_handlers import CompareHandlers
from reenact.errors import StrangerError


def fake_card(name: str) -> MethodCard:
    parts = ("slider", "line", "actions", "download", "as_source", "as_driving", "file")
    return MethodCard(name, name.title(), *(f"{name}.{part}" for part in parts))


def fake_face(role: str) -> FacePart:
    return FacePart(f"{role}.box", f"{role}.preview", f"{role}.choice")


@pytest.fixture
def handlers(services):
    names = "source driving target region strength run cancel status sheet".split()
    parts = {name: name for name in names}
    cards = {name: fake_card(name) for name in services.engine.method_names()}
    cards["other"].people = "other.people"
    faces = {f"{role}_face": fake_face(role) for role in ("source", "driving")}
    return CompareHandlers(services, SimpleNamespace(**parts, **faces, cards=cards))


def visitor(name="a"):
    return SimpleNamespace(session_hash=name)


def run(handlers, upload, gray, **change):
    handlers.wait(visitor())
    pair = {"source": upload(gray), "driving": upload(gray + 1), "target": None}
    rest = {"region": "all", "strength": 1.0, "face": "largest", "driving_face": "largest"}
    return list(handlers.run(**pair | rest | change, request=visitor()))


def test_results_stream_in_one_after_the_other(handlers, upload, gray):
    updates = run(handlers, upload, gray)
    first_at = [n for n, u in enumerate(updates) if "warp.slider" in u and u["warp.file"]][0]
    other_at = [n for n, u in enumerate(updates) if u.get("other.file")][0]
    assert 0 < first_at < other_at < len(updates) - 1
    assert updates[0]["warp.file"] is None, "results of the run before go first"
    last = updates[-1]
    assert "Compared 2 methods" in last["status"]
    assert last["sheet"]["value"].endswith("_compared.png") and last["sheet"]["interactive"]
    assert last["run"]["visible"] and not last["cancel"]["visible"]
    assert any("<dl" in u.get("other.line", "") for u in updates)


def test_everything_that_changes_is_among_the_outputs(handlers, upload, gray):
    for update in run(handlers, upload, gray):
        assert set(update) <= set(handlers.outputs)


def test_an_error_is_one_line_and_nothing_seems_to_wait(handlers, upload, gray):
    last = run(handlers, upload, gray, driving=upload(gray * 0))[-1]
    assert "Compared 2 methods, 2 of them without a result" in last["status"]
    last = run(handlers, upload, gray, source=None)[-1]
    assert text.NO_SOURCE in last["status"] and 'role="alert"' in last["status"]
    assert words.NOT_RUN in last["warp.line"] and last["run"]["visible"]


def test_a_source_that_a_method_does_not_draw_shows_whom_it_draws(handlers, upload, gray):
    works = handlers.services.engine.picture

    def picture(source, driving, method, *rest):
        if method == "other":
            raise StrangerError("Use the command line.", ("ada",))
        return works(source, driving, method, *rest)

    handlers.services.engine.picture = picture
    updates = run(handlers, upload, gray)
    assert not updates[0]["other.people"]["visible"], "seen after the run before"
    (shown,) = [u for u in updates[1:] if "other.people" in u]
    assert shown["other.people"]["visible"]
    assert "Ada" in shown["other.line"] and "command line" not in shown["other.line"]
    assert any(u.get("warp.file") for u in updates), "the other methods go on"
    for update in updates:
        assert set(update) <= set(handlers.outputs)


def test_a_portrait_becomes_the_source_and_leaves_the_driving_picture(handlers):
    updates = handlers.portrait(Path("ada.jpg"), visitor())
    assert updates["source"] == "ada.jpg" and updates["target"] is None
    assert updates["source.choice"]["value"] == "largest" and "driving" not in updates
    assert updates["cancel"]["visible"]


def test_a_run_that_was_canceled_while_it_waited_does_not_begin(handlers, upload, gray):
    handlers.wait(visitor())
    assert text.CANCELED in handlers.cancel(visitor())["status"]
    handed = (upload(gray), upload(gray + 1), None, "all", 1.0, "largest", "largest", visitor())
    (nothing,) = handlers.run(*handed)
    assert set(nothing) == {"status"}


def test_an_example_brings_its_ground_truth(handlers):
    example = Example("Smile", Path("a.jpg"), Path("b.jpg"), Path("c.jpg"))
    updates = handlers.example(example, visitor())
    assert (updates["source"], updates["driving"], updates["target"]) == ("a.jpg", "b.jpg", "c.jpg")
    assert updates["cancel"]["visible"]


def test_a_picture_that_cannot_be_used_is_said_when_it_is_chosen(handlers, upload, gray):
    assert "No face found" in handlers.look("source", upload(gray), "source", visitor())["status"]
    gray[10:40, 5:20] = gray[10:40, 50:70] = 255
    face = handlers.parts.source_face
    updates = handlers.look("source", upload(gray), "source", visitor(), face)
    assert "2 faces: the largest is used unless you choose another" in updates["status"]
    assert updates["source.box"]["visible"] and len(updates["source.choice"]["choices"]) == 3
    assert "shows" not in handlers.look("target", upload(gray), "target", visitor())["status"]


def test_the_faces_that_were_chosen_are_those_of_every_method(handlers, upload, gray):
    run(handlers, upload, gray, face=1, driving_face=2)
    faces = {call[2:] for call in handlers.services.engine.calls}
    assert faces == {(1, 2)}


def test_an_example_forgets_the_faces_of_the_pictures_before(handlers):
    updates = handlers.example(Example("Smile", Path("a.jpg"), Path("b.jpg"), None), visitor())
    for role in ("source", "driving"):
        assert updates[f"{role}.choice"]["value"] == "largest"
        assert not updates[f"{role}.box"]["visible"]
