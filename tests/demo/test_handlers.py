"""What handlers give back, without a page."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from demo import text
from demo.app import build
from demo.components.face_choice import FacePart, face_index
from demo.config import DemoConfig
from demo.examples import Example
from demo.tabs.reenact_handlers import Handlers
from tests.demo.stand_in import StandIn

OPTIONS = ("all", 1.0, "absolute", True)


class Parts:
    """Names instead of Gradio's parts: `parts.slider` is "slider"."""

    def __getattr__(self, name: str) -> str:
        return name


@pytest.fixture
def handlers(services):
    welcome = SimpleNamespace(wait=lambda _: None, methods=[], example=None)
    return Handlers(services, welcome, Parts(), Parts())


def visitor(name="a"):
    return SimpleNamespace(session_hash=name)


def test_a_picture_run_shows_busy_and_then_the_result(handlers, upload, gray):
    source, driving = upload(gray), upload(gray + 1)
    first, last = list(
        handlers.picture(source, driving, "warp", *OPTIONS, "largest", "largest", visitor())
    )
    assert "busy" in first["status"]
    assert first["run_picture"]["interactive"] is False
    assert last["run_picture"]["interactive"] is True
    assert last["file"].endswith("me_warp.png")
    assert last["download"]["value"] == last["file"]
    assert len(last["slider"]["value"]) == 2
    assert "source" not in last


def test_an_error_is_one_line_and_inputs_stay(handlers, upload, gray):
    source, black = upload(gray), upload(gray * 0)
    *_, last = handlers.picture(source, black, "warp", *OPTIONS, "largest", 0, visitor())
    assert last["status"].count("No face found in `driving`") == 1
    assert 'role="alert"' in last["status"]
    assert set(last) == {"status", "run_picture"}


def test_what_a_file_is_called_cannot_become_markup(handlers, upload, gray):
    bad = upload(b"no picture", "<img src=x onerror=alert(1)>.png".replace("/", ""))
    *_, last = handlers.picture(bad, upload(gray), "warp", *OPTIONS, "largest", 0, visitor())
    assert "<img" not in last["status"]
    assert "&lt;img" in last["status"]


def test_a_clip_run_swaps_run_for_cancel_and_back(handlers, upload, gray):
    source, driving = upload(gray), upload(gray + 1)
    assert handlers.wait_for_clip(visitor())["cancel"]["visible"] is True
    updates = list(
        handlers.clip(source, driving, "warp", *OPTIONS, "largest", "largest", visitor())
    )
    assert updates[0]["cancel"]["visible"] is True
    assert updates[-1]["cancel"]["visible"] is False
    assert updates[-1]["clip"]["value"].endswith(".mp4")
    assert updates[-1]["slider"]["visible"] is False


def test_cancel_stops_this_visitors_clip_only(cache, upload, gray):
    from demo.services import Services
    from demo.sessions import Sessions

    services = Services(StandIn(clip_frames=300), Sessions(cache), DemoConfig(consent=False))
    handlers = Handlers(services, None, Parts(), Parts())
    source, driving = upload(gray), upload(gray + 1)
    runs = {
        name: handlers.clip(source, driving, "warp", *OPTIONS, "largest", "largest", visitor(name))
        for name in "ab"
    }
    for name, run in runs.items():
        handlers.wait_for_clip(visitor(name))
        next(run), next(run), next(run)
    assert text.CANCELED in handlers.cancel(visitor("a"))["status"]
    assert text.CANCELED in list(runs["a"])[-1]["status"]
    assert "busy" in next(runs["b"])["status"]
    runs["b"].close()
    assert text.NOTHING_TO_CANCEL in handlers.cancel(visitor("a"))["status"]


def test_a_clip_that_waits_for_its_turn_can_be_canceled(handlers, engine, upload, gray):
    handlers.wait_for_clip(visitor())
    assert text.CANCELED in handlers.cancel(visitor())["status"]
    run = handlers.clip(
        upload(gray), upload(gray + 1), "warp", *OPTIONS, "largest", "largest", visitor()
    )
    assert set(*run) == {"status"}
    assert engine.calls == []


