"""The tab *Style fusion* as a visitor meets it: faces form, layers, files, cancel, two visitors."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from demo import text_style as words
from reenact.media.verify import verify
from reenact.registry import method_names
from tests.browser.tabs import ARTIFACTS, WIDTHS, open_tab
from tests.browser.visitor import PATIENCE_MS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif("stylefusion" not in method_names(), reason="stylefusion is not registered"),
]
PATIENT_MS = 3 * PATIENCE_MS
"""A search takes some seconds alone, and many where other programs keep the computer busy."""
SECONDS_MS, TRIES = 15_000, 6
expect.set_options(timeout=PATIENT_MS)


@pytest.fixture
def opened(visit):
    """Opens the tab for another visitor; its page."""

    def come(width: int = 1280) -> Page:
        page = visit(width, WIDTHS[width]).page
        page.set_default_timeout(PATIENT_MS)
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        open_tab(page, words.TAB)
        return page

    return come


def line(page: Page) -> Locator:
    return page.locator("#style-status")


def choose(page: Page, recipe: str) -> None:
    page.locator("#style-recipe").get_by_text(recipe, exact=True).click()


def start(page: Page, recipe: str = "Encoder only") -> None:
    """Press *Start* with the example that lies ready."""
    choose(page, recipe)
    page.click("#style-run")


def download(page: Page, button: str, folder: Path) -> Path:
    with page.expect_download() as given:
        page.click(button)
    file = folder / given.value.suggested_filename
    given.value.save_as(file)
    return file


@pytest.mark.parametrize("width", WIDTHS)
def test_one_click_shows_faces_forming_and_a_result(opened, width, tmp_path):
    page = opened(width)
    page.click("#style-example-1")
    expect(line(page)).to_contain_text("of at most 60")
    expect(page.locator("#style-forming img")).to_have_count(4)
    expect(page.locator("#style-curve svg")).to_have_attribute("aria-label", re.compile("^Loss"))
    expect(line(page)).to_contain_text("Done in")
    expect(line(page)).to_contain_text(re.compile("stands in|VGG-16's, as in the paper"))
    expect(page.locator("#style-result img").nth(1)).to_be_visible()
    expect(page.locator("#style-drawn img")).to_have_count(3)
    page.click("#style-solve")
    expect(line(page)).to_contain_text("Solved in")
    expect(page.locator("#style-costs tbody tr")).to_have_count(10)
    page.click("#style-grid")
    expect(page.locator("#style-sheet img")).to_be_visible()
    expect(page.locator("#style-sheet img")).to_have_attribute("alt", words.GRID_LABEL)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"style-done-{width}-light.png", full_page=True)
    answer = verify(download(page, "#style-download", tmp_path))
    assert answer.method == "stylefusion" and answer.has_watermark
    assert page.errors == []


def test_layers_and_amount_redraw_at_once(opened):
    page = opened()
    start(page)
    expect(line(page)).to_contain_text("Done in")
    before = page.locator("#style-drawn img").nth(1).get_attribute("src")
    for layer in ("1 · ", "2 · "):
        page.locator("#style-layers-4").get_by_text(layer).click()
    expect(line(page)).to_contain_text("Redrawn with layers 1, 2,")
    assert page.locator("#style-drawn img").nth(1).get_attribute("src") != before
    page.click("#style-paper")
    expect(line(page)).to_contain_text("Redrawn with layers 4 and 5.")
    expect(page.locator("#style-layers-8 input:checked")).to_have_count(1)
    for layer in ("4 · ", "5 · "):
        page.locator("#style-layers").get_by_text(layer).click()
    expect(line(page)).to_contain_text(words.NO_LAYERS)


def test_styles_are_saved_and_loaded_by_another_visitor(opened, tmp_path):
    page = opened()
    start(page)
    expect(line(page)).to_contain_text("Done in")
    page.locator("#style-files").get_by_text(words.STYLES_HEAD).click()
    file = download(page, "#style-save", tmp_path)
    assert file.suffix == ".safetensors"
    other = opened()
    other.locator("#consent input").check()
    other.locator("#style-files").get_by_text(words.STYLES_HEAD).click()
    load = "#style-load input[type=file]"
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(file.read_bytes()[:500])
    other.set_input_files(load, str(broken))
    expect(line(other).locator("[role=alert]")).to_contain_text("must be a whole .safetensors")
    other.locator("#style-load").get_by_label("Clear").click()
    other.set_input_files(load, str(file))
    expect(line(other)).to_contain_text(words.LOADED)
    expect(other.locator("#style-result img").nth(1)).to_be_visible()
    other.click("#style-usual")
    expect(line(other)).to_contain_text("Redrawn with")


def test_cancel_works_at_once_and_the_page_goes_on(opened):
    page = opened()
    start(page, "Paper")
    expect(line(page)).to_contain_text("of at most 1,000")
    page.click("#style-cancel")
    expect(line(page)).to_contain_text(words.SEARCH_CANCELED)
    expect(page.locator("#style-run")).to_be_visible()
    start(page)
    expect(line(page)).to_contain_text("Done in")


def cancel(page: Page, tool: str, said: str) -> bool:
    """Press a tool and *Cancel* at once; False where the tool, which takes seconds, was faster."""
    expect(page.locator(tool)).to_be_enabled()
    page.click(tool)
    try:
        page.click("#style-stop", timeout=SECONDS_MS)
        expect(line(page)).to_contain_text(said, timeout=SECONDS_MS)
    except (TimeoutError, AssertionError):
        return False
    return True


def test_solve_and_the_grid_are_canceled_where_they_were_pressed(opened):
    """What was canceled is said, and the page keeps what it had and goes on."""
    page = opened()
    start(page)
    expect(line(page)).to_contain_text("Done in")
    for tool, said in (
        ("#style-solve", words.SOLVE_CANCELED),
        ("#style-grid", words.GRID_CANCELED),
    ):
        for _ in range(TRIES):
            before = page.locator("#style-drawn img").nth(1).get_attribute("src")
            if cancel(page, tool, said):
                break
        else:
            pytest.fail(f"{tool} was never canceled: {line(page).inner_text()}")
        expect(page.locator(tool)).to_be_enabled()
        assert page.locator("#style-drawn img").nth(1).get_attribute("src") == before
    expect(page.locator("#style-result img").nth(1)).to_be_visible()
    page.click("#style-solve")
    expect(line(page)).to_contain_text("Solved in")
    assert page.errors == []


def test_one_of_several_faces_can_be_chosen(opened, two_faces):
    page = opened()
    page.locator("#style-source").get_by_label("Remove Image").click()
    page.set_input_files("#style-source input[type=file]", str(two_faces))
    expect(line(page)).to_contain_text("The source picture shows 2 faces")
    page.locator("#style-source-face").get_by_label("Face 2").click()
    start(page)
    expect(line(page)).to_contain_text("face 2 from the left was taken")


def test_a_second_visitor_waits_in_line_and_sees_how_long(opened):
    first, second = opened(), opened()
    start(first, "Paper")
    expect(line(first)).to_contain_text("of at most 1,000")
    start(second)
    expect(line(second)).to_contain_text("One visitor is before you: your turn comes in about")
    second.screenshot(path=ARTIFACTS / "style-waiting-1280-light.png", full_page=True)
    first.click("#style-cancel")
    expect(line(second)).to_contain_text("Done in")


def test_who_closes_the_page_makes_room(opened):
    first, second = opened(), opened()
    start(first, "Paper")
    expect(line(first)).to_contain_text("of at most 1,000")
    start(second)
    expect(line(second)).to_contain_text("before you")
    first.close()
    expect(line(second)).to_contain_text("Done in")


def test_a_picture_without_a_face_is_one_line(opened, no_face):
    page = opened()
    page.locator("#consent input").check()
    page.locator("#style-driving").get_by_label("Remove Image").click()
    page.set_input_files("#style-driving input[type=file]", str(no_face))
    expect(line(page).locator("[role=alert]")).to_contain_text("No face found in `driving`")
    start(page)
    expect(line(page)).to_contain_text("No face found in `driving`")
    expect(page.locator("#style-run")).to_be_visible()


def test_it_works_by_keyboard(opened):
    page = opened()
    choose(page, "Encoder only")
    page.locator("#style-run").focus()
    page.keyboard.press("Enter")
    expect(line(page)).to_contain_text("Done in")
    box = page.locator("#style-layers-4 input").first
    box.focus()
    page.keyboard.press("Space")
    expect(line(page)).to_contain_text("Redrawn with")
