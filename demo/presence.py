"""Whose page is open: Gradio's pages and clients keep a heartbeat open while they are there.

Gradio says when a heartbeat ends, but not when someone goes on without one: after a pause of the
network, or from a program that never had one. `Sessions.sweep` asks here before it waits an hour.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_HEARTBEAT = re.compile(r"/heartbeat/([^/]+)$")


class Presence:
    """How many heartbeats each visitor has open. Only the server's one loop changes it."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    def __contains__(self, session_id: str) -> bool:
        return session_id in self._open

    def arrive(self, session_id: str) -> None:
        """A heartbeat was opened."""
        self._open[session_id] += 1

    def depart(self, session_id: str) -> None:
        """A heartbeat ended."""
        self._open[session_id] -= 1
        if self._open[session_id] <= 0:
            del self._open[session_id]


class WatchHeartbeats:
    """ASGI middleware that tells `Presence` of heartbeats; everything passes through unchanged."""

    def __init__(self, app: ASGIApp, presence: Presence) -> None:
        self.app, self.presence = app, presence

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = _HEARTBEAT.search(scope.get("path", "")) if scope["type"] == "http" else None
        if found is None:
            await self.app(scope, receive, send)
            return
        self.presence.arrive(found[1])
        try:
            await self.app(scope, receive, send)
        finally:
            self.presence.depart(found[1])