@pytest.mark.parametrize(
    ("name", "part"), [("driving_smile.jpg", "picture"), ("driving_clip.mp4", "clip")]
)
def test_an_example_fills_in_what_it_runs(handlers, name, part):
    example = Example("Smile", Path("source_1.jpg"), Path(name))
    updates = handlers.example(example, visitor())
    assert updates["source"] == str(example.source)
    assert updates[part] == str(example.driving)
    assert updates["kind"] == part
    assert handlers.services.sessions.get("a").take_turn("clip") == example.is_clip


def test_changing_an_option_runs_again_only_where_there_is_a_picture(handlers, upload, gray):
    source, driving = upload(gray), upload(gray + 1)
    choices = ("warp", *OPTIONS, "largest", "largest")
    *_, last = handlers.adjust("picture", source, driving, *choices, visitor())
    assert "file" in last
    for kind, path in (("clip", driving), ("picture", None)):
        (nothing,) = handlers.adjust(kind, source, path, *choices, visitor())
        assert set(nothing) == {"status"}


def test_faces_can_be_chosen_where_there_are_several(handlers, upload, gray):
    part = FacePart("box", "preview", "choice")
    gray[10:40, 5:20] = gray[10:40, 50:70] = 255
    updates = handlers.new_picture("source", part, upload(gray), "source", visitor())
    assert updates["box"]["visible"] is True
    assert updates["choice"]["choices"] == [("Largest", "largest"), ("Face 1", 0), ("Face 2", 1)]
    updates = handlers.new_picture("source", part, None, "source", visitor())
    assert updates["box"]["visible"] is False


def test_a_camera_frame_changes_the_live_picture_and_writes_nothing(handlers, upload, gray, cache):
    source = upload(gray)
    files = sorted(cache.rglob("*"))
    updates = handlers.frame(gray, "camera", source, "warp", *OPTIONS, "largest", visitor())
    assert updates["live"]["value"].startswith("data:image/jpeg")
    assert updates["slider"]["visible"] is False
    updates = handlers.frame(gray, "camera", source, "warp", *OPTIONS, "largest", visitor())
    assert updates["live"].startswith("data:image/jpeg")
    assert sorted(cache.rglob("*")) == files
    updates = handlers.frame(gray, "camera", None, "warp", *OPTIONS, 0, visitor())
    assert text.NO_SOURCE in updates["status"]
    updates = handlers.frame(gray, "picture", source, "warp", *OPTIONS, 0, visitor())
    assert set(updates) == {"status"}, "the camera runs on, but the visitor looks elsewhere"


def test_the_last_result_stays_in_sight_until_there_is_another(handlers, upload, gray):
    def opened(tab, picture="me.png", clip=None):
        return handlers.tab(picture, clip, SimpleNamespace(index=tab), visitor())

    def visible(updates):
        return [part for part in ("slider", "clip", "live") if updates[part]["visible"]]

    assert [visible(opened(tab)) for tab in range(3)] == [["slider"]] * 3
    assert opened(2)["download"]["value"] == "me.png"
    assert visible(opened(1, clip="me.mp4")) == ["clip"]
    handlers.frame(gray, "camera", upload(gray), "warp", *OPTIONS, "largest", visitor())
    assert visible(opened(2)) == ["live"]
    assert opened(2)["download"]["interactive"] is False


def test_the_page_opens_without_examples(handlers):
    assert handlers.load() == {"status": ""}


def test_faces_are_counted_from_zero_inside():
    assert [face_index(choice) for choice in ("largest", None, 0, 2)] == [None, None, 0, 2]


def test_the_page_can_be_built_twice(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", "")
    for name in "ab":
        build(engine=StandIn(), folder=tmp_path / name)
