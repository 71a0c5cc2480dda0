"""One pair through every method, on the stand-in engine."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from demo import text
from demo.beside import Canceled
from demo.comparison import compare
from demo.outcomes import Compared, ComparisonDone
from reenact.errors import InputError, StrangerError
from reenact.types import Options


@pytest.fixture
def pair(upload, gray):
    return upload(gray, "me.png"), upload(gray + 1, "you.png")


def run(services, session, *files, target=None):
    return list(compare(services, session, *files, target, Options()))


def test_each_method_gives_a_picture_then_figures_and_all_end_on_one_sheet(
    services, session, pair, gray
):
    *steps, end = run(services, session, *pair)
    assert [step.method for step in steps] == ["warp"] * 3 + ["other"] * 3
    for name, first, shown, measured in (("warp", *steps[:3]), ("other", *steps[3:])):
        assert first.picture is None
        assert shown.picture.file.name == f"me_{name}.png" and not shown.figures
        assert [f.name for f in measured.figures] == ["identity_distance", "seconds"]
        assert measured.is_done and not shown.is_done
    assert isinstance(end, ComparisonDone)
    assert (end.count, end.failed) == (2, 0)
    with Image.open(end.sheet) as sheet:
        pixels = np.asarray(sheet.convert("RGB")).reshape(-1, 3).astype(int)
    sizes = [(np.abs(pixels - value).max(1) < 12).sum() for value in (90, 91, 165)]
    assert sizes[0] > 200_000, "source and driving, large"
    assert sizes[2] == pytest.approx(sizes[0], rel=0.1), "two outputs"


def test_a_method_that_fails_says_why_and_the_others_go_on(services, session, engine, pair):
    works = engine.picture

    def picture(source, driving, method, *rest):
        if method == "warp":
            raise InputError("This method wants a larger face.")
        return works(source, driving, method, *rest)

    engine.picture = picture
    *steps, end = run(services, session, *pair)
    ends = {step.method: step for step in steps if step.is_done}
    assert ends["warp"].error == "This method wants a larger face."
    assert ends["other"].picture is not None
    assert end.failed == 1


def test_a_method_that_does_not_draw_the_source_says_whom_it_draws_and_the_others_go_on(
    services, session, engine, pair
):
    works = engine.picture

    def picture(source, driving, method, *rest):
        if method == "warp":
            raise StrangerError("Train your own: python -m reenact train.", ("ada", "bruno"))
        return works(source, driving, method, *rest)

    engine.picture = picture
    *steps, end = run(services, session, *pair)
    ends = {step.method: step for step in steps if step.is_done}
    assert ends["warp"].is_stranger and not ends["other"].is_stranger
    assert "the people it was trained on: Ada and Bruno." in ends["warp"].error
    assert "python" not in ends["warp"].error
    assert ends["other"].picture is not None and end.failed == 1


def test_it_stops_when_the_visitor_cancels_or_leaves(services, session, pair):
    steps = compare(services, session, *pair, None, Options())
    next(steps)
    session.cancel()
    with pytest.raises(Canceled):
        list(steps)
    steps = compare(services, session, *pair, None, Options())
    next(steps)
    services.leave("visitor")
    with pytest.raises(Canceled):
        list(steps)
    assert not session.folder.exists()


@pytest.mark.parametrize(("files", "message"), [(0, text.NO_SOURCE), (1, text.NO_DRIVING_PICTURE)])
def test_what_is_missing_is_named(services, session, pair, files, message):
    given = [*pair[:files], None, None][:2]
    with pytest.raises(InputError, match=message):
        run(services, session, *given)


def test_a_ground_truth_that_was_deleted_is_said(services, session, pair):
    with pytest.raises(InputError, match="deleted after a long pause"):
        run(services, session, *pair, target="/nowhere/truth.png")


def test_loading_a_method_is_no_part_of_its_time(services, session, engine, pair):
    run(services, session, *pair)
    assert [call[0] for call in engine.calls] == ["warp", "warp", "other", "other"]
    run(services, session, *pair)
    assert len(engine.calls) == 6
    assert all(
        isinstance(step, Compared | ComparisonDone) for step in run(services, session, *pair)
    )
