"""What the tab *Style fusion* gives back, without a page."""

from __future__ import annotations

import threading
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from demo import text
from demo import text_style as words
from demo.components.face_choice import FacePart
from demo.config import DemoConfig
from demo.examples import Example
from demo.inverting import Inversions
from demo.services import Services
from demo.sessions import Sessions
from demo.tabs.style_handlers import StyleHandlers
from reenact.media.verify import verify
from tests.demo.style_engine import StyleEngine
from tests.reenact.methods.stylefusion.made_checkpoints import g_synthesis_state

NAMES = (
    "source driving generator recipe steps about run cancel status forming curve slider drawn "
    "download as_source as_driving file share usual paper solve grid stop costs sheet save "
    "styles_file load"
).split()
PAPERS = ([], [3], [4])
BUILT_IN = words.BUILT_IN


def parts_named(sizes=(4, 8, 16)):
    """Names in place of Gradio's parts."""
    faces = {f"{n}_face": FacePart(f"{n}_box", f"{n}_preview", n) for n in ("source", "driving")}
    layers = [f"l{size}" for size in sizes]
    return SimpleNamespace(**{name: name for name in NAMES}, **faces, layers=layers)


@pytest.fixture
def handlers(cache, portrait_face):
    engine = StyleEngine(portrait_face)
    services = Services(engine, Sessions(cache), DemoConfig(consent=False))
    return StyleHandlers(services, Inversions(engine), parts_named())


@pytest.fixture
def pair(portrait, upload) -> tuple[str, str]:
    mirrored = np.ascontiguousarray(portrait[:, ::-1])
    return upload(portrait, "me.png"), upload(mirrored, "you.png")


def visitor(name="a"):
    return SimpleNamespace(session_hash=name)


def start(
    handlers,
    pair,
    *,
    recipe="fast",
    steps=10,
    layers=PAPERS,
    who="a",
    faces=("largest",) * 2,
    generator=BUILT_IN,
):
    handlers.wait(visitor(who))
    return handlers.run(visitor(who), generator, *pair, recipe, steps, *faces, 1.0, *layers)


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
        chosen = choose(1.0, BUILT_IN, visitor())
        assert (chosen["l4"], chosen["l8"], chosen["l16"]) == PAPERS
    busy, *steps, solved = handlers.solve(1.0, visitor())
    assert words.SOLVING in busy["status"] and "Solved in" in solved["status"]
    assert busy["stop"]["visible"] and not busy["solve"]["visible"]
    assert solved["solve"]["visible"] and solved["solve"]["interactive"]
    assert steps and all("Solving: picture" in step["status"] for step in steps)
    for update in (busy, *steps, solved):
        assert set(update) <= set(handlers.solved)
    chosen = [*solved["l4"], *solved["l8"], *solved["l16"]]
    assert chosen and solved["costs"].count("✓") == len(chosen)
    assert words.layer_list(chosen) in solved["status"]


def test_the_grid_and_the_styles_are_files(handlers, pair):
    list(start(handlers, pair))
    *_, grid = handlers.grid(visitor())
    assert verify(grid["sheet"]["value"]).method == "stylefusion"
    saved = handlers.save(visitor())
    assert saved["styles_file"].endswith("me_styles.safetensors")
    load = (saved["styles_file"], BUILT_IN, None, "largest", 1.0, *PAPERS)
    loaded = handlers.load(visitor("b"), *load)
    assert words.LOADED in loaded["status"] and words.NO_PHOTO in loaded["status"]
    assert not loaded["slider"]["visible"] and loaded["file"] is None
    assert "polyline" in loaded["curve"] and loaded["solve"]["interactive"]
    assert verify(loaded["download"]["value"]).has_watermark
    assert set(loaded) <= set(handlers.outputs)


def test_a_file_that_holds_no_styles_is_one_line_and_changes_nothing(handlers, pair, upload):
    list(start(handlers, pair))
    for content in (b"", b"half a file", b"\x80\x04." + bytes(100)):
        file = upload(content, "s.safetensors")
        load = (file, BUILT_IN, pair[0], "largest", 1.0, *PAPERS)
        updates = handlers.load(visitor(), *load)
        assert set(updates) == {"status"} and 'role="alert"' in updates["status"]
        assert "The styles must be a whole .safetensors file" in updates["status"]
    assert "Redrawn" in handlers.redraw(visitor(), 1.0, *PAPERS)["status"]


def test_before_the_first_run_nothing_is_drawn(handlers):
    assert words.NOT_YET in handlers.redraw(visitor(), 1.0, *PAPERS)["status"]
    assert 'role="alert"' not in handlers.redraw(visitor(), 1.0, *PAPERS)["status"]
    assert handlers.paper(1.0, BUILT_IN, visitor())["l8"] == [3]
    for made in (handlers.solve(1.0, visitor()), handlers.grid(visitor())):
        assert words.NOT_YET in [*made][-1]["status"]
    assert words.NOT_YET in handlers.save(visitor())["status"]


