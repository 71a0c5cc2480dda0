"""*Use as source*: a copy goes to every place, and outlives the result."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from demo import text
from demo.components.carry import carried


def test_a_result_goes_to_every_place_and_stays_when_the_result_goes(services, session, tmp_path):
    site = SimpleNamespace(services=services)
    result = session.request_folder() / "me_warp.png"
    result.write_bytes(b"pixels")
    updates = carried(site, str(result), "visitor", ["one", "two"], "line")
    assert updates["one"] == updates["two"] != str(result)
    for _ in range(session.results_kept + 1):
        session.request_folder()
    assert not result.exists()
    assert Path(updates["one"]).read_bytes() == b"pixels"
    assert Path(updates["one"]).name == "me_warp.png"
    services.leave("visitor")
    assert not Path(updates["one"]).exists()


def test_a_result_that_is_gone_is_said(services):
    site = SimpleNamespace(services=services)
    assert text.GONE in carried(site, "/gone.png", "visitor", ["one"], "line")["line"]
    assert "one" not in carried(site, None, "visitor", ["one"], "line")


def test_copies_do_not_pile_up(session, tmp_path):
    file = tmp_path / "me.png"
    file.write_bytes(b"pixels")
    copies = [session.keep(file) for _ in range(session.results_kept + 2)]
    assert [copy.exists() for copy in copies].count(True) == session.results_kept
