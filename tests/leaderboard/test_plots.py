"""Quality against speed."""

from __future__ import annotations

import pytest

from leaderboard.board import make_boards
from leaderboard.plots import quality_against_speed
from leaderboard.store import load_entries
from tests.leaderboard.records import save_drawn


def test_a_point_a_method_with_its_interval(tmp_path):
    save_drawn(tmp_path, "a", seconds=6.0)
    save_drawn(tmp_path, "b", seconds=60.0, shift=1)
    (board,) = make_boards(load_entries(tmp_path))
    (trace,) = quality_against_speed(board, board.column("ssim")).data
    speeds = {name.strip(): x for name, x in zip(trace.text, trace.x, strict=True)}
    assert speeds == pytest.approx({"a": 10.0, "b": 1.0})
    cell = board.rows[0].cells["ssim"]
    assert trace.y[0] == cell.value
    assert trace.error_y.array[0] == pytest.approx(cell.high - cell.value)


def test_labels_of_points_that_touch_lie_apart(tmp_path):
    for name, seconds in (("one", 6.0), ("two", 6.01), ("three", 6.02), ("far", 600.0)):
        save_drawn(tmp_path, name, seconds=seconds)
    (board,) = make_boards(load_entries(tmp_path))
    (trace,) = quality_against_speed(board, board.column("ssim")).data
    sides = dict(zip((name.strip() for name in trace.text), trace.textposition, strict=True))
    assert len({sides[name] for name in ("one", "two", "three")}) == 3
    assert sides["far"] == "middle right"


def test_no_plot_without_speeds(tmp_path):
    save_drawn(tmp_path, "a", seconds=0)
    (board,) = make_boards(load_entries(tmp_path))
    assert quality_against_speed(board, board.column("ssim")) is None
