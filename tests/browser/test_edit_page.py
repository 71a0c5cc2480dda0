"""The tab *Edit landmarks* in a browser: mouse, touch, keyboard, files."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from demo import text_edit as words
from tests.browser.conftest import ROOT
from tests.browser.visitor import PATIENCE_MS, Visitor

pytestmark = pytest.mark.browser

READY = "document.querySelector('.lm')?.dataset.face"
FULL = "Number(document.querySelector('.lm').dataset.full || 0)"


class Editor:
    """The tab of one open page."""

    def __init__(self, visitor: Visitor) -> None:
        self.page: Page = visitor.page
        visitor.opens(words.TAB)
        self.page.wait_for_function(READY, timeout=PATIENCE_MS)
        self.canvas = self.page.locator("#edit-canvas canvas")
        self.press("points")  # what is compared is the picture, not the dots on it
        self.settled()

    @property
    def line(self):
        return self.page.locator(".lm-line")

    @property
    def status(self):
        return self.page.locator("#edit-status")

    @property
    def full(self) -> int:
        return int(self.page.evaluate(FULL))

    def settled(self) -> None:
        """Wait until the canvas has nothing more to draw."""
        self.page.evaluate("() => new Promise(done => setTimeout(done, 120))")

    def rests(self) -> None:
        """Wait until no full-size picture came for a second: choosing a method makes two."""
        before = -1
        while before != self.full:
            before = self.full
            self.page.wait_for_timeout(1000)

    def press(self, act: str) -> None:
        self.page.locator(f"#edit-canvas [data-act={act}]").click()

    def waits(self, before: int) -> None:
        """Wait for the full-size picture after the hand let go."""
        self.page.wait_for_function(f"{FULL} > {before}", timeout=PATIENCE_MS)
        self.settled()

    def does(self, act) -> None:
        """Do something that ends in another full-size picture."""
        before = self.full
        act()
        self.waits(before)

    def pixels(self) -> np.ndarray:
        """(H, W, 3) what the canvas shows."""
        address = self.canvas.evaluate("canvas => canvas.toDataURL()")
        picture = Image.open(io.BytesIO(base64.b64decode(address.split(",", 1)[1])))
        return np.asarray(picture.convert("RGB")).astype(int)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A place on the canvas, 0 to 1, in pixels of the window."""
        self.canvas.scroll_into_view_if_needed()
        box = self.canvas.bounding_box()
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    def mouth(self) -> tuple[float, float]:
        """The middle of the mouth on the canvas, 0 to 1: from the darkest red under the nose."""
        picture = self.pixels()[:, :, :]
        height, width = picture.shape[:2]
        redness = picture[..., 0] - picture[..., 1:].mean(-1)
        part = redness[
            int(0.45 * height) : int(0.8 * height), int(0.35 * width) : int(0.65 * width)
        ]
        row = int(part.mean(1).argmax()) + int(0.45 * height)
        return 0.5, row / height


@pytest.fixture
def editor(visitor) -> Editor:
    return Editor(visitor)


