"""The papers' protocols as data: each table is there, listed, documented, and tells where to go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bench.cli import app
from bench.metrics import METRICS
from bench.protocol import load_protocol, programs, protocol_names
from reenact.errors import InputError
from reenact.registry import method_names

TABLES = {
    *("freenet-table1", "freenet-table2", "freenet-table3", "landmarkgan-table1"),
    *("stylefusion-table1", "g2gan-table2-oulu", "g2gan-table3-oulu", "gcgan-table2"),
    *(f"g2gan-table1-{way}-{s}" for way in ("synthesis", "removal") for s in ("ckplus", "oulu")),
    *(f"g2gan-table4-{s}" for s in ("ckplus", "oulu", "multipie")),
    *(f"gcgan-table1-{s}" for s in ("multipie", "ckplus", "bu4dfe")),
    "gcgan-figure3",
}
PAPERS = ("freenet", "landmarkgan", "stylefusion", "g2gan", "gcgan")
DOCS = Path(__file__).resolve().parents[2] / "docs" / "benchmark.md"


def papers_protocols():
    named = [load_protocol(name) for name in protocol_names()]
    return [p for p in (*named, *programs()) if p.name.startswith(PAPERS)]


def test_every_table_is_listed_with_its_command():
    listed = CliRunner().invoke(app, ["list", "--json"])
    rows = {row["name"]: row for row in json.loads(listed.stdout)}
    assert set(rows) >= TABLES
    assert rows["freenet-table1"]["command"] == "python -m bench run freenet-table1"
    assert rows["freenet-table3"]["command"] == "python -m bench.ulc"
    assert rows["freenet-table2"]["command"] == "python -m bench efficiency"
    assert len({row["fingerprint"] for row in rows.values()}) == len(rows)


def test_what_has_a_program_of_its_own_says_so():
    with pytest.raises(InputError, match="Run: python -m bench.ulc$"):
        load_protocol("freenet-table3")


def test_programs_are_commands_that_exist():
    for name in ("efficiency",):
        assert CliRunner().invoke(app, [name, "--help"]).exit_code == 0


@pytest.mark.parametrize("protocol", papers_protocols(), ids=lambda p: p.name)
def test_each_says_where_its_data_are_and_measures_known_things(protocol):
    is_open = protocol.name in ("freenet-table2", "freenet-table3", "stylefusion-table1")
    assert is_open or "https://" in protocol.data
    assert set(protocol.metrics) <= {*METRICS, "ace_px"}
    per_picture = [n for n in protocol.metrics if n in METRICS and METRICS[n].per != "method"]
    assert not per_picture or "detection_failure_rate" in protocol.metrics


@pytest.mark.parametrize("protocol", papers_protocols(), ids=lambda p: p.name)
def test_no_protocol_names_a_method(protocol):
    told = json.dumps(protocol.settings)
    assert not [name for name in method_names() if f'"{name}"' in told]


def test_every_protocol_is_documented():
    text = DOCS.read_text(encoding="utf-8")
    for protocol in papers_protocols():
        stem = protocol.name
        while f"`{stem}" not in text and "-" in stem:
            stem = stem.rsplit("-", 1)[0]
        assert stem.count("-") >= 1, protocol.name
    folders = {p.data_folder for p in papers_protocols()} - {""}
    assert all(f"`{folder}`" in text for folder in folders)
    shown = [name for name in protocol_names() if not name.startswith(PAPERS)]
    assert all(f"`{name}`" in text for name in shown)
