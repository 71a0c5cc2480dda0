"""Two visitors with the same picture: who leaves first takes nothing from who still waits."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path

import pytest

from demo.uploads import NoteUploads


def ask(sessions, session_id: str, *paths: str, at="/gradio_api/queue/join", parts=1) -> bytes:
    """A request that names files; what the app got."""
    data = [{"path": path, "meta": {"_type": "gradio.FileData"}} for path in paths]
    body = json.dumps({"data": [*data, 'a "quoted" word'], "session_hash": session_id}).encode()
    size = -(-len(body) // parts)
    chunks = [body[start : start + size] for start in range(0, len(body), size)]
    messages = [
        {"type": "http.request", "body": chunk, "more_body": number + 1 < len(chunks)}
        for number, chunk in enumerate(chunks)
    ]
    got = []

    async def receive():
        return messages.pop(0)

    async def app(scope, receive, send):
        more = True
        while more:
            message = await receive()
            got.append(message["body"])
            more = message["more_body"]

    asyncio.run(NoteUploads(app, sessions)({"type": "http", "path": at}, receive, None))
    assert b"".join(got) == body
    return body


@pytest.mark.parametrize("parts", [1, 3])
def test_a_file_stays_while_someone_waits_with_it(services, upload, gray, parts):
    path = upload(gray, 'my "best" face.png')
    ask(services.sessions, "first", path, parts=parts)
    ask(services.sessions, "waits", path, parts=parts)
    services.leave("first")
    assert Path(path).exists()
    services.leave("waits")
    assert not Path(path).exists()


def test_other_requests_and_other_files_are_left_alone(services, upload, gray):
    path = upload(gray)
    ask(services.sessions, "a", path, at="/gradio_api/queue/data")
    ask(services.sessions, "b", "/etc/passwd", "relative.png")
    ask(services.sessions, "c")
    for name in "abc":
        assert services.sessions.get(name).uploads == set()


def test_a_file_that_another_visitor_uploads_again_stays_for_them(services, upload, gray):
    path = upload(gray)
    ask(services.sessions, "first", path)
    later = time.time() + 1
    os.utime(path, (later, later))
    services.leave("first")
    assert Path(path).exists()


def test_and_goes_with_the_last_visitor_whoever_asked_last(services, upload, gray):
    path = upload(gray)
    for name in ("early", "late"):
        os.utime(path)
        ask(services.sessions, name, path)
    services.leave("late")
    services.leave("early")
    assert not Path(path).exists()