@pytest.mark.parametrize("name", ["source", "driving"])
def test_no_face_in_one_of_the_two_is_one_line(handlers, pair, upload, gray, name):
    files = dict(zip(("source", "driving"), pair, strict=True)) | {name: upload(gray)}
    *_, last = start(handlers, tuple(files.values()))
    assert f"No face found in `{name}`" in last["status"] and 'role="alert"' in last["status"]
    assert last["run"]["visible"] and not last["solve"]["interactive"]
    assert f"No face found in `{name}`" in handlers.look(name, files[name], visitor())["status"]


def test_missing_pictures_are_asked_for(handlers, pair):
    *_, last = start(handlers, (None, pair[1]))
    assert text.NO_SOURCE in last["status"]
    *_, last = start(handlers, (pair[0], None))
    assert text.NO_DRIVING_PICTURE in last["status"]


def test_canceling_in_the_middle_clears_what_formed(handlers, pair):
    run = start(handlers, pair, recipe="paper", steps=100_000)
    next(u for u in run if "Step" in u["status"])
    pressed = handlers.cancel(visitor())
    assert set(pressed) == {"cancel"} and pressed["cancel"]["value"] == text.CANCELING
    *_, last = run
    assert not last["cancel"]["visible"] and last["cancel"]["value"] == text.CANCEL
    assert words.SEARCH_CANCELED in last["status"] and "<img" not in last["forming"]
    assert last["run"]["visible"] and not last["solve"]["interactive"]
    assert set(last) <= set(handlers.outputs)
    assert words.NOT_YET in handlers.redraw(visitor(), 1.0, *PAPERS)["status"]


def test_a_canceled_search_brings_the_result_before_it_back(handlers, pair):
    list(start(handlers, pair))
    list(handlers.solve(1.0, visitor()))
    run = start(handlers, pair, recipe="paper", steps=100_000)
    forming = next(u for u in run if "Step" in u["status"])
    assert forming.get("drawn", "") == ""
    handlers.cancel(visitor())
    *_, last = run
    assert f"{words.SEARCH_CANCELED} {words.RESTORED}" in last["status"]
    assert last["slider"]["value"] and "✓" in last["costs"] and last["solve"]["interactive"]
    assert set(last) <= set(handlers.outputs)
    assert "Redrawn" in handlers.redraw(visitor(), 1.0, *PAPERS)["status"]


def test_a_failed_search_leaves_the_result_before_it(handlers, pair, upload, gray):
    list(start(handlers, pair))
    *_, last = start(handlers, (upload(gray), pair[1]))
    assert "No face found in `source`" in last["status"]
    assert "slider" not in last and last["solve"]["interactive"]


def test_layers_chosen_while_the_search_runs_are_drawn_at_its_end(handlers, pair):
    run = start(handlers, pair)
    next(u for u in run if "Step" in u["status"])
    assert set(handlers.redraw(visitor(), 1.0, [], [], [])) == {"status"}
    assert words.NO_LAYERS in [*run][-1]["status"]


@pytest.mark.parametrize(
    ("tool", "said"), [("solve", words.SOLVE_CANCELED), ("grid", words.GRID_CANCELED)]
)
def test_a_canceled_tool_says_so_and_keeps_what_there_was(handlers, pair, tool, said):
    list(start(handlers, pair))
    work = handlers.grid(visitor()) if tool == "grid" else handlers.solve(1.0, visitor())
    outputs = {*handlers.begun, "sheet"} if tool == "grid" else set(handlers.solved)
    next(u for u in work if "picture" in u["status"] or "face" in u["status"])
    stopped = handlers.stop(visitor())
    assert stopped["stop"]["value"] == text.CANCELING and not stopped["stop"]["interactive"]
    *_, last = work
    assert said in last["status"] and set(last) <= outputs
    assert not last["stop"]["visible"] and last["solve"]["interactive"] and last["run"]["visible"]
    assert {"slider", "drawn", "file", "costs", "sheet", "l4"}.isdisjoint(last)
    assert "Redrawn" in handlers.redraw(visitor(), 1.0, *PAPERS)["status"]


def test_who_waits_for_a_tool_sees_the_place_and_can_leave_the_line(handlers, pair):
    for who in "ab":
        list(start(handlers, pair, who=who))
    first, second = handlers.grid(visitor("a")), handlers.solve(1.0, visitor("b"))
    next(u for u in first if "face" in u["status"])
    next(second)
    assert "One visitor is before you: your turn comes in about" in next(second)["status"]
    handlers.stop(visitor("b"))
    assert words.LEFT_LINE in [*second][-1]["status"]
    assert [*first][-1]["sheet"]["visible"]


def test_a_run_that_begins_ends_the_tool_and_is_not_disturbed_by_it(handlers, pair):
    list(start(handlers, pair))
    work = handlers.grid(visitor())
    next(u for u in work if "face" in u["status"])
    run = start(handlers, pair)
    assert set([*work][-1]) == {"status"}
    assert "Done in" in [*run][-1]["status"]


