"""The tab *Leaderboard* without a page: what a view shows."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from demo import text_leaderboard as words
from demo.tabs.leaderboard_handlers import Boards, LeaderboardHandlers, View, sort_by
from leaderboard.store import load_entries
from tests.leaderboard.records import NAME, save_drawn


@pytest.fixture(scope="module")
def handlers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("records")
    save_drawn(folder, "good", shift=2, seed=1)
    save_drawn(folder, "bad", shift=-2, seed=2, data_seen_in_training=True)
    save_drawn(folder, "part", seed=3, is_partial=True, limit=1)
    return LeaderboardHandlers(Boards(lambda: load_entries(folder)))


@pytest.fixture
def view(handlers):
    return View(handlers.boards.first())


def names(handlers, view):
    return [row.label for row in handlers.rows(view)]


def test_measured_boards_come_before_printed_ones(handlers):
    choices = handlers.boards.choices()
    assert choices[0][0] == NAME
    assert all(name.startswith(words.REPORTED_GROUP) for name, _ in choices[1:])
    assert len(choices) == 14


def test_sorting_filtering_and_searching(handlers, view):
    assert names(handlers, view) == ["good", "part", "bad"]
    assert names(handlers, replace(view, reverse=True)) == ["bad", "part", "good"]
    assert names(handlers, replace(view, rows=words.ROWS_WHOLE)) == ["good", "bad"]
    assert names(handlers, replace(view, rows=words.ROWS_UNSEEN)) == ["good", "part"]
    assert names(handlers, replace(view, search=" BA")) == ["bad"]
    assert words.NOTHING_FOUND in handlers.table(replace(view, search="none"))


def test_a_second_click_on_a_heading_turns_the_order_around(view):
    once = sort_by(view, "psnr")
    assert (once.sort, once.reverse) == ("psnr", False)
    assert sort_by(once, "psnr").reverse
    assert not sort_by(sort_by(once, "psnr"), "ssim").reverse


def test_the_table_shows_ranks_ties_marks_and_chosen_columns(handlers, view):
    html = handlers.table(view)
    assert 'class="best"' in html and "**<sup" in html
    assert words.MARKS["partial"] in html and words.MARKS["seen"] in html
    assert html.count("<tr data-row=") == 3
    assert 'aria-sort="descending"' in html
    few = handlers.table(replace(view, columns=("psnr",), intervals=False))
    assert "SSIM" not in few and "PSNR" in few
    assert "[" in html.split("<tbody>")[1] and "[" not in few.split("<tbody>")[1]


def test_a_row_gives_its_command_and_no_pictures_of_real_people(handlers, view):
    chosen = replace(view, selected=handlers.rows(view)[0].name)
    html, command = handlers.details(chosen)
    assert command == "python -m bench run self-reenactment --methods good"
    assert words.REAL_PEOPLE in html and "<img" not in html
    assert 'class="chosen"' in handlers.table(chosen)
    assert handlers.details(view)[1] is None


def test_printed_tables_are_marked_and_have_no_plot(handlers):
    view = View("reported:freenet-table1")
    html = handlers.table(view)
    assert words.REPORTED in html and "0.717" in html and "<tr data-row" not in html
    assert handlers.plot(view, "light") is None
    name, text = handlers.export(view, "markdown")
    assert name == "reported_freenet-table1.md" and "Reported by the paper" in text


def test_exports_hold_what_is_shown(handlers, view):
    shown = replace(view, search="good", columns=("psnr",))
    name, text = handlers.export(shown, "csv")
    assert name == f"{NAME}.csv"
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["method"] == "good" and "ssim" not in row
    assert handlers.export(view, "latex")[0].endswith(".tex")


def test_the_plot_follows_the_column_and_the_filter(handlers, view):
    figure = handlers.plot(replace(view, sort="psnr", search="good"), "dark")
    assert [name.strip() for name in figure.data[0].text] == ["good"]
    assert "PSNR" in figure.layout.yaxis.title.text
    by_speed = handlers.plot(replace(view, sort="ms_a_pair"), "light")
    assert "SSIM" in by_speed.layout.yaxis.title.text


def test_without_records_the_papers_figures_are_shown():
    handlers = LeaderboardHandlers(Boards(lambda: iter(())))
    view = View(handlers.boards.first())
    html = handlers.table(view)
    assert "No measurements are here yet" in html and words.REPORTED in html


def test_names_from_records_cannot_become_markup(tmp_path):
    save_drawn(tmp_path, "a", command="<script>alert(1)</script>", device={"cpu": "<b>x</b>"})
    handlers = LeaderboardHandlers(Boards(lambda: load_entries(tmp_path)))
    view = View(handlers.boards.first())
    view = replace(view, selected=handlers.rows(view)[0].name)
    html, command = handlers.details(view)
    assert "&lt;b&gt;x" in html and "<b>x" not in html
    assert command == "<script>alert(1)</script>"  # shown as code, which escapes it
