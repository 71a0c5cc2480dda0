"""What is too large, too long, or gone: one clear line each, and the page goes on working."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from demo import text
from tests.browser.conftest import cut
from tests.browser.tabs import open_tab
from tests.browser.visitor import PATIENCE_MS

pytestmark = pytest.mark.browser
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def too_long(example, tmp_path_factory):
    """27 seconds; the app under test takes 20."""
    target = tmp_path_factory.mktemp("clip") / "holiday.mp4"
    return cut(example("driving_clip.mp4"), target, 75, repeat=9)


def test_a_clip_over_the_limit_is_refused_when_it_is_chosen(visitor, too_long):
    visitor.opens(text.TAB_CLIP)
    visitor.page.set_input_files("#driving-clip input[type=file]", str(too_long))
    visitor.sees("must be at most 20 seconds long, got 27.0. Cut it first.")
    expect(visitor.page.locator("#status [role=alert]")).to_have_count(1)
    visitor.page.click("#run-clip")
    visitor.sees("must be at most 20 seconds long")
    expect(visitor.page.locator("#run-clip")).to_be_visible()


def test_what_was_deleted_after_a_long_pause_is_said(app, visitor, portrait_path, clip):
    visitor.brings("source", portrait_path)
    visitor.sees(text.ready("source"))
    visitor.opens(text.TAB_CLIP)
    visitor.page.set_input_files("#driving-clip input[type=file]", str(clip))
    visitor.sees(text.ready("driving clip"))
    for file in app.visitor_files():
        if file.name in (portrait_path.name, clip.name):
            file.unlink()
    visitor.page.click("#run-clip")
    visitor.sees(text.GONE)
    expect(visitor.page.locator("#run-clip")).to_be_visible()
    visitor.opens(text.TAB_PICTURE)
    visitor.page.click("#run-picture")
    visitor.sees(text.GONE)
    visitor.page.click("#reenact-example-1")
    visitor.sees("Done in")


def test_so_it_is_in_a_comparison(app, visitor, portrait_path):
    page = visitor.page
    open_tab(page, "Compare")
    page.locator("#compare-source").get_by_label("Remove Image").click()
    page.set_input_files("#compare-source input[type=file]", str(portrait_path))
    line = page.locator("#compare-status")
    expect(line).to_contain_text(text.ready("source"))
    for file in app.visitor_files():
        if file.name == portrait_path.name:
            file.unlink()
    page.click("#compare-run")
    expect(line).to_contain_text(text.GONE)
    expect(page.locator("#compare-run")).to_be_visible()


def test_programs_are_told_too(app, example, tmp_path, too_long):
    from gradio_client import Client, handle_file
    from gradio_client.exceptions import AppError

    client = Client(app.url, verbose=False, download_files=tmp_path)
    source = handle_file(example("source_2.jpg"))
    with pytest.raises(AppError, match="at most 20 seconds long"):
        client.predict(source=source, driving=handle_file(too_long), api_name="/reenact_clip")
    large = tmp_path / "large.png"
    noise = np.random.default_rng(0).integers(0, 255, (1000, 1000, 3), np.uint8)
    Image.fromarray(noise).save(large)
    assert large.stat().st_size > 2 << 20
    with pytest.raises(Exception, match="exceeds the maximum file size"):
        client.predict(source=handle_file(large), driving=source, api_name="/reenact_image")
    client.close()
