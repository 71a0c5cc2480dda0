"""What the tab *Style fusion* gives back, without a page."""

from __future__ import annotations

import threading
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from demo import text
from demo import text_style as words
from demo.config import DemoConfig
from demo.examples import Example
from demo.inverting import Inversions
from demo.services import Services
from demo.sessions import Sessions
from demo.tabs.style_handlers import StyleHandlers
from reenact.media.verify import verify
from tests.demo.style_engine import StyleEngine

NAMES = (
    "source driving recipe steps about run cancel status forming curve slider drawn download "
    "as_source as_driving file share usual paper solve grid costs sheet save styles_file load"
).split()
PAPERS = ([], [3], [4])


@pytest.fixture
def handlers(cache, portrait_face):
    engine = StyleEngine(portrait_face)
    services = Services(engine, Sessions(cache), DemoConfig(consent=False))
    parts = SimpleNamespace(**{name: name for name in NAMES}, layers=["l4", "l8", "l16"])
    return StyleHandlers(services, Inversions(engine), parts)


@pytest.fixture
def pair(portrait, upload) -> tuple[str, str]:
    mirrored = np.ascontiguousarray(portrait[:, ::-1])
    return upload(portrait, "me.png"), upload(mirrored, "you.png")


def visitor(name="a"):
    return SimpleNamespace(session_hash=name)


def start(handlers, pair, *, recipe="fast", steps=10, layers=PAPERS, who="a"):
    handlers.wait(visitor(who))
    return handlers.run(visitor(who), *pair, recipe, steps, 1.0, *layers)


def test_a_run_streams_faces_and_curve_and_ends_with_a_result(handlers, pair):
    updates = list(start(handlers, pair))
    assert words.READING in updates[0]["status"]
    forming = [u for u in updates if "Source, drawn" in u.get("forming", "")]
    assert forming and any("polyline" in u["curve"] for u in forming)
    assert any("of at most 10" in u["status"] for u in forming)
    last = updates[-1]
    assert "Done in" in last["status"] and "stands in" in last["status"]
    assert last["slider"]["visible"] and last["drawn"].count("<figure>") == 3
    assert last["run"]["visible"] and not last["cancel"]["visible"]
    assert last["solve"]["interactive"] and last["save"]["interactive"]
    assert Path(last["file"]).name == "me_stylefusion.png"
    answer = verify(last["file"])
    assert answer.has_watermark and answer.method == "stylefusion"
    for update in updates:
        assert set(update) <= set(handlers.outputs)


def test_the_encoder_alone_needs_no_steps(handlers, pair):
    *_, last = start(handlers, pair, recipe="encoder")
    assert words.NO_DISTANCE in unescape(last["status"])


def test_layers_amount_paper_and_solve_redraw_without_another_search(handlers, pair, monkeypatch):
    list(start(handlers, pair))
    monkeypatch.setattr(handlers.inversions, "run", None)
    line = handlers.redraw(visitor(), 0.5, [0, 1], [2], [])["status"]
    assert "Redrawn with layers 1, 2 and 3." in line
    assert words.NO_LAYERS in handlers.redraw(visitor(), 1.0, [], [], [])["status"]
    for choose in (handlers.paper, handlers.usual):  # the same in this tiny generator
        chosen = choose(1.0, visitor())
        assert (chosen["l4"], chosen["l8"], chosen["l16"]) == PAPERS
    busy, solved = handlers.solve(1.0, visitor())
    assert words.SOLVING in busy["status"] and "Solved in" in solved["status"]
    chosen = [*solved["l4"], *solved["l8"], *solved["l16"]]
    assert chosen and solved["costs"].count("✓") == len(chosen)
    assert words.layer_list(chosen) in solved["status"]


def test_the_grid_and_the_styles_are_files(handlers, pair):
    list(start(handlers, pair))
    *_, grid = handlers.grid(visitor())
    assert verify(grid["sheet"]["value"]).method == "stylefusion"
    saved = handlers.save(visitor())
    assert saved["styles_file"].endswith("me_styles.safetensors")
    loaded = handlers.load(visitor("b"), saved["styles_file"], None, 1.0, *PAPERS)
    assert words.LOADED in loaded["status"] and words.NO_PHOTO in loaded["status"]
    assert not loaded["slider"]["visible"] and loaded["file"] is None
    assert "polyline" in loaded["curve"] and loaded["solve"]["interactive"]
    assert verify(loaded["download"]["value"]).has_watermark
    assert set(loaded) <= set(handlers.outputs)


