"""A submission is accepted, or refused with every reason."""

from __future__ import annotations

import json

import pandas
import pytest

from leaderboard.check import check_folder
from leaderboard.store import load_entries
from reenact.errors import InputError
from reenact.terminal import run
from tests.leaderboard.records import NAME, change, save_drawn


@pytest.fixture
def record(tmp_path):
    return save_drawn(tmp_path, "a")


def reasons(folder):
    return " ".join(r for verdict in check_folder(folder) for r in verdict.reasons)


def test_a_sound_record_is_accepted(tmp_path, record):
    assert reasons(tmp_path) == ""
    assert [entry.method for entry in load_entries(tmp_path)] == ["a"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"schema": 1}, "`schema` must be 2, got 1"),
        ({"pairs": True}, "must be True different pairs"),
        ({"seconds": "long"}, "`seconds` has the wrong type: str"),
        ({"command": None}, "`command` has the wrong type: NoneType"),
        ({"device": []}, "`device` has the wrong type: list"),
        ({"fingerprint": "000000000000"}, "it was measured by other rules"),
        ({"protocol": "nothing@1"}, "Unknown protocol 'nothing@1'"),
        ({"method": "b"}, f"must end in {NAME}/b/"),
        ({"weights_sha256": {"a": "beef"}}, "must be 64 hexadecimal digits"),
        ({"metrics": {}}, "are missing: ssim"),
        ({"metrics": {"ssim": 3}}, "wrong type"),
        ({"pairs": 61}, "must be 61 different pairs, got 60"),
        ({"failures": [{"pair": "x", "metric": "ssim", "reason": "y"}]}, "failed pair is not in"),
        ({"failures": ["x"]}, "failed pair is not in"),
        ({"pairs_sha256": "0" * 64}, "their hash is not `pairs_sha256`"),
        ({"is_partial": True}, "`is_partial` must be true where `limit` is given"),
    ],
)
def test_wrong_fields_are_named(tmp_path, record, changes, says):
    change(record, **changes)
    assert says in reasons(tmp_path)
    assert not list(load_entries(tmp_path))


@pytest.mark.parametrize(
    ("metric", "says"),
    [
        ({"mean": 0.9}, "rows' mean of ssim is 0.7"),
        ({"count": 59}, "the rows have 60 values of ssim, the record 59"),
        ({"count": "60"}, "the record 60"),
        ({"interval_95": [0.9, 0.1]}, "must go from low to high"),
        ({"interval_95": [0.9]}, "must be two numbers"),
        ({"is_higher_better": False}, "has the wrong direction"),
        ({"warning": None, "unit": 3}, "`metrics.ssim.unit` has the wrong type: int"),
    ],
)
def test_wrong_figures_are_named(tmp_path, record, metric, says):
    metrics = json.loads(record.read_text())["metrics"]
    metrics["ssim"] |= metric
    change(record, metrics=metrics)
    assert says in reasons(tmp_path)


def test_nan_is_refused(tmp_path, record):
    record.write_text(record.read_text().replace('"seconds": 6.0', '"seconds": NaN'))
    assert "must be finite or null, got NaN" in reasons(tmp_path)


def test_a_corrupt_record_is_refused(tmp_path, record):
    record.write_text(record.read_text()[:100])
    assert "must be whole JSON" in reasons(tmp_path)


def test_rows_that_are_missing_or_cut_off_are_refused(tmp_path, record):
    rows = record.with_suffix(".parquet")
    rows.write_bytes(rows.read_bytes()[:300])
    assert "is cut off or no parquet file" in reasons(tmp_path)
    rows.unlink()
    assert "is missing" in reasons(tmp_path)


def test_rows_of_other_figures_are_refused(tmp_path, record):
    rows = record.with_suffix(".parquet")
    table = pandas.read_parquet(rows)
    table.loc[0, "pair"] = "p001"
    table["psnr"] += 1
    table.to_parquet(rows, index=False)
    said = reasons(tmp_path)
    assert "different pairs" in said and "rows' mean of psnr" in said and "their hash" in said


def test_a_file_elsewhere_is_refused(tmp_path, record):
    for path in (record, record.with_suffix(".parquet")):
        path.rename(tmp_path / f"my-record{path.suffix}")
    assert "not 0 deep" in reasons(tmp_path)


def test_the_command_line_gives_reasons_and_exit_codes(tmp_path, record, capsys):
    from leaderboard.cli import app

    assert run(app, "leaderboard", ["check", str(tmp_path)]) == 0
    assert "All 1 records are accepted." in capsys.readouterr().out
    change(record, schema=1)
    assert run(app, "leaderboard", ["check", str(tmp_path)]) == 2
    both = capsys.readouterr()
    assert "REFUSED" in both.out and "`schema` must be 2" in both.out
    assert both.err.strip() == "1 of 1 records are refused, for the reasons above."


def test_an_empty_folder_says_how_to_make_records(tmp_path):
    with pytest.raises(InputError, match="holds no records. Make some"):
        check_folder(tmp_path)
    with pytest.raises(InputError, match="must be a folder"):
        check_folder(tmp_path / "gone")


def test_the_projects_own_records_are_all_accepted():
    from leaderboard.store import RESULTS

    if not RESULTS.is_dir():
        pytest.skip("no records yet")
    assert [v for v in check_folder(RESULTS) if not v.is_accepted] == []
