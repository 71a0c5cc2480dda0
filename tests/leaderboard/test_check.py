"""A submission is accepted, or refused with every reason."""

from __future__ import annotations

import json

import pandas
import pytest

from leaderboard.check import check_folder
from leaderboard.store import load_entries
from reenact.errors import InputError
from reenact.terminal import run
from tests.leaderboard.records import change, save_drawn


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
        ({"pairs": "many"}, "`pairs` has the wrong type: str"),
        ({"pairs": True}, "`pairs` has the wrong type: bool"),
        ({"fingerprint": "000000000000"}, "it was measured by other rules"),
        ({"protocol": "nothing@1"}, "Protocol 'nothing' is unknown"),
        ({"method": "b"}, "must lie in self-reenactment@1/b/, got self-reenactment@1/a/"),
        ({"weights_sha256": {"a": "beef"}}, "must be 64 hexadecimal digits"),
        ({"metrics": {}}, "Metrics of the protocol are missing"),
        ({"metrics": {"ssim": 3}}, "`metrics.ssim` must be an object"),
        ({"metrics": {"ssim": {"mean": 3}}}, "`metrics.ssim.count` is missing"),
        ({"pairs": 61}, "must be 61 pairs, got 60"),
        ({"failures": [{"pair": "x", "metric": "ssim", "reason": "y"}]}, "failed pair is not in"),
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
        ({"count": 59}, "The rows have 60 values of ssim, the record says 59"),
        ({"interval_95": [0.9, 0.1]}, "must go from low to high"),
        ({"interval_95": [0.9]}, "must be two numbers"),
        ({"is_higher_better": False}, "is not this metric's direction"),
        ({"mean": None}, "is null although 60 pairs were measured"),
    ],
)
def test_wrong_figures_are_named(tmp_path, record, metric, says):
    metrics = json.loads(record.read_text())["metrics"]
    metrics["ssim"] |= metric
    change(record, metrics=metrics)
    assert says in reasons(tmp_path)


def test_nan_is_refused(tmp_path, record):
    record.write_text(record.read_text().replace('"seconds": 6.0', '"seconds": NaN'))
    assert "The record holds NaN" in reasons(tmp_path)


def test_a_corrupt_record_is_refused(tmp_path, record):
    record.write_text(record.read_text()[:100])
    assert "is no JSON that can be read" in reasons(tmp_path)


def test_rows_that_are_missing_or_cut_off_are_refused(tmp_path, record):
    rows = record.with_suffix(".parquet")
    rows.write_bytes(rows.read_bytes()[:300])
    assert "are cut off or no parquet file" in reasons(tmp_path)
    rows.unlink()
    assert "they are missing" in reasons(tmp_path)


def test_rows_of_other_figures_are_refused(tmp_path, record):
    rows = record.with_suffix(".parquet")
    table = pandas.read_parquet(rows)
    table.loc[0, "pair"] = "p1"
    table["psnr"] += 1
    table.to_parquet(rows)
    said = reasons(tmp_path)
    assert "A pair is in the rows twice" in said and "rows' mean of psnr" in said


def test_a_file_elsewhere_is_refused(tmp_path, record):
    for path in (record, record.with_suffix(".parquet")):
        path.rename(tmp_path / f"my-record{path.suffix}")
    said = reasons(tmp_path)
    assert "must lie in" in said and "must be 12 hexadecimal digits" in said


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