def changed(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """(H, W) whether a pixel changed visibly."""
    return np.abs(before - after).max(-1) > 14


def test_a_drag_changes_the_mouth_and_not_the_background(editor):
    before = editor.pixels()
    x, y = editor.mouth()
    editor.page.locator("[data-group=mouth]").click()
    start = editor.at(x, y)
    full = editor.full
    editor.page.mouse.move(*start)
    editor.page.mouse.down()
    for step in range(1, 16):
        editor.page.mouse.move(start[0] - 1.6 * step, start[1] - 0.6 * step)
        editor.page.wait_for_timeout(25)
    # The picture follows the hand before it lets go.
    editor.page.wait_for_function("document.querySelector('.lm').dataset.steps")
    assert editor.full == full
    assert changed(before, editor.pixels()).any()
    editor.page.mouse.up()
    editor.waits(full)
    moved = changed(before, editor.pixels())
    height, width = moved.shape
    row, column = int(y * height), int(x * width)
    mouth = moved[row - 30 : row + 30, column - 60 : column + 60]
    assert mouth.mean() > 0.05
    background = np.concatenate([moved[:, : width // 12], moved[:, -width // 12 :]], axis=1)
    assert not background.any()
    assert not moved[: height // 5].any()
    assert editor.page.locator("[data-act=undo]").is_enabled()


def test_a_touch_drags_and_the_page_stays(visit):
    visitor = visit(390, 844, has_touch=True)
    editor = Editor(visitor)
    before = editor.pixels()
    x, y = editor.mouth()
    editor.page.locator("[data-group=mouth]").click()
    start = editor.at(x, y)
    scroll = editor.page.evaluate("scrollY")
    touch = editor.page.context.new_cdp_session(editor.page)
    full = editor.full

    def send(kind: str, step: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": start[0], "y": start[1] + step}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", 0)
    for step in range(1, 12):
        send("touchMove", 1.5 * step)
        editor.page.wait_for_timeout(25)
    send("touchEnd", 0)
    editor.waits(full)
    assert editor.page.evaluate("scrollY") == scroll
    assert changed(before, editor.pixels()).any()


def test_the_keyboard_chooses_moves_and_undoes(editor):
    before = editor.pixels()
    editor.page.locator("[data-group='lower lip']").focus()
    editor.page.keyboard.press("Enter")
    expect(editor.line).to_contain_text("Chosen: lower lip")
    editor.canvas.focus()
    editor.does(lambda: [editor.page.keyboard.press("Shift+ArrowDown") for _ in range(4)])
    assert changed(before, editor.pixels()).any()
    editor.canvas.focus()
    editor.does(lambda: editor.page.keyboard.press("Control+z"))
    assert not changed(before, editor.pixels()).any()
    editor.canvas.focus()
    editor.does(lambda: editor.page.keyboard.press("Control+y"))
    assert changed(before, editor.pixels()).any()
    editor.canvas.focus()
    editor.page.keyboard.press("Escape")
    editor.page.keyboard.press("PageDown")
    expect(editor.line).to_contain_text("Chosen: a point of the")


def test_sliders_presets_and_reset(editor):
    before = editor.pixels()
    slider = editor.page.locator("[data-slider=mouth_open]")
    slider.focus()
    editor.does(lambda: [editor.page.keyboard.press("PageUp") for _ in range(5)])
    assert changed(before, editor.pixels()).any()
    editor.does(lambda: editor.page.locator("[data-preset=wink]").click())
    expect(editor.page.locator("[data-slider=left_eye]")).to_have_value("-1")
    expect(slider).to_have_value("0")
    editor.does(lambda: editor.press("reset"))
    assert not changed(before, editor.pixels()).any()


def test_a_lasso_chooses_what_it_surrounds(editor):
    x, y = editor.mouth()
    editor.press("lasso")
    editor.page.mouse.move(*editor.at(x - 0.12, y - 0.08))
    editor.page.mouse.down()
    for corner in ((0.12, -0.08), (0.12, 0.1), (-0.12, 0.1), (-0.12, -0.07)):
        editor.page.mouse.move(*editor.at(x + corner[0], y + corner[1]), steps=4)
    editor.page.mouse.up()
    expect(editor.line).to_contain_text("points.")
    assert int(editor.line.inner_text().split()[1]) > 20


def test_the_saved_edit_gives_the_same_picture_on_the_command_line(editor, app, example, tmp_path):
    method = "Warp (photographic)"
    editor.page.locator("#edit-method input").click()
    editor.does(lambda: editor.page.get_by_role("option", name=method).click())
    editor.rests()
    editor.does(lambda: editor.page.locator("[data-preset=laugh]").click())
    editor.rests()
    files = {}
    for button in ("edit-save-picture", "edit-save-edit"):
        with editor.page.expect_download() as download:
            editor.page.click(f"#{button}")
        files[button] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[button])
    edits = files["edit-save-edit"]
    assert json.loads(edits.read_text())["version"] == 2
    target = tmp_path / "cli.png"
    command = [sys.executable, "-m", "reenact", "edit", str(example("source_1.jpg")), str(edits)]
    subprocess.run([*command, "-o", str(target), "-m", "warp"], cwd=ROOT, check=True)
    shown = [np.asarray(Image.open(file)) for file in (files["edit-save-picture"], target)]
    np.testing.assert_array_equal(*shown)


def test_a_saved_edit_loads_again(editor, tmp_path):
    editor.does(lambda: editor.page.locator("[data-preset=surprise]").click())
    wanted = editor.pixels()
    with editor.page.expect_download() as download:
        editor.page.click("#edit-save-edit")
    file = tmp_path / "edit.json"
    download.value.save_as(file)
    editor.does(lambda: editor.press("reset"))
    editor.page.get_by_role("button", name=words.DATA_HEAD).click()
    editor.does(lambda: editor.page.set_input_files("#edit-load input[type=file]", str(file)))
    expect(editor.status).to_contain_text("The edit is loaded.")
    assert not changed(wanted, editor.pixels()).any()
    expect(editor.page.locator("[data-kept='File 1']")).to_be_visible()


def test_mistakes_are_one_line_and_the_face_stays(editor, no_face, tmp_path):
    before = editor.pixels()
    editor.page.click("#edit-save-edit")
    expect(editor.status).to_contain_text(words.NOT_YET)
    editor.page.get_by_role("button", name=words.DATA_HEAD).click()
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps({"version": 1, "scheme": "mediapipe468", "points": []}))
    editor.page.set_input_files("#edit-load input[type=file]", str(wrong))
    expect(editor.status).to_contain_text("Did you mean 'mediapipe478'?")
    brings(editor.page, "edit-take", no_face)
    expect(editor.status).to_contain_text("No face found in `driving`")
    brings(editor.page, "edit-source", no_face)
    expect(editor.status).to_contain_text("No face found in `source`")
    assert not changed(before, editor.pixels()).any()


def test_an_interpolation_is_shown_and_saved(editor, tmp_path):
    editor.page.get_by_role("button", name=words.BLEND_HEAD).click()
    editor.page.click("#edit-make")
    expect(editor.page.locator("#edit-made-picture img")).to_be_visible(timeout=PATIENCE_MS)
    with editor.page.expect_download() as download:
        editor.page.click("#edit-made-file")
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    with Image.open(file) as image:
        assert image.width > 6 * image.height


def brings(page: Page, part: str, file: Path) -> None:
    there = page.locator(f"#{part}").get_by_label("Remove Image")
    if there.count():
        there.click()
    page.set_input_files(f"#{part} input[type=file]", str(file))