def test_one_of_several_faces_can_be_chosen_in_both_pictures(handlers, portrait, upload):
    two = upload(np.hstack([portrait, portrait]), "two.png")
    for name in ("source", "driving"):
        updates = handlers.look(name, two, visitor())
        assert updates[f"{name}_box"]["visible"] and Path(updates[f"{name}_preview"]).is_file()
        assert [value for _, value in updates[name]["choices"]] == ["largest", 0, 1]
        assert f"The {name} picture shows 2 faces" in updates["status"]
        gone = handlers.look(name, None, visitor())
        assert not gone[f"{name}_box"]["visible"]
    *_, last = start(handlers, (two, two), faces=(1, "largest"))
    assert "The source picture shows 2 faces: face 2 from the left was taken." in last["status"]
    assert "The driving picture shows 2 faces: face 1 from the left, the largest" in last["status"]
    saved = handlers.save(visitor())["styles_file"]
    loaded = handlers.load(visitor(), saved, BUILT_IN, two, 1, 1.0, *PAPERS)
    assert words.LOADED in loaded["status"]


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
    *_, gone = second
    assert words.LEFT_LINE in gone["status"] and "slider" not in gone
    assert "One visitor is before you" in next(third)["status"]
    threading.Timer(0.1, handlers.cancel, [visitor("a")]).start()
    list(first)
    assert "Done in" in [*third][-1]["status"]


def test_a_run_that_was_canceled_while_it_waited_does_not_begin(handlers, pair):
    run = start(handlers, pair)
    assert words.SEARCH_CANCELED in handlers.cancel(visitor())["status"]
    (nothing,) = run
    assert set(nothing) == {"status"}


def test_an_example_sets_the_usual_options(handlers):
    example = Example("Smile", Path("a.jpg"), Path("b.jpg"))
    updates = handlers.example(example, BUILT_IN, visitor())
    assert (updates["source"], updates["driving"]) == ("a.jpg", "b.jpg")
    assert (updates["l4"], updates["l8"], updates["l16"]) == PAPERS
    assert updates["cancel"]["visible"] and updates["recipe"] == "fast"


def test_recipes_say_what_they_do_and_how_long_it_takes(handlers):
    assert "a network guesses" in handlers.recipe(BUILT_IN, "encoder")["about"]
    assert not handlers.recipe(BUILT_IN, "encoder")["steps"]["visible"]
    paper = handlers.recipe(BUILT_IN, "paper")
    assert "1,000 steps of plain gradient descent" in paper["about"] and "About" in paper["about"]
    assert paper["steps"]["value"] == 1000 and paper["steps"]["visible"]


def test_two_visitors_have_two_desks(handlers, pair):
    list(start(handlers, pair))
    assert words.NOT_YET in handlers.redraw(visitor("b"), 1.0, *PAPERS)["status"]


def test_own_pictures_need_consent(cache, portrait_face, pair):
    engine = StyleEngine(portrait_face)
    services = Services(engine, Sessions(cache), DemoConfig())
    strict = StyleHandlers(services, Inversions(engine), parts_named())
    *_, last = start(strict, pair)
    assert "consent" in last["status"]
    services.sessions.agree("a")
    assert "Done in" in [*start(strict, pair)][-1]["status"]


def test_another_generator_brings_its_layers_and_has_no_styles_yet(
    cache, portrait_face, pair, tmp_path
):
    path = tmp_path / "large.pt"
    torch.save(g_synthesis_state(channels=(6, 5, 4, 3)), path)
    engine = StyleEngine(portrait_face)
    services = Services(engine, Sessions(cache), DemoConfig(consent=False))
    inversions = Inversions(engine, {"Large": str(path)})
    handlers = StyleHandlers(services, inversions, parts_named((4, 8, 16, 32)))
    *_, last = start(handlers, pair, layers=(*PAPERS, []))
    assert "Done in" in last["status"]
    updates = handlers.generator("Large", visitor())
    assert [value for _, value in updates["l32"]["choices"]] == [6, 7] and updates["l32"]["visible"]
    assert updates["l8"]["value"] == [3] and "Large, 32 × 32" in updates["status"]
    assert [value for _, value in updates["recipe"]["choices"]] == ["fast", "paper"]
    assert updates["steps"]["value"] == 200 and "from the mean face on" in updates["about"]
    assert not updates["paper"]["visible"] and not updates["solve"]["interactive"]
    assert set(updates) <= set(handlers.chosen)
    assert words.NOT_YET in handlers.redraw(visitor(), 1.0, *PAPERS, [])["status"]
    *_, last = start(handlers, pair, layers=(*PAPERS, []), generator="Large")
    assert "Done in" in last["status"] and last["solve"]["interactive"]
    *_, solved = handlers.solve(1.0, visitor())
    assert solved["costs"].count("<tr") == 9
    back = handlers.generator(BUILT_IN, visitor())
    assert not back["l32"]["visible"] and back["l32"]["value"] == []
