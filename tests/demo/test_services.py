import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from demo import text
from demo.beside import Canceled
from demo.config import DemoConfig
from demo.engine import word_of
from demo.marks import MARK
from demo.services import Services, explain
from demo.sessions import Sessions
from reenact.errors import (
    FaceNotFoundError,
    ImageError,
    InputError,
    ReenactError,
    StrangerError,
)
from reenact.types import Options
from tests.demo.stand_in import StandIn
from tests.media import BAD_PICTURES


@pytest.fixture
def source(upload, gray):
    return upload(gray, "my face.png")


@pytest.fixture
def driving(upload, gray):
    return upload(gray + 1, "smile.png")


def test_a_picture_is_the_engines_result_marked_as_generated(
    services, session, source, driving, gray
):
    done = services.picture(session, source, driving, "warp", Options())
    assert done.file.name == "my face_warp.png"
    with Image.open(done.file) as image:
        assert np.abs(np.asarray(image).astype(int) - (255 - gray)).max() <= 4  # the watermark
        assert image.text["Description"] == MARK
    for shown in (done.before, done.after):
        with Image.open(shown) as image:
            assert image.size == (80, 64)


def test_choices_reach_the_engine(services, session, engine, source, driving):
    options = Options("mouth", 0.5, "absolute", False)
    services.picture(session, source, driving, "other", options, 1, 2)
    assert engine.calls == [("other", options, 1, 2)]


def test_a_result_can_be_the_next_source_without_its_name_growing(
    services, session, source, driving
):
    first = services.picture(session, source, driving, "warp", Options())
    second = services.picture(session, str(first.file), driving, "warp", Options())
    assert second.file.name == first.file.name
    assert second.file != first.file


@pytest.mark.parametrize("method", ["/home/anna/runs/me", "runs/me", "runs/me@1.2"])
def test_ones_own_run_is_a_method_like_the_others(services, session, source, driving, method):
    options = Options()
    done = services.picture(session, source, driving, method, options)
    again = services.picture(session, str(done.file), driving, method, options)
    assert done.file.name == again.file.name == f"my face_{word_of(method)}.png"
    assert "anna" not in done.file.name and done.before.is_file() and done.after.is_file()
    (*_, step) = services.clip(session, source, driving, method, options)
    assert step.file.name == f"my face_{word_of(method)}.mp4"


def test_runs_of_one_name_are_told_apart():
    assert word_of("a/me") != word_of("b/me") and word_of("warp-repair") == "warp-repair"


@pytest.mark.parametrize(
    ("has_source", "has_driving", "message"),
    [(False, True, text.NO_SOURCE), (True, False, text.NO_DRIVING_PICTURE)],
)
def test_what_is_missing_is_named(
    services, session, source, driving, has_source, has_driving, message
):
    given = (source if has_source else None, driving if has_driving else None)
    with pytest.raises(InputError, match=message):
        services.picture(session, *given, "warp", Options())


def test_a_visitor_who_comes_back_too_late_is_told_so(services, session, source, driving):
    services.faces(session, driving, name="clip", is_clip=True)
    services.leave("visitor")
    with pytest.raises(InputError, match="deleted after a long pause"):
        services.picture(services.sessions.get("visitor"), source, driving, "warp", Options())


@pytest.mark.parametrize("make", BAD_PICTURES.values(), ids=BAD_PICTURES)
def test_a_bad_picture_gives_one_line_and_stays(services, session, driving, upload, tmp_path, make):
    made = make(tmp_path)
    if not made.is_file():
        pytest.skip("not something that can be uploaded")
    bad = upload(made, made.name)
    for call in (
        lambda: services.picture(session, bad, driving, "warp", Options()),
        lambda: services.faces(session, bad, name="source", is_clip=False),
    ):
        with pytest.raises(ReenactError) as caught:
            call()
        line = explain(caught.value)
        assert line.endswith(".")
        assert "\n" not in line
        assert "Traceback" not in line
    assert Path(bad).exists()


