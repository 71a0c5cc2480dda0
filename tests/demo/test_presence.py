"""Who is there, and what goes when nobody is."""

from __future__ import annotations

import asyncio
import time

from demo.presence import Presence, WatchHeartbeats


def call(presence: Presence, path: str) -> list[bool]:
    """Whether "abc" was there while the app answered, and after."""
    seen = []

    async def app(scope, receive, send) -> None:
        seen.append("abc" in presence)
        if "breaks" in path:
            raise ConnectionError

    async def visit() -> None:
        try:
            await WatchHeartbeats(app, presence)({"type": "http", "path": path}, None, None)
        except ConnectionError:
            pass

    asyncio.run(visit())
    return [*seen, "abc" in presence]


def test_a_visitor_is_there_while_a_heartbeat_is_open():
    assert call(Presence(), "/space/gradio_api/heartbeat/abc") == [True, False]
    assert call(Presence(), "/breaks/gradio_api/heartbeat/abc") == [True, False]
    assert call(Presence(), "/gradio_api/queue/join") == [False, False]


def test_one_of_two_heartbeats_is_enough():
    presence = Presence()
    presence.arrive("abc"), presence.arrive("abc"), presence.depart("abc")
    assert "abc" in presence
    presence.depart("abc")
    assert "abc" not in presence


def aged(services, name: str, seconds: float):
    session = services.sessions.get(name)
    session.last_used = time.monotonic() - seconds
    return session


def test_who_goes_on_without_a_heartbeat_is_cleaned_up_after_a_short_while(services):
    gone, there, works = (aged(services, name, 130) for name in ("gone", "there", "works"))
    fresh = aged(services, "fresh", 10)
    services.sessions.presence.arrive("there")
    with works.job():
        services.sessions.sweep(3600, away_s=120)
        assert [s.is_closed for s in (gone, there, works, fresh)] == [True, False, False, False]
    services.sessions.sweep(3600, away_s=120)
    assert works.is_closed and not there.is_closed
    there.last_used -= 3600
    services.sessions.sweep(3600, away_s=120)
    assert there.is_closed