def test_a_file_that_holds_no_styles_is_one_line_and_changes_nothing(handlers, pair, upload):
    list(start(handlers, pair))
    for content in (b"", b"half a file", b"\x80\x04." + bytes(100)):
        updates = handlers.load(visitor(), upload(content, "s.safetensors"), pair[0], 1.0, *PAPERS)
        assert set(updates) == {"status"} and 'role="alert"' in updates["status"]
        assert "The styles must be a whole .safetensors file" in updates["status"]
    assert "Redrawn" in handlers.redraw(visitor(), 1.0, *PAPERS)["status"]


def test_before_the_first_run_nothing_is_drawn(handlers):
    assert words.NOT_YET in handlers.redraw(visitor(), 1.0, *PAPERS)["status"]
    assert 'role="alert"' not in handlers.redraw(visitor(), 1.0, *PAPERS)["status"]
    assert handlers.paper(1.0, visitor())["l8"] == [3]
    for made in (handlers.solve(1.0, visitor()), handlers.grid(visitor())):
        assert words.NOT_YET in [*made][-1]["status"]
    assert words.NOT_YET in handlers.save(visitor())["status"]


@pytest.mark.parametrize("name", ["source", "driving"])
def test_no_face_in_one_of_the_two_is_one_line(handlers, pair, upload, gray, name):
    files = dict(zip(("source", "driving"), pair, strict=True)) | {name: upload(gray)}
    *_, last = start(handlers, tuple(files.values()))
    assert f"No face found in `{name}`" in last["status"] and 'role="alert"' in last["status"]
    assert last["run"]["visible"] and not last["solve"]["interactive"]
    assert (
        f"No face found in `{name}`" in handlers.look(name, files[name], name, visitor())["status"]
    )


def test_missing_pictures_are_asked_for(handlers, pair):
    *_, last = start(handlers, (None, pair[1]))
    assert text.NO_SOURCE in last["status"]
    *_, last = start(handlers, (pair[0], None))
    assert text.NO_DRIVING_PICTURE in last["status"]


def test_canceling_in_the_middle_clears_what_formed(handlers, pair):
    run = start(handlers, pair, recipe="paper", steps=100_000)
    next(u for u in run if "Step" in u["status"])
    assert text.CANCELED in handlers.cancel(visitor())["status"]
    *_, last = run
    assert text.CANCELED in last["status"] and last["forming"] == "" and last["run"]["visible"]
    assert words.NOT_YET in handlers.redraw(visitor(), 1.0, *PAPERS)["status"]


def test_a_second_visitor_sees_the_place_and_the_time(handlers, pair):
    first = start(handlers, pair, recipe="paper", steps=100_000)
    next(u for u in first if "Step" in u["status"])
    second = start(handlers, pair, who="b")
    next(second)
    assert "One visitor is before you: your turn comes in about" in next(second)["status"]
    third = start(handlers, pair, who="c")
    next(third)
    assert "2 visitors are before you" in next(third)["status"]
    handlers.cancel(visitor("b"))
    list(second)
    assert "One visitor is before you" in next(third)["status"]
    threading.Timer(0.1, handlers.cancel, [visitor("a")]).start()
    list(first)
    assert "Done in" in [*third][-1]["status"]


def test_a_run_that_was_canceled_while_it_waited_does_not_begin(handlers, pair):
    run = start(handlers, pair)
    handlers.cancel(visitor())
    (nothing,) = run
    assert set(nothing) == {"status"}


def test_an_example_sets_the_usual_options(handlers):
    updates = handlers.example(Example("Smile", Path("a.jpg"), Path("b.jpg")), visitor())
    assert (updates["source"], updates["driving"]) == ("a.jpg", "b.jpg")
    assert (updates["l4"], updates["l8"], updates["l16"]) == PAPERS
    assert updates["cancel"]["visible"] and updates["recipe"] == "fast"


def test_recipes_say_what_they_do_and_how_long_it_takes(handlers):
    assert "a network guesses" in handlers.recipe("encoder")["about"]
    assert not handlers.recipe("encoder")["steps"]["visible"]
    paper = handlers.recipe("paper")
    assert "1,000 steps of plain gradient descent" in paper["about"] and "About" in paper["about"]
    assert paper["steps"]["value"] == 1000 and paper["steps"]["visible"]


def test_two_visitors_have_two_desks(handlers, pair):
    list(start(handlers, pair))
    assert words.NOT_YET in handlers.redraw(visitor("b"), 1.0, *PAPERS)["status"]


def test_own_pictures_need_consent(cache, portrait_face, pair):
    engine = StyleEngine(portrait_face)
    services = Services(engine, Sessions(cache), DemoConfig())
    parts = SimpleNamespace(**{name: name for name in NAMES}, layers=["l4", "l8", "l16"])
    strict = StyleHandlers(services, Inversions(engine), parts)
    *_, last = start(strict, pair)
    assert "consent" in last["status"]
    services.sessions.agree("a")
    assert "Done in" in [*start(strict, pair)][-1]["status"]
