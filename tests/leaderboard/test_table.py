"""Exports: the same figures in every format, marks, and nothing that breaks the format."""

from __future__ import annotations

import csv
import io
import json

import pytest

from leaderboard.board import make_boards
from leaderboard.printed import figures, printed_for, printed_tables
from leaderboard.store import load_entries
from leaderboard.table import FORMATS, export, export_printed, tex
from reenact.terminal import run
from tests.leaderboard.records import change, save_drawn


@pytest.fixture
def folder(tmp_path):
    save_drawn(tmp_path, "good_one", shift=2.0, seed=1)
    save_drawn(tmp_path, "bad", shift=-2.0, seed=2, data_seen_in_training=True)
    return tmp_path


@pytest.fixture
def board(folder):
    (board,) = make_boards(load_entries(folder))
    return board


def test_csv_has_every_figure(board):
    rows = list(csv.DictReader(io.StringIO(export(board, "csv"))))
    assert [row["method"] for row in rows] == ["good_one", "bad"]
    cell = board.rows[0].cells["ssim"]
    assert float(rows[0]["ssim"]) == cell.value
    assert float(rows[0]["ssim_low"]) == cell.low
    assert (rows[0]["ssim_rank"], rows[1]["ssim_rank"]) == ("1", "2")
    assert float(rows[1]["ssim_p_against_best"]) < 0.01
    assert rows[1]["marks"] == "seen"


def test_markdown_marks_the_best_and_the_worse(board):
    text = export(board, "markdown")
    cell = board.rows[0].cells["ssim"]
    assert f"**{cell.value:.3f}** [{cell.low:.3f}, {cell.high:.3f}]" in text
    assert f"{board.rows[1].cells['ssim'].value:.3f}\\*\\* [" in text
    assert "| bad† |" in text and "† its weights were trained on these data" in text
    widths = {line.count("|") for line in text.splitlines() if line.startswith("|")}
    assert len(widths) == 1


def test_latex_escapes_and_balances(board):
    text = export(board, "latex")
    assert r"good\_one" in text and r"\textbf{" in text and "$^{**}$" in text
    assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")
    body = [line for line in text.splitlines() if line.endswith(r"\\")]
    assert {line.count(" & ") for line in body} == {len(board.measured)}
    assert tex("50 % & a_b") == r"50 \% \& a\_b"


def test_only_chosen_rows_and_columns_are_exported(board):
    text = export(board, "csv", board.rows[1:], [board.column("psnr")])
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["method"] == "bad" and "ssim" not in row


def test_all_printed_figures_are_in_and_always_marked(tmp_path):
    assert sum(len(table.cells) for table in printed_tables()) == len(figures()) == 157
    for table in printed_tables():
        for kind in FORMATS:
            text = export_printed(table, kind)
            assert "eported" in text
            assert all(figure.text in text for figure in table.cells.values())


@pytest.mark.shared
def test_printed_figures_are_the_shared_ones():
    from leaderboard.printed import FOLDER, PAPERS
    from tests.bench.conftest import SHARED

    source = SHARED.parent / "papers" / "reported.csv"
    if not source.is_file():
        pytest.skip(f"needs {source}")
    wanted = sorted(source.read_text().splitlines()[1:])
    ours = [
        line for paper in PAPERS for line in (FOLDER / f"{paper}.csv").read_text().splitlines()[1:]
    ]
    assert sorted(ours) == wanted


def test_freenets_table_is_as_printed():
    table = printed_for("freenet-table1@3")
    column = next(c for c in table.columns if c[1] == "ssim")
    assert table.cells["freenet", column].text == "0.717"
    assert printed_for("freenet-table1-held-out@1") is table
    assert printed_for("gcgan-figure3@1").table == "fig3"
    assert printed_for("self-reenactment@1") is None


def test_the_command_line_shows_boards_and_printed_tables(folder, capsys):
    from leaderboard.cli import app

    place = ["--folder", str(folder)]
    assert run(app, "leaderboard", ["show", *place]) == 0
    out = capsys.readouterr().out
    assert "good_one" in out and "reported:freenet-table1" in out
    assert run(app, "leaderboard", ["show", "self-reenactment", "--latex", *place]) == 0
    assert capsys.readouterr().out.startswith("% needs")
    assert run(app, "leaderboard", ["show", "reported:gcgan-table1", "--csv"]) == 0
    assert "reported: GC-GAN" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("show nothing", "Unknown board 'nothing'"),
        ("show --csv", "`PROTOCOL` must be named"),
        ("show self-reenactment --csv --latex", "Use one of"),
        ("show --folder gone", "must be a folder"),
    ],
)
def test_wrong_command_lines_get_one_line(line, says, capsys):
    from leaderboard.cli import app

    assert run(app, "leaderboard", line.split()) == 2
    error = capsys.readouterr().err.strip()
    assert says in error and "\n" not in error


def test_columns_that_nobody_has_are_left_out_and_explained(tmp_path):
    path = save_drawn(tmp_path, "a")

    metrics = json.loads(path.read_text())["metrics"]
    metrics["fid"] |= {
        "mean": None,
        "interval_95": [None, None],
        "count": 0,
        "not_computed": "run `python -m bench weights fid`.",
    }
    change(path, metrics=metrics)
    (board,) = make_boards(load_entries(tmp_path))
    text = export(board, "markdown")
    assert "FID ↓" not in text and "FID: not computed: run `python -m bench weights fid`." in text
    assert "fid" in [column.name for column in board.columns]
