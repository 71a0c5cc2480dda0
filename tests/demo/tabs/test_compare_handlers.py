"""What the tab *Compare* gives back, without a page."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from demo import text
from demo import text_compare as words
from demo.components.method_card import MethodCard
from demo.examples import Example
from demo.tabs.compare_handlers import CompareHandlers


def fake_card(name: str) -> MethodCard:
    parts = ("slider", "line", "actions", "download", "as_source", "as_driving", "file")
    return MethodCard(name, name.title(), *(f"{name}.{part}" for part in parts))


@pytest.fixture
def handlers(services):
    names = "source driving target region strength run cancel status sheet".split()
    parts = {name: name for name in names}
    cards = {name: fake_card(name) for name in services.engine.method_names()}
    return CompareHandlers(services, SimpleNamespace(**parts, cards=cards))


def visitor(name="a"):
    return SimpleNamespace(session_hash=name)


def run(handlers, upload, gray, **change):
    handlers.wait(visitor())
    pair = {"source": upload(gray), "driving": upload(gray + 1), "target": None} | change
    return list(handlers.run(*pair.values(), "all", 1.0, visitor()))


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


def test_a_run_that_was_canceled_while_it_waited_does_not_begin(handlers, upload, gray):
    handlers.wait(visitor())
    assert text.CANCELED in handlers.cancel(visitor())["status"]
    (nothing,) = handlers.run(upload(gray), upload(gray + 1), None, "all", 1.0, visitor())
    assert set(nothing) == {"status"}


def test_an_example_brings_its_ground_truth(handlers):
    example = Example("Smile", Path("a.jpg"), Path("b.jpg"), Path("c.jpg"))
    updates = handlers.example(example, visitor())
    assert (updates["source"], updates["driving"], updates["target"]) == ("a.jpg", "b.jpg", "c.jpg")
    assert updates["cancel"]["visible"]


def test_a_picture_that_cannot_be_used_is_said_when_it_is_chosen(handlers, upload, gray):
    assert "No face found" in handlers.look("source", upload(gray), "source", visitor())["status"]
    gray[10:40, 5:20] = gray[10:40, 50:70] = 255
    line = handlers.look("source", upload(gray), "source", visitor())["status"]
    assert "2 faces: the largest is used" in line
