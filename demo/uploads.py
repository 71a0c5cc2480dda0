"""Uploads belong to a visitor from the moment a run is asked for, not only when its turn comes.

Gradio names uploads by their content: two visitors with the same picture share a file. Were it
noted only when a run begins, whoever leaves first would take it from the one who still waits.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from demo.sessions import Sessions

_PATH = re.compile(rb'"path"\s*:\s*("(?:[^"\\]|\\.)*")')
_SESSION = re.compile(rb'"session_hash"\s*:\s*("(?:[^"\\]|\\.)*")')


class NoteUploads:
    """ASGI middleware: reads which files a visitor's request names; nothing is changed."""

    def __init__(self, app: ASGIApp, sessions: Sessions) -> None:
        self.app, self.sessions = app, sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope.get("path", "").endswith("/queue/join"):
            await self.app(scope, receive, send)
            return
        messages, body = [], b""
        while not messages or messages[-1].get("more_body"):
            messages.append(await receive())
            body += messages[-1].get("body", b"")
        self._note(body)

        async def again() -> Message:
            return messages.pop(0) if messages else await receive()

        await self.app(scope, again, send)

    def _note(self, body: bytes) -> None:
        sessions = _SESSION.findall(body)
        paths = [path for path in map(_text, _PATH.findall(body)) if path]
        if sessions and paths:
            session = self.sessions.get(_text(sessions[-1]))
            for path in paths:
                self.sessions.note_upload(session, path)


def _text(found: bytes) -> str:
    """A JSON string's text; empty where it is none."""
    try:
        return json.loads(found)
    except ValueError:
        return ""
