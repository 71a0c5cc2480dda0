"""*Make neutral*: offered where it works, marked as every result, refused in one line."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from demo.config import DemoConfig
from demo.engine import Engine
from demo.services import Services
from demo.sessions import Sessions
from demo.tabs.removal import RemovalHandlers
from reenact.media.verify import verify
from tests.demo.stand_in import StandIn
from tests.demo.test_handlers import Parts, visitor


@pytest.fixture
def handlers(services):
    return RemovalHandlers(services, None, Parts(), Parts())


def test_the_button_is_there_for_methods_that_remove_expressions(handlers):
    assert handlers.offer("other")["make_neutral"]["visible"] is True
    assert handlers.offer("warp")["make_neutral"]["visible"] is False


def test_methods_say_themselves_whether_they_remove_expressions():
    offered = [name for name in ("warp", "g2gan", "gcgan") if Engine().removes_expressions(name)]
    assert offered == ["g2gan"]


def test_the_result_is_shown_as_a_picture_and_marked(handlers, engine, upload, gray):
    first, last = list(handlers.remove(upload(gray), "other", 0, visitor()))
    assert "busy" in first["status"]
    assert first["make_neutral"]["interactive"] is False
    assert last["make_neutral"]["interactive"] is True
    assert last["tabs"]["selected"] == "picture"
    assert last["kind"] == "picture"
    assert last["file"].endswith("me_other.png")
    assert np.asarray(Image.open(last["file"]).convert("RGB")).mean() > 150  # 255 - 90
    assert engine.calls == [("other", "neutral", 0)]
    assert verify(last["file"]).verdict == "here"


def test_what_is_missing_is_said_in_one_line(handlers, upload, gray):
    for source in (None, upload(gray * 0)):
        *_, last = handlers.remove(source, "other", "largest", visitor())
        assert 'role="alert"' in last["status"]
        assert set(last) == {"status", "make_neutral"}


def test_nothing_is_made_of_a_visitors_own_picture_before_they_agree(cache, upload, gray):
    engine = StandIn()
    asking = Services(engine, Sessions(cache), DemoConfig(consent=True))
    handlers = RemovalHandlers(asking, SimpleNamespace(), Parts(), Parts())
    *_, last = handlers.remove(upload(gray), "other", "largest", visitor())
    assert 'role="alert"' in last["status"]
    assert engine.calls == []
