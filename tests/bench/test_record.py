"""A record lies where its content says, and nothing that is wrong with it goes unsaid."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas
import pytest

from bench.protocol import find_protocol, load_protocol
from bench.record import check_record, make_record, save_record
from bench.runner import run
from reenact.errors import InputError, UnknownNameError
from tests.bench.small import Tinted, make_pairs, stub

PROTOCOL = replace(load_protocol("expression-synthesis@1"), metrics=("ssim", "l1"))


@pytest.fixture(scope="module")
def done(portrait, portrait_face):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bench.runner.pairs", stub(make_pairs(portrait, portrait_face)))
        (done,) = run(PROTOCOL, [Tinted(fails=(4,))], Path("."))
    return done


@pytest.fixture
def path(done, tmp_path, monkeypatch):
    monkeypatch.setattr("bench.record_check.find_protocol", lambda name: PROTOCOL)
    return save_record(make_record(PROTOCOL, done, None), done, tmp_path)


def change(path, **fields):
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def test_a_record_and_its_rows_lie_where_they_say(path, tmp_path):
    assert path.parent == tmp_path / "expression-synthesis@1" / "tinted"
    assert len(path.stem) == 12
    assert check_record(path) == []
    record = json.loads(path.read_text(encoding="utf-8"))
    assert {"command", "commit", "device", "versions", "time"} <= set(record)
    assert (record["pairs"], record["metrics"]["ssim"]["count"]) == (9, 8)
    rows = pandas.read_parquet(path.with_suffix(".parquet"))
    assert list(rows["pair"]) == [f"p{i}" for i in range(9)]
    assert rows["failure_ssim"][3] == "Not this one."
    assert rows["ssim"].isna().sum() == 1
    assert rows["ssim"].mean() == pytest.approx(record["metrics"]["ssim"]["mean"], abs=1e-6)


def test_the_same_figures_have_the_same_name(done, path, tmp_path):
    again = save_record(make_record(PROTOCOL, done, None), done, tmp_path)
    assert again == path
    partial = save_record(make_record(PROTOCOL, done, 3), done, tmp_path)
    assert partial != path
    record = json.loads(partial.read_text())
    assert record["is_partial"] and record["limit"] == 3
    assert check_record(partial) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"schema": 1}, "`schema` must be 2, got 1"),
        ({"fingerprint": "0" * 12}, "measured by other rules"),
        ({"method": "other"}, "the path must end in"),
        ({"weights_sha256": {"a": "none"}}, "64 hexadecimal digits"),
        ({"limit": 3}, "`is_partial` must be true"),
        ({"pairs_sha256": "0" * 64}, "their hash is not `pairs_sha256`"),
        ({"pairs": 8}, "must be 8 different pairs, got 9"),
        ({"metrics": {}}, "metrics of expression-synthesis@1 are missing: ssim, l1"),
        ({"metrics": 3}, "wrong type"),
    ],
)
def test_changed_records_are_refused(path, fields, said):
    change(path, **fields)
    assert any(said in problem for problem in check_record(path)), check_record(path)


def test_a_better_mean_than_that_of_the_rows_is_refused(path):
    metrics = json.loads(path.read_text())["metrics"]
    metrics["ssim"]["mean"] = 0.99
    change(path, metrics=metrics)
    (problem,) = check_record(path)
    assert "the rows' mean of ssim is" in problem and "not 0.99" in problem


def test_broken_files_are_refused_in_one_line(path):
    rows, text = path.with_suffix(".parquet"), path.read_text()
    whole = rows.read_bytes()
    rows.write_bytes(whole[: len(whole) // 2])  # an interrupted copy
    assert check_record(path) == [
        f"{path.name}: the rows must be whole, {rows.name} is cut off or no parquet file."
    ]
    rows.unlink()
    assert "is missing" in check_record(path)[0]
    path.write_text(text[:200])
    assert check_record(path) == [f"{path.name}: the record must be whole JSON, it cannot be read."]
    path.write_text(text.replace('"seconds": ', '"seconds": NaN, "was": '))
    assert check_record(path) == [f"{path.name}: numbers must be finite or null, got NaN."]


def test_mixed_fingerprints_are_refused(done, path, tmp_path):
    record = make_record(replace(PROTOCOL, settings={"seed": 1}), done, None)
    with pytest.raises(InputError, match="must have one fingerprint") as error:
        save_record(record, done, tmp_path)
    assert "\n" not in str(error.value)


RECORDS = sorted((Path(__file__).parents[2] / "leaderboard" / "results").rglob("*.json"))


def test_committed_records_are_whole():
    assert RECORDS
    assert [problem for path in RECORDS for problem in check_record(path)] == []


def test_versions_are_found_by_name():
    assert find_protocol("self-reenactment@2") == load_protocol("self-reenactment")
    with pytest.raises(UnknownNameError):
        find_protocol("self-reenactment@9")


def test_committed_protocols_of_old_records_have_not_changed():
    """What these names mean may never change; a new meaning is a new version."""
    known = {
        "self-reenactment@1": "65a7cd1cc9c7",
        "expression-synthesis@1": "e60f79f9b4d3",
    }
    assert {name: find_protocol(name).fingerprint for name in known} == known