def test_results_of_two_visitors_never_meet(cache, upload):
    class Slow(StandIn):
        def picture(self, source, *rest):
            time.sleep(0.05)
            return super().picture(source, *rest)

    services = Services(Slow(), Sessions(cache), DemoConfig(consent=False))
    driving = upload(np.full((64, 64, 3), 7, np.uint8))
    done = {}

    def visit(level):
        session = services.sessions.get(f"visitor {level}")
        source = upload(np.full((64, 64, 3), level, np.uint8))
        for _ in range(3):
            done[level] = services.picture(session, source, driving, "warp", Options())

    threads = [threading.Thread(target=visit, args=(level,)) for level in (10, 20, 30)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    for level, result in done.items():
        with Image.open(result.file) as image:
            assert abs(np.median(np.asarray(image)) - (255 - level)) <= 1  # the watermark
    assert len({result.file.parent.parent for result in done.values()}) == 3


def test_a_run_leaves_no_file_behind_when_the_visitor_leaves(
    services, session, source, driving, cache
):
    services.picture(session, source, driving, "warp", Options())
    list(services.clip(session, source, driving, "warp", Options()))
    services.leave("visitor")
    assert [p for p in cache.rglob("*") if p.is_file()] == []


def test_a_clip_reports_and_ends_with_a_marked_file(services, session, source, driving):
    import av

    steps = list(services.clip(session, source, driving, "warp", Options()))
    assert steps[0].done == 0
    assert all(step.file is None for step in steps[:-1])
    assert steps[-1].done == 5
    with av.open(str(steps[-1].file)) as clip:
        assert clip.metadata["comment"] == MARK


def slow(cache):
    engine = StandIn(clip_frames=1000, frame_s=0.01)
    services = Services(engine, Sessions(cache), DemoConfig(consent=False))
    return engine, services, services.sessions.get("visitor")


def test_cancel_stops_the_work_and_leaves_no_file(cache, source, driving):
    engine, services, session = slow(cache)
    steps = services.clip(session, source, driving, "warp", Options())
    next(steps), next(steps)
    assert session.cancel() == 1
    with pytest.raises(Canceled, match="Canceled"):
        list(steps)
    assert engine.clip_ended == "canceled"
    assert not list(cache.rglob("*.mp4"))
    assert session.cancel() == 0


def test_closing_the_steps_stops_the_work(cache, source, driving):
    engine, services, session = slow(cache)
    steps = services.clip(session, source, driving, "warp", Options())
    next(steps), next(steps)
    steps.close()
    assert engine.clip_ended == "canceled"


def test_leaving_stops_the_work(cache, source, driving):
    engine, services, session = slow(cache)
    steps = services.clip(session, source, driving, "warp", Options())
    next(steps), next(steps)
    services.leave("visitor")
    with pytest.raises(Canceled):
        list(steps)
    assert engine.clip_ended == "canceled"
    assert [p for p in cache.rglob("*") if p.is_file()] == []


def test_an_error_of_the_engine_reaches_the_visitor_as_it_is(services, session, source, driving):
    def clip(*_):
        raise FaceNotFoundError("No face found.")

    services.engine.clip = clip
    with pytest.raises(FaceNotFoundError, match="No face found."):
        list(services.clip(session, source, driving, "warp", Options()))


def test_unexpected_errors_are_logged_and_give_a_friendly_line(caplog):
    assert explain(ImageError("As it is.")) == "As it is."
    stranger = explain(StrangerError("Run python -m reenact train.", ("ada", "bruno")))
    assert "trained on: Ada and Bruno. Choose one" in stranger and "python" not in stranger
    assert explain(KeyError("secret")) == text.UNEXPECTED
    assert "KeyError" in caplog.text


def test_faces_are_numbered_where_there_are_several(services, session, upload, gray):
    one, two = gray.copy(), gray.copy()
    one[10:40, 5:20] = two[10:40, 5:20] = two[10:40, 50:70] = 255
    found = services.faces(session, upload(one), name="source", is_clip=False)
    assert (found.count, found.preview) == (1, None)
    found = services.faces(session, upload(two), name="source", is_clip=False)
    assert found.count == 2
    assert Image.open(found.preview).size == (80, 64)
    assert services.faces(session, None, name="source", is_clip=False).count == 0


def test_a_picture_that_browsers_do_not_show_gets_a_copy(services, session, upload, gray):
    gray[10:40, 5:20] = 255
    found = services.faces(session, upload(gray, "me.tiff"), name="source", is_clip=False)
    assert found.copy.name == "me.png"
    assert np.array_equal(np.asarray(Image.open(found.copy)), gray)


def test_a_picture_without_a_face_is_refused_as_soon_as_it_is_chosen(services, session, source):
    with pytest.raises(FaceNotFoundError, match="No face found in `source`"):
        services.faces(session, source, name="source", is_clip=False)


def test_the_camera_encodes_the_source_once_and_again_when_it_changes(
    services, session, source, driving, gray
):
    views = [services.live(session, gray, source, "warp", Options()) for _ in range(3)]
    assert [int(view.image[0, 0, 0]) for view in views] == [1, 2, 3]
    assert views[-1].fps > 0
    first = session.live
    view = services.live(session, gray, driving, "warp", Options())
    assert int(view.image[0, 0, 0]) == 1
    assert first._live.is_closed


def test_options_of_the_camera_change_without_starting_again(services, session, source, gray):
    services.live(session, gray, source, "warp", Options())
    options = Options("mouth", 0.3, "relative")
    services.live(session, gray, source, "warp", options)
    live = session.live._live
    assert live.frames == 2
    assert live.reenactor.options == options
    assert live.neutral_resets == 1


def test_the_neutral_face_can_be_set_while_the_camera_runs(services, session, source, gray):
    with pytest.raises(InputError, match=text.NO_CAMERA):
        services.set_neutral(session)
    services.live(session, gray, source, "warp", Options())
    services.set_neutral(session)
    assert session.live._live.neutral_resets == 1


def test_leaving_closes_the_camera(services, session, source, gray):
    services.live(session, gray, source, "warp", Options())
    live = session.live._live
    services.leave("visitor")
    assert live.is_closed
