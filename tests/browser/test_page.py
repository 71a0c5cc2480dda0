"""The demo in a browser, as visitors meet it."""

from __future__ import annotations

import time

import av
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from demo import text
from demo.marks import MARK
from reenact.registry import DEFAULT
from tests.browser.visitor import PATIENCE_MS, difference

pytestmark = pytest.mark.browser


def altered(before, after) -> np.ndarray:
    """(H, W) whether a pixel changed by more than watermark and JPEG change it."""
    return np.abs(after.astype(int) - before).max(2) > 24


def test_the_first_screen_shows_a_result_and_asks_nobody_else(app, visitor):
    assert app.start_s < 45  # 15 on a computer that does nothing else
    visitor.sees(text.WELCOME)
    assert altered(visitor.original, visitor.result).mean() > 0.002
    assert visitor.page.locator("#download").is_enabled()
    ours = (app.url, "data:", "blob:")
    assert [url for url in visitor.requests if not url.startswith(ours)] == []


def test_uploaded_pictures_become_a_marked_result(visitor, portrait_path, example, tmp_path):
    visitor.brings("source", portrait_path)
    visitor.sees(text.ready("source"))
    visitor.brings("driving-picture", example("driving_surprise.jpg"))
    shown = visitor.runs_picture()
    assert difference(visitor.original, shown) > 0.3
    file = visitor.downloads(tmp_path)
    assert file.name == f"portrait_{DEFAULT}.png"
    with Image.open(file) as image:
        assert image.text["Description"] == MARK
        pixels = np.asarray(image)
    with Image.open(portrait_path) as image:
        assert difference(np.asarray(image), pixels) > 0.3


def test_a_picture_without_a_face_gives_one_line_and_stays(visitor, no_face):
    visitor.brings("source", no_face)
    visitor.sees("No face found in `source` (300 x 300).")
    visitor.page.click("#run-picture")
    expect(visitor.page.locator("#run-picture")).to_be_enabled()
    visitor.sees("No face found in `source` (300 x 300).")
    expect(visitor.page.locator("#status [role=alert]")).to_have_count(1, timeout=PATIENCE_MS)
    expect(visitor.page.locator("#source img")).to_be_visible()


def test_a_file_that_is_too_large_is_refused(visitor, tmp_path):
    large = tmp_path / "large.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (900, 900, 3), np.uint8)).save(large)
    visitor.brings("source", large)
    toast = visitor.page.get_by_test_id("toast-body")
    expect(toast).to_contain_text("maximum allowed size", timeout=PATIENCE_MS)


def test_one_click_on_an_example_fills_it_in_and_runs_it(visitor):
    before, first = visitor.address, visitor.original
    visitor.page.click("#reenact-example-2")
    visitor.waits_for_result(before)
    assert visitor.original.shape != first.shape or difference(visitor.original, first) > 5


def test_strength_changes_the_result_at_once(visitor):
    before, strong = visitor.address, difference(mouth(visitor.original), mouth(visitor.result))
    number = visitor.page.locator("#strength input[type=number]")
    number.fill("0")
    number.press("Enter")
    number.blur()
    weak = visitor.waits_for_result(before)
    assert difference(mouth(visitor.original), mouth(weak)) < strong / 4
    assert difference(visitor.original, weak) < 1  # the watermark


