"""What the landmark canvas calls: the right visitor, one line for errors, nobody waits for ever."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from demo import text_edit as words
from demo.components.landmark_canvas import LINES, template
from demo.desks import Desks
from demo.tabs import edit_remote
from demo.tabs.edit_remote import Remote
from reenact.errors import EditError
from reenact.geometry.handles import GROUPS
from reenact.geometry.presets import PRESETS
from reenact.geometry.sliders import SLIDERS


class Request:
    """What Gradio hands to a server function."""

    def __init__(self, session: str) -> None:
        self.session = session

    async def json(self) -> dict:
        return {"session_hash": self.session, "data": {}}


@pytest.fixture
def remote(services, engine) -> Remote:
    return Remote(services, Desks(engine))


def call(remote: Remote, message, session: str = "visitor") -> dict:
    step, _ = remote.functions()
    return asyncio.run(step(message, Request(session)))


def test_a_visitor_without_a_face_is_told_so(remote):
    assert call(remote, {"op": "undo"}) == {"error": words.GONE}


def test_each_visitor_reaches_their_own_desk(remote, monkeypatch):
    met = []

    def of(session):
        met.append(session)
        return SimpleNamespace(step=lambda message: {"seen": message})

    monkeypatch.setattr(remote.desks, "of", of)
    assert call(remote, {"op": "undo"}, "anna") == {"seen": {"op": "undo"}}
    assert call(remote, "nonsense", "ben") == {"seen": {}}
    assert met == [remote.services.sessions.get(name) for name in ("anna", "ben")]


def test_errors_are_one_line(remote, monkeypatch):
    def refuse(message):
        raise EditError("Nothing is selected. Select a point or a group first.")

    monkeypatch.setattr(remote.desks, "of", lambda session: SimpleNamespace(step=refuse))
    assert call(remote, {})["error"].startswith("Nothing is selected.")


def test_too_many_at_once_are_turned_away(remote, monkeypatch):
    monkeypatch.setattr(edit_remote, "MAX_WAITING", 0)
    assert call(remote, {"op": "undo"}) == {"error": words.BUSY}


def test_the_page_has_a_part_for_everything():
    page = template()
    for name in GROUPS:
        assert f'data-group="{name}"' in page
    for name in SLIDERS:
        assert f'data-slider="{name}"' in page
    for name in PRESETS:
        assert f'data-preset="{name}"' in page
    assert 'aria-live="polite"' in page and 'tabindex="0"' in page
    assert "${" not in page and "{{" not in page  # Gradio would fill these in
    assert all(0 <= index < 478 for line in LINES for index in line)
