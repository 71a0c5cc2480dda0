"""Ranks with ties, failed pairs, and records that must not meet."""

from __future__ import annotations

import pytest

from bench.metrics import METRICS
from leaderboard.board import make_boards, sorted_rows
from leaderboard.store import Entry, load_entries, read_record
from tests.leaderboard.records import NAME, save_drawn


def boards(folder):
    return make_boards(load_entries(folder))


def cells(board, metric):
    return {row.label: row.cells[metric] for row in board.rows}


def test_better_beyond_doubt_ranks_before_and_the_rest_is_tied(tmp_path):
    save_drawn(tmp_path, "good", shift=1.0, seed=1)
    save_drawn(tmp_path, "same", shift=1.0, seed=2)
    save_drawn(tmp_path, "bad", shift=-2.0, seed=3)
    (board,) = boards(tmp_path)
    found = cells(board, "ssim")
    assert (found["good"].rank, found["same"].rank, found["bad"].rank) == (1, 1, 3)
    assert found["good"].tied_with == ("same/" + board_stem(board, "same"),)
    assert found["bad"].stars == "**"
    assert found["good"].stars == found["same"].stars == ""
    assert [row.label for row in board.rows][-1] == "bad"


def board_stem(board, label):
    return next(row.entry.path.stem for row in board.rows if row.label == label)


def test_failed_pairs_count_as_the_worst(tmp_path):
    save_drawn(tmp_path, "whole", shift=0.0)
    save_drawn(tmp_path, "breaks", shift=0.3, failed=range(20))
    (board,) = boards(tmp_path)
    found = cells(board, "ssim")
    assert found["whole"].rank == 1 and found["breaks"].rank == 2
    assert found["breaks"].failures == 20
    kept = 0.7 * 40
    worst = METRICS["ssim"].when_failed
    assert found["breaks"].value == pytest.approx((kept + 20 * worst) / 60, abs=0.02)
    assert found["breaks"].low < found["breaks"].value < found["breaks"].high
    assert cells(board, "failed_pairs")["breaks"].value == 20


def test_partial_records_are_shown_and_never_ranked(tmp_path):
    save_drawn(tmp_path, "a")
    save_drawn(tmp_path, "b", shift=-1)
    save_drawn(tmp_path, "part", shift=5, is_partial=True, limit=2)
    (board,) = boards(tmp_path)
    found = cells(board, "ssim")
    assert found["part"].rank is None and found["part"].value is not None
    assert found["a"].rank == 1
    assert next(row for row in board.rows if row.label == "part").marks == ("partial",)


def test_other_fingerprints_are_on_other_boards(tmp_path):
    path = save_drawn(tmp_path, "a")
    old = save_drawn(tmp_path, "b", fingerprint="0" * 12)
    entries = [Entry(read_record(p), p) for p in (path, old)]
    found = make_boards(entries)
    assert [[row.label for row in board.rows] for board in found] == [["a"], ["b"]]
    assert [board.is_current for board in found] == [True, False]
    assert found[1].title == f"{NAME} (older: 000000000000)"
    from leaderboard.board import make_board

    with pytest.raises(AssertionError, match="must not mix"):
        make_board(entries)


def test_a_method_with_two_records_is_told_apart(tmp_path):
    save_drawn(tmp_path, "a", seed=1)
    save_drawn(tmp_path, "a", seed=2)
    (board,) = boards(tmp_path)
    labels = {row.label for row in board.rows}
    assert len(labels) == 2 and all(label.startswith("a ") for label in labels)


def test_what_was_not_computed_says_why(tmp_path):
    path = save_drawn(tmp_path, "a")
    record = read_record(path)
    record["metrics"]["ssim"] |= {
        "mean": None,
        "interval_95": [None, None],
        "count": 0,
        "not_computed": "run `python -m bench weights x`",
    }
    (board,) = make_boards([Entry(record, path)])
    cell = cells(board, "ssim")["a"]
    assert cell.value is None and "bench weights x" in cell.note


def test_sorting_puts_the_best_first_and_absent_figures_last(tmp_path):
    for number, name in enumerate("abc"):
        save_drawn(tmp_path, name, shift=number)
    (board,) = boards(tmp_path)
    column = board.column("landmark_distance")
    assert [row.label for row in sorted_rows(board.rows, column)] == ["c", "b", "a"]
    assert [r.label for r in sorted_rows(board.rows, column, reverse=True)] == ["a", "b", "c"]


def test_speed_is_the_methods_own_time_a_pair(tmp_path):
    save_drawn(tmp_path, "a", seconds=6.0)
    (board,) = boards(tmp_path)
    assert cells(board, "ms_a_pair")["a"].value == pytest.approx(100)
