"""Consent, and the tab that checks pictures, as a visitor meets them."""

from __future__ import annotations

import pytest
from PIL import Image
from playwright.sync_api import expect

from demo import text
from demo import text_media as words
from tests.browser.visitor import PATIENCE_MS, Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def newcomer(app, browser):
    """A visitor who did not agree yet."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield Visitor(context.new_page(), app.url, agrees=False)
    context.close()


def test_own_pictures_wait_for_one_tick_and_then_go_on_by_themselves(newcomer, portrait_path):
    newcomer.brings("source", portrait_path)
    newcomer.sees(words.CONSENT_FIRST)
    expect(newcomer.page.locator("#status a")).to_have_attribute("href", "#consent")
    newcomer.page.locator("#consent input").check()
    newcomer.sees(text.ready("source"))
    assert newcomer.runs_picture().shape[2] == 3


def test_a_download_is_known_again_also_without_its_credentials(newcomer, tmp_path):
    page = newcomer.page
    with page.expect_download() as download:
        page.click("#download")
    made, again = tmp_path / "made.png", tmp_path / "again.jpg"
    download.value.save_as(made)
    Image.open(made).convert("RGB").save(again, quality=75)
    newcomer.opens(words.TAB)
    answer = page.locator("#verify-answer")
    page.set_input_files("#verify-file input[type=file]", str(made))
    expect(answer).to_contain_text(words.VERDICTS["here"], timeout=PATIENCE_MS)
    page.set_input_files("#verify-file input[type=file]", str(again))
    expect(answer).to_contain_text(words.VERDICTS["stripped"], timeout=PATIENCE_MS)


def test_a_checked_file_is_gone(newcomer, app, portrait_path):
    before = len(app.visitor_files())
    newcomer.opens(words.TAB)
    newcomer.page.set_input_files("#verify-file input[type=file]", str(portrait_path))
    answer = newcomer.page.locator("#verify-answer")
    expect(answer).to_contain_text(words.VERDICTS["unknown"], timeout=PATIENCE_MS)
    assert len(app.visitor_files()) == before
