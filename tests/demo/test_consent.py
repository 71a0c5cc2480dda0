"""Nothing of a visitor's own is used before they agree; examples and results need no word."""

from types import SimpleNamespace

import numpy as np
import pytest

from demo import text_media as words
from demo.app import build
from demo.components.markup import status
from demo.config import DemoConfig
from demo.examples import find_examples
from demo.services import ConsentError, Services
from demo.sessions import Sessions
from reenact.errors import InputError
from reenact.types import Options
from tests.demo.stand_in import StandIn


@pytest.fixture
def services(cache):
    return Services(StandIn(), Sessions(cache), DemoConfig())


@pytest.fixture
def session(services):
    return services.sessions.get("visitor")


def run(services, session, source, driving):
    return services.picture(session, source, driving, "warp", Options())


def test_an_own_picture_is_not_touched_before_the_word(services, session, upload, gray):
    source, driving = upload(gray), upload(gray + 1)
    with pytest.raises(ConsentError, match="Before your own pictures are used, tick"):
        run(services, session, source, driving)
    with pytest.raises(ConsentError):
        services.faces(session, source, name="source", is_clip=False)
    with pytest.raises(ConsentError):
        next(services.clip(session, source, driving, "warp", Options()))
    assert services.engine.calls == []
    services.leave("visitor")
    assert not list(services.sessions.cache.rglob("*.png")), "it goes all the same"


def test_once_is_enough_for_the_whole_session(services, session, upload, gray):
    services.sessions.agree("visitor")
    assert run(services, session, upload(gray), upload(gray + 1)).file.is_file()
    assert run(services, session, upload(gray + 2), upload(gray + 3)).file.is_file()


def test_it_can_be_taken_back_and_is_one_visitors_own(services, session, upload, gray):
    services.sessions.agree("visitor")
    with pytest.raises(ConsentError):
        run(services, services.sessions.get("another"), upload(gray), upload(gray + 1))
    services.sessions.agree("visitor", False)
    with pytest.raises(ConsentError):
        run(services, session, upload(gray), upload(gray + 1))


def test_examples_and_own_results_work_without(services, session):
    example = next(e for e in find_examples() if not e.is_clip)
    done = run(services, session, str(example.source), str(example.driving))
    assert run(services, session, str(done.file), str(example.driving)).file.is_file()


def test_a_camera_is_an_own_picture_too(services, session, gray):
    example = next(e for e in find_examples() if not e.is_clip)
    with pytest.raises(ConsentError):
        services.live(session, gray, str(example.source), "warp", Options())


def test_it_outlives_a_pause_but_not_the_visit(services, session, upload, gray):
    services.sessions.agree("visitor")
    services.sessions.sweep(-1)
    assert len(services.sessions) == 0
    assert services.sessions.get("visitor").has_agreed
    services.leave("visitor")
    assert not services.sessions.get("visitor").has_agreed


def test_the_owner_may_do_without(cache, upload, gray):
    services = Services(StandIn(), Sessions(cache), DemoConfig(consent=False))
    assert run(services, services.sessions.get("v"), upload(gray), upload(gray + 1)).file.is_file()


def test_the_owners_switches_are_variables_of_the_environment():
    config = DemoConfig.from_environ({"REENACT_CONSENT": "off", "REENACT_WATERMARK": "off"})
    assert (config.consent, config.watermark, config.credentials) == (False, False, True)
    assert not config.marking.watermark
    with pytest.raises(InputError, match="`REENACT_CONSENT` must be on or off, got 'maybe'"):
        DemoConfig.from_environ({"REENACT_CONSENT": "maybe"})


def test_the_page_shows_the_line_and_links_to_it(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", "")
    page = build(engine=StandIn(), folder=tmp_path).page
    labels = [getattr(block, "label", "") for block in page.blocks.values()]
    assert words.CONSENT in labels
    assert 'href="#consent"' in status(words.CONSENT_FIRST, "error")
    assert "href" not in status("Another error.", "error")


def test_what_programs_call_needs_no_box(services):
    """The endpoints say in their description that calling them is the word."""
    from demo import text
    from demo.components.api import _session

    made = _session(services, SimpleNamespace(session_hash="program"))
    assert made.has_agreed
    for about in (text.API_PICTURE_ABOUT, text.API_CLIP_ABOUT):
        assert "By calling it you say that the people shown agree" in about.replace("  ", " ")


def test_outputs_of_the_demo_carry_what_the_config_says(cache, upload, gray):
    from PIL import Image

    off = DemoConfig(consent=False, credentials=False, watermark=False)
    services = Services(StandIn(), Sessions(cache), off)
    done = run(services, services.sessions.get("v"), upload(gray), upload(gray + 1))
    with Image.open(done.file) as image:
        assert np.array_equal(np.asarray(image), 255 - gray)
        assert image.info == {}