def mouth(picture: np.ndarray) -> np.ndarray:
    """Where the first example's mouth is."""
    height, width = picture.shape[:2]
    return picture[height * 55 // 100 : height * 70 // 100, width * 42 // 100 : width * 60 // 100]


def test_one_of_several_faces_can_be_chosen(visitor, two_faces, example):
    visitor.brings("source", two_faces)
    visitor.sees("2 faces")
    visitor.page.locator("#source-face").get_by_label("Face 2").click()
    visitor.brings("driving-picture", example("driving_surprise.jpg"))
    shown = visitor.runs_picture()
    changed = altered(visitor.original, shown).mean(0)
    half = changed.size // 2
    assert changed[half:].mean() > max(0.002, 10 * changed[:half].mean())


def test_a_result_becomes_the_next_source(visitor):
    visitor.page.click("#as-source")
    visitor.sees(text.ready("source"))
    shown = visitor.page.locator("#source img").get_attribute("src")
    assert shown.endswith(f"_{DEFAULT}.png")


def test_a_clip_becomes_a_marked_clip(visitor, clip, tmp_path):
    visitor.opens(text.TAB_CLIP)
    visitor.page.set_input_files("#driving-clip input[type=file]", str(clip))
    visitor.sees(text.ready("driving clip"))
    visitor.page.click("#run-clip")
    visitor.sees("Done: 12 frames")
    expect(visitor.page.locator("#result-clip video")).to_be_visible()
    with av.open(str(visitor.downloads(tmp_path))) as made:
        assert made.metadata["comment"] == MARK
        frames = [f.to_ndarray(format="rgb24").astype(int) for f in made.decode(video=0)]
    assert len(frames) == 12
    assert np.abs(frames[0] - frames[-1]).mean() > 0.1


def test_cancel_stops_a_clip_at_once_and_nothing_stays(app, visitor, long_clip):
    visitor.opens(text.TAB_CLIP)
    visitor.page.set_input_files("#driving-clip input[type=file]", str(long_clip))
    visitor.sees(text.ready("driving clip"))
    visitor.page.click("#run-clip")
    visitor.sees("Frame ")
    visitor.page.click("#cancel")
    visitor.sees(text.CANCELED)
    expect(visitor.page.locator("#run-clip")).to_be_visible()
    time.sleep(1)
    assert visitor.status == text.CANCELED
    assert [p.name for p in app.visitor_files() if p.suffix == ".mp4"] == ["long.mp4"]


def test_a_visitor_who_leaves_leaves_nothing_behind(app, visit, portrait_path, long_clip):
    visitor = visit()
    visitor.brings("source", portrait_path)
    visitor.sees(text.ready("source"))
    visitor.runs_picture()
    visitor.opens(text.TAB_CLIP)
    visitor.page.set_input_files("#driving-clip input[type=file]", str(long_clip))
    visitor.sees(text.ready("driving clip"))
    visitor.page.click("#run-clip")
    visitor.sees("Frame ")
    assert app.visitor_files()
    visitor.page.close()
    end = time.monotonic() + 30
    while app.visitor_files() and time.monotonic() < end:
        time.sleep(0.1)
    assert app.visitor_files() == []


def test_two_visitors_at_once_never_see_each_others_result(visit, example, tmp_path):
    visitors = [visit(), visit()]
    sources = [example("source_2.jpg"), example("source_3.jpg")]
    before = [visitor.address for visitor in visitors]
    for visitor, source in zip(visitors, sources, strict=True):
        visitor.brings("source", source)
        visitor.sees(text.ready("source"))
    for visitor in visitors:
        visitor.page.click("#run-picture")
    for visitor, source, address in zip(visitors, sources, before, strict=True):
        shown = Image.fromarray(visitor.waits_for_result(address))
        apart = [difference(small(Image.open(path)), small(shown)) for path in sources]
        assert sources[int(np.argmin(apart))] == source
        assert visitor.downloads(tmp_path).name == f"{source.stem}_{DEFAULT}.png"
    assert visitors[0].address != visitors[1].address


def small(image: Image.Image) -> np.ndarray:
    """(64, 64, 3) so that pictures of all sizes can be compared."""
    return np.asarray(image.convert("RGB").resize((64, 64)))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_everything_without_sideways_scrolling(visit, scheme):
    visitor = visit(390, 844)
    visitor.page.emulate_media(color_scheme=scheme)
    for tab in (text.TAB_PICTURE, text.TAB_CLIP, text.TAB_CAMERA):
        visitor.opens(tab)
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 390
    visitor.opens(text.TAB_PICTURE)
    for button in ("#run-picture", "#download", "#reenact-example-1"):
        box = visitor.page.locator(button).bounding_box()
        assert box["height"] >= 40
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390


def test_the_camera_moves_the_source_live(camera_page):
    visitor = camera_page
    visitor.opens(text.TAB_CAMERA)
    visitor.page.get_by_text("Click to Access Webcam").click()
    visitor.page.get_by_label("capture photo").click()
    visitor.sees("frames a second")
    live = visitor.page.locator("#result-live img")
    first = live.get_attribute("src")
    assert first.startswith("data:image/jpeg")
    expect(live).not_to_have_attribute("src", first, timeout=PATIENCE_MS)
    visitor.page.click("#neutral")
    visitor.sees("frames a second")
    visitor.page.get_by_label("capture photo").click()


def test_every_picture_is_described(visitor):
    expect(visitor.page.locator("#source img")).to_have_attribute("alt", text.SOURCE_LABEL)
    images = visitor.page.locator(".panels img")
    assert all(images.nth(n).get_attribute("alt") for n in range(images.count()))


def test_programs_get_the_same_result_through_the_api(app, example, tmp_path, no_face):
    from gradio_client import Client, handle_file
    from gradio_client.exceptions import AppError

    client = Client(app.url, verbose=False, download_files=tmp_path)
    source = handle_file(example("source_2.jpg"))
    driving = handle_file(example("driving_smile.jpg"))
    made = client.predict(source=source, driving=driving, api_name="/reenact_image")
    with Image.open(made) as image, Image.open(example("source_2.jpg")) as original:
        assert image.size == original.size
        assert image.text["Description"] == MARK
    with pytest.raises(AppError, match="No face found in `driving`"):
        client.predict(source=source, driving=handle_file(no_face), api_name="/reenact_image")
