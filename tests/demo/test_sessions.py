import os
from pathlib import Path

import pytest

from demo.sessions import Sessions


class Camera:
    is_closed = False

    def close(self):
        self.is_closed = True


def test_leaving_removes_results_and_uploads_and_stops_everything(services, upload):
    session = services.sessions.get("a")
    result = session.request_folder() / "out.png"
    result.write_bytes(b"x")
    picture = Path(upload(b"mine"))
    services.sessions.note_upload(session, picture)
    camera = Camera()
    session.set_live(camera)
    with session.job() as stop:
        services.sessions.close("a")
        assert stop.is_set()
    assert camera.is_closed
    assert not result.exists()
    assert not picture.exists()
    assert not any(p.is_file() for p in services.sessions.cache.rglob("*"))


def test_a_file_that_two_visitors_uploaded_stays_until_both_have_left(services, upload):
    picture = Path(upload(b"same"))
    for name in ("a", "b"):
        services.sessions.note_upload(services.sessions.get(name), picture)
    services.sessions.close("a")
    assert picture.exists()
    services.sessions.close("b")
    assert not picture.exists()


def test_nothing_outside_the_upload_folder_is_ever_deleted(tmp_path, services):
    precious = tmp_path / "precious.png"
    precious.write_bytes(b"x")
    beside = services.sessions.cache / "not_a_hash" / "x.png"
    beside.parent.mkdir()
    beside.write_bytes(b"x")
    session = services.sessions.get("a")
    for path in (precious, beside, services.sessions.cache / ".." / "precious.png", None):
        services.sessions.note_upload(session, path)
    services.sessions.close("a")
    assert precious.exists()
    assert beside.exists()


def test_folders_of_two_visitors_cannot_be_guessed_from_each_other(services):
    first, second = (services.sessions.get(name) for name in "ab")
    assert first.folder != second.folder
    assert "a" != first.folder.name
    assert len(first.folder.name) >= 20


def test_only_the_newest_results_are_kept(cache):
    session = Sessions(cache, keep=2).get("a")
    folders = [session.request_folder() for _ in range(4)]
    assert [f.exists() for f in folders] == [False, False, True, True]


def test_visitors_who_never_said_goodbye_are_swept(services):
    session = services.sessions.get("a")
    folder = session.request_folder()
    services.sessions.get("b")
    session.last_used -= 100
    services.sessions.sweep(older_than_s=50)
    assert not folder.exists()
    assert len(services.sessions) == 1


def test_uploads_that_broke_off_are_swept(services):
    part = services.sessions.cache / "tmpabc"
    part.write_bytes(b"half a picture")
    services.sessions.sweep(older_than_s=50)
    assert part.exists()
    os.utime(part, (1, 1))
    services.sessions.sweep(older_than_s=50)
    assert not part.exists()


def test_a_visitor_who_left_gets_no_new_folder_and_no_running_job(services):
    session = services.sessions.get("a")
    services.sessions.close("a")
    with pytest.raises(RuntimeError):
        session.request_folder()
    with session.job() as stop:
        assert stop.is_set()
    camera = Camera()
    session.set_live(camera)
    assert camera.is_closed
