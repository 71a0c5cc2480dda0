"""The tabs *Leaderboard* and *Study* as visitors meet them."""

from __future__ import annotations

import csv
import json

import pytest
from playwright.sync_api import expect

from demo import text_leaderboard as words
from demo import text_study
from demo.studies import Studies
from leaderboard.store import load_entries
from tests.browser.visitor import PATIENCE_MS

pytestmark = pytest.mark.browser


def opens(visitor, name):
    visitor.page.get_by_role("tab", name=name, exact=True).click()


@pytest.fixture
def board(visitor):
    opens(visitor, words.TAB)
    expect(visitor.page.locator("table.board").first).to_be_visible(timeout=PATIENCE_MS)
    return visitor.page


def choose(page, part, label):
    page.locator(f"#{part} input").click()
    page.get_by_role("option", name=label).first.click()


def test_printed_figures_are_marked_and_export(board, tmp_path):
    choose(board, "board", "FReeNet (CVPR 2020), table 1")
    reported = board.locator(".reported")
    expect(reported).to_contain_text(words.REPORTED, timeout=PATIENCE_MS)
    expect(reported).to_contain_text("0.717")
    with board.expect_download() as download:
        board.click("#export-markdown")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name == "reported_freenet-table1.md"
    assert "not measured here" in path.read_text()


def test_a_measured_board_sorts_searches_and_shows_its_command(board, tmp_path):
    if not list(load_entries()):
        pytest.skip("no records are committed yet")
    rows = board.locator("tr[data-row]")
    expect(rows.first).to_be_visible(timeout=PATIENCE_MS)
    count = rows.count()
    head = board.locator("[data-sort]").nth(1)
    head.click()
    expect(board.locator("th[aria-sort]").nth(1)).not_to_have_attribute("aria-sort", "none")
    before = rows.first.get_attribute("data-row")
    head.click()
    if count > 1:
        expect(rows.first).not_to_have_attribute("data-row", before, timeout=PATIENCE_MS)
    rows.first.locator("th button").click()
    expect(board.locator("#board-command")).to_contain_text("python -m bench run")
    expect(board.locator("tr.chosen")).to_have_count(1)
    with board.expect_download() as download:
        board.click("#export-csv")
    download.value.save_as(tmp_path / "x.csv")
    assert len(list(csv.DictReader((tmp_path / "x.csv").open()))) == count
    board.locator("#board-search input, #board-search textarea").fill("no such method")
    expect(board.locator("#board-table")).to_contain_text(words.NOTHING_FOUND)
    expect(board.locator("#board-plot svg")).to_have_count(0)


def test_the_board_asks_nobody_else_and_fits_on_a_phone(visit):
    visitor = visit(390, 844)
    opens(visitor, words.TAB)
    expect(visitor.page.locator("table.board").first).to_be_visible(timeout=PATIENCE_MS)
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 390
    ours = ("http://127.0.0.1", "data:", "blob:")
    assert [url for url in visitor.requests if not url.startswith(ours)] == []


def test_a_study_is_taken_scored_and_downloaded(visitor, tmp_path):
    studies = Studies.from_environ({}).found
    if not studies:
        pytest.skip("no built-in study yet")
    opens(visitor, text_study.TAB)
    frame = visitor.page.frame_locator("#study-frame iframe")
    frame.get_by_role("button", name="Start").click()
    study = next(iter(studies.values()))
    for _ in range(len(study.key["forms"][0]) + study.key["settings"]["practice"] + 1):
        buttons = frame.locator("#study .buttons button:enabled")
        buttons.first.wait_for(timeout=PATIENCE_MS)
        shown = frame.locator("#study").inner_text()
        buttons.first.click()
        expect(frame.locator("#study")).not_to_have_text(shown, timeout=PATIENCE_MS)
        if frame.locator("#download").count():
            break
    expect(frame.locator("#study")).to_contain_text(text_study.DONE_NOT_KEPT, timeout=PATIENCE_MS)
    expect(frame.locator("#study dd").first).to_contain_text("of")
    with visitor.page.expect_download() as download:
        frame.locator("#download").click()
    download.value.save_as(tmp_path / "x.json")
    given = json.loads((tmp_path / "x.json").read_text())
    assert given["study"] == study.key["study"]
