"""Every tab at the width of a desk and of a phone, light and dark; links; results handed on."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from demo import text
from demo import text_compare as words
from tests.browser.tabs import ARTIFACTS, SCHEMES, WIDTHS, open_tab, tab_buttons
from tests.browser.visitor import PATIENCE_MS, Visitor

pytestmark = pytest.mark.browser
expect.set_options(timeout=PATIENCE_MS)
COMPARED = re.compile(r"Compared \d+ methods")


@pytest.fixture
def arrive(app, browser):
    """Opens an address of the app; the page, with what went wrong in `errors`."""
    contexts = []

    def come(query: str = "", width: int = 1280, scheme: str = "light"):
        size = {"width": width, "height": WIDTHS[width]}
        context = browser.new_context(viewport=size, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda m: m.type == "error" and page.errors.append(m.text))
        page.goto(f"{app.url}/{query}")
        return page

    yield come
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_tab_fits_and_its_picture_is_kept(arrive, width, scheme):
    """Screenshots lie in artifacts/screens, for people to look at."""
    page = arrive(width=width, scheme=scheme)
    expect(page.locator("#source img")).to_be_visible()
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    names = tab_buttons(page).all_inner_texts()
    assert names[0] == text.TAB_REENACT and words.TAB_COMPARE in names
    for name in names:
        tab = open_tab(page, name)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        page.screenshot(path=ARTIFACTS / f"{tab}-{width}-{scheme}.png", full_page=True)
    assert page.errors == []


def test_a_comparison_streams_in_and_can_be_downloaded(arrive, tmp_path):
    page = arrive()
    expect(page.locator("#source img")).to_be_visible()
    open_tab(page, words.TAB_COMPARE)
    page.click("#compare-example-1")
    expect(page.locator("#compare-status")).to_contain_text(COMPARED)
    for name in ("warp", "warp-repair"):  # others may be there
        card = page.locator(f"#compare-{name}")
        expect(card.locator("img").nth(1)).to_be_visible()
        for figure in ("Identity distance", "Landmark distance", "SSIM", "LPIPS", "Time"):
            expect(card.locator(".figures")).to_contain_text(figure)
    with page.expect_download() as download:
        page.click("#compare-sheet")
    assert download.value.suggested_filename == "source_1_compared.png"
    page.screenshot(path=ARTIFACTS / "compare-done-1280-light.png", full_page=True)
    assert page.errors == []


def test_a_method_that_does_not_draw_the_source_offers_whom_it_draws(arrive):
    page = arrive("?tab=compare&example=1")
    expect(page.locator("#compare-status")).to_contain_text("1 of them without a result")
    card = page.locator("#compare-landmarkgan")
    expect(card).to_contain_text("It draws only the people it was trained on: Ada, Bruno")
    expect(card).not_to_contain_text("python")
    page.screenshot(path=ARTIFACTS / "compare-stranger-1280-light.png", full_page=True)
    page.click("#compare-landmarkgan-person-2")
    expect(page.locator("#compare-source img")).to_have_attribute("src", re.compile("bruno"))
    expect(card.locator("img").nth(1)).to_be_visible()
    expect(page.locator("#compare-status")).to_contain_text(re.compile(r"Compared \d+ methods in"))
    expect(card).to_contain_text("Identity distance")
    assert page.errors == []


def test_a_result_is_one_click_away_from_being_an_input_of_every_tab(arrive):
    page = arrive("?tab=compare&example=1")
    expect(page.locator("#compare-status")).to_contain_text(COMPARED)
    page.click("#compare-warp-as-source")
    page.click("#compare-warp-repair-as-driving")
    for part, name in (("source", "warp"), ("driving", "warp-repair")):
        made = re.compile(f"source_1_{name}.png$")
        expect(page.locator(f"#compare-{part} img")).to_have_attribute("src", made)
    open_tab(page, text.TAB_REENACT)
    expect(page.locator("#source img")).to_have_attribute("src", re.compile("_warp.png$"))
    expect(page.locator("#driving-picture img")).to_have_attribute(
        "src", re.compile("_warp-repair.png$")
    )
    page.click("#run-picture")
    expect(page.locator("#status")).to_contain_text("Done in")


def test_a_link_opens_tab_and_example_and_holds_nothing_of_a_visitor(arrive, portrait_path):
    page = arrive("?tab=compare&method=warp&example=2&secret=1")
    expect(page.locator("#compare-status")).to_contain_text(COMPARED)
    expect(page.locator("#compare-source img")).to_have_attribute("src", re.compile("source_2"))
    shared = page.evaluate("reenactLinks.shared()")
    assert shared.endswith("/?tab=compare&method=warp&example=2")
    page.locator("#consent input").check()
    page.locator("#compare-source").get_by_label("Remove Image").click()
    page.set_input_files("#compare-source input[type=file]", str(portrait_path))
    expect(page.locator("#compare-status")).to_contain_text(text.ready("source"))
    open_tab(page, "Methods")
    assert page.evaluate("reenactLinks.shared()").endswith("/?tab=methods&method=warp")
    page.click("#copy-link")
    expect(page.locator("#copy-link-said")).to_have_text(text.LINK_COPIED)


def test_a_link_that_means_nothing_opens_the_first_screen(arrive):
    page = arrive("?tab=<b>&method=none&example=99")
    expect(page.locator("#status")).to_contain_text(text.WELCOME)
    expect(tab_buttons(page).first).to_have_attribute("aria-selected", "true")
    assert page.errors == []


def test_cards_of_methods_lead_to_the_method_at_work(arrive):
    page = arrive("?tab=methods")
    card = page.locator("#methods-warp")
    expect(card).to_contain_text("Weights")
    card.get_by_text("Try it").click()
    expect(page.locator("#status")).to_contain_text("Done in")
    assert "method=warp" in page.url


def test_tabs_and_runs_work_by_keyboard(arrive):
    page = arrive()
    expect(page.locator("#source img")).to_be_visible()
    compare = tab_buttons(page).filter(has_text=words.TAB_COMPARE)
    compare.focus()
    page.keyboard.press("Enter")
    expect(compare).to_have_attribute("aria-selected", "true")
    page.locator("#compare-run").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#compare-status")).to_contain_text(COMPARED)
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    page.keyboard.press("Tab")
    assert page.evaluate(f"{outline} !== 'none' || document.activeElement.matches('input')")


def test_visitors_see_each_others_nothing(visit):
    """Two comparisons at once: each page shows its own source."""
    visitors: list[Visitor] = [visit(), visit()]
    for number, visitor in enumerate(visitors, 1):
        open_tab(visitor.page, words.TAB_COMPARE)
        visitor.page.click(f"#compare-example-{number}")
    for number, visitor in enumerate(visitors, 1):
        expect(visitor.page.locator("#compare-status")).to_contain_text(
            COMPARED, timeout=PATIENCE_MS
        )
        with visitor.page.expect_download() as download:
            visitor.page.click("#compare-sheet")
        assert download.value.suggested_filename == f"source_{number}_compared.png"


def test_who_leaves_during_a_comparison_leaves_nothing(app, visit, portrait_path):
    page = visit().page
    open_tab(page, words.TAB_COMPARE)
    page.locator("#compare-source").get_by_label("Remove Image").click()
    page.set_input_files("#compare-source input[type=file]", str(portrait_path))
    expect(page.locator("#compare-status")).to_contain_text(text.ready("source"))
    page.click("#compare-run")
    expect(page.locator(".cards .card img").first).to_be_visible()
    assert app.visitor_files()
    page.close()
    end = time.monotonic() + 60
    while app.visitor_files() and time.monotonic() < end:
        time.sleep(0.5)
    assert app.visitor_files() == []
