"""Participants take a study: the offline page from a disk, and the Mechanical Turk layout.

Mechanical Turk's own script cannot be fetched offline: a stand-in of `<crowd-form>` collects the
named inputs as the real one does with `answer-format="flatten-objects"`.
"""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest

from bench.study.encode import catch_picture, to_jpeg, to_one_length
from bench.study.report import report
from bench.study.sheet import save_sheet
from bench.study.wording import wording
from tests.bench.study.crowd import make_study

pytestmark = pytest.mark.browser
CROWD = """
customElements.define("crowd-button", class extends HTMLElement {});
customElements.define("crowd-form", class extends HTMLElement {
  collect() {
    const inputs = [...this.querySelectorAll("input[name]:not([disabled])")];
    return Object.fromEntries(inputs.map((input) => [input.name, input.value]));
  }
});
"""


@pytest.fixture
def study(tmp_path):
    """Makes a small study with drawn pictures; (sheet, folder)."""

    def make(kind="real-or-generated", methods=("a", "b"), **settings):
        settings = {"pairs": 12, "count": 4, "catch": 2, "practice": 1, **settings}
        sheet = make_study(kind, list(methods), **settings)
        draw = np.random.default_rng(0)
        words = wording(kind, is_rendered=False, exposure_ms=None)
        for name, shown in sheet.key["pictures"].items():
            if shown["what"].startswith("say:"):
                frame = catch_picture(shown["what"], words, 256)
            else:
                frame = np.tile(draw.integers(60, 200, (1, 1, 3), np.uint8), (256, 256, 1))
            sheet.pictures[name] = to_jpeg(frame)
        sheet.pictures = to_one_length(sheet.pictures)
        save_sheet(sheet, tmp_path / "s")
        return sheet, tmp_path / "s"

    return make


@pytest.fixture
def opened(browser):
    """Opens an address in a browser without network; collects what goes wrong."""
    contexts, wrong = [], []

    def come(address, width=1000, **settings):
        context = browser.new_context(viewport={"width": width, "height": 800}, **settings)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda m: m.type == "error" and wrong.append(m.text))
        page.set_default_timeout(15_000)
        page.goto(address)
        return page

    yield come
    for context in contexts:
        context.close()
    assert wrong == []


def right_choice(sheet, page):
    """What the key wants, or any choice: the page shows pictures only by their content."""
    address = page.locator("#study .stage img").first.get_attribute("src")
    for trial in sheet.page["forms"][0] + sheet.page["forms"][-1]:
        shown = [page.evaluate("name => STUDY.pictures[name]", name) for name in trial["show"]]
        if shown[0] == address:
            return sheet.key["trials"][trial["id"]].get("expected")
    return None


def takes(page, sheet, labels):
    """Answer all trials; catch trials as they say, others with the first button."""
    page.get_by_role("button", name="Start").click()
    for _ in sheet.page["practice"]:
        answer(page, labels[0])
    page.get_by_role("button", name="Begin").click()
    for number in range(len(sheet.page["forms"][0])):
        page.get_by_text(f"Picture {number + 1} of").wait_for()
        wanted = right_choice(sheet, page)
        values = [value for value, _ in sheet.page["choices"]]
        answer(page, labels[values.index(wanted)] if wanted else labels[0])


def answer(page, label):
    page.locator("#study .buttons button:enabled", has_text=label).click()


def test_the_offline_page_works_from_a_disk_and_its_answers_score(study, opened, tmp_path):
    sheet, folder = study()
    page = opened(f"{(folder / 'hand_out' / 'study.html').as_uri()}?form=2")
    takes(page, sheet, ["Real", "Generated"])
    with page.expect_download() as download:
        page.get_by_text("Download my answers").click()
    file = folder / "results" / download.value.suggested_filename
    download.value.save_as(file)
    given = json.loads(file.read_text())
    assert given["form"] == 1
    assert set(given) == {
        *("format", "version", "study", "form", "participant", "started", "finished", "answers")
    }
    assert [a[0] for a in given["answers"]] != sheet.key["forms"][1]  # shuffled
    assert all(20 < a[2] < 15_000 and a[3] == a[2] for a in given["answers"])
    done = report(folder)
    assert (done["counted"], done["excluded"]) == (1, [])
    assert done["fooled_percent"]["a"]["mean"] == 100


def test_a_study_goes_on_where_it_was_after_a_reload(study, opened):
    sheet, folder = study(practice=0)
    page = opened((folder / "hand_out" / "study.html").as_uri() + "?participant=me&form=1")
    page.get_by_role("button", name="Start").click()
    for number in range(3):
        page.get_by_text(f"Picture {number + 1} of").wait_for()
        answer(page, "Real")
    page.get_by_text("Picture 4 of").wait_for()
    page.reload()
    page.get_by_text("Picture 4 of").wait_for()
    page.keyboard.press("ArrowRight")  # ignored while the picture is on its way
    assert page.locator("#study .stage img").count() == 1


def test_keys_choose_and_practice_says_what_was_right(study, opened):
    sheet, folder = study()
    page = opened((folder / "hand_out" / "study.html").as_uri())
    page.get_by_role("button", name="Start").click()
    page.locator("#study .buttons button:enabled").first.wait_for()
    page.keyboard.press("ArrowRight")
    page.get_by_text("No: it is “Real”.").wait_for()


def test_timed_pictures_go_after_their_time(study, opened):
    sheet, folder = study(exposure_ms=2000, practice=0)
    page = opened((folder / "hand_out" / "study.html").as_uri())
    page.get_by_role("button", name="Start").click()
    page.locator("#study .stage:not(.covered)").wait_for()
    page.locator("#study .stage.covered").wait_for()
    assert not page.locator("#study .stage img").is_visible()
    answer(page, "Real")
    page.get_by_text("Picture 2 of").wait_for()
    kept = page.evaluate("JSON.parse(localStorage['reenact-study-' + STUDY.study]).state.answers")
    assert 1990 <= kept[0][3] <= 3500  # 2000 and a frame; more on a busy computer
    assert kept[0][2] >= kept[0][3]


@pytest.mark.parametrize(
    ("kind", "labels"),
    [("pairwise", ["Left", "Right"]), ("rating", ["1 bad", "2 p", "3 f", "4 g", "5 e"])],
)
def test_other_kinds_fit_on_a_phone(study, opened, kind, labels):
    sheet, folder = study(kind)
    page = opened((folder / "hand_out" / "study.html").as_uri(), width=390)
    page.get_by_role("button", name="Start").click()
    answer(page, labels[0])
    page.get_by_role("button", name="Begin").click()
    page.locator("#study .buttons button:enabled").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    if kind == "pairwise":
        page.locator("#study .stage img").first.click()
        page.get_by_text("Picture 2 of").wait_for()


def test_the_mechanical_turk_layout_collects_answers_that_score(study, opened, tmp_path):
    sheet, folder = study(images_url="https://pictures.example/s")
    turk = folder / "hand_out" / "mturk"
    (row, _) = list(csv.DictReader(io.StringIO((turk / "batch.csv").read_text())))
    text = (turk / "layout.html").read_text()
    for name, value in row.items():
        text = text.replace("${" + name + "}", value)
    page = opened("about:blank")
    page.route(
        "https://assets.crowd.aws/*",
        lambda route: route.fulfill(body=CROWD, content_type="text/javascript"),
    )
    page.route(
        "https://pictures.example/s/*",
        lambda route: route.fulfill(path=turk / "images" / route.request.url.rsplit("/", 1)[1]),
    )
    page.route(
        "https://task.example/*",
        lambda route: route.fulfill(body=text, content_type="text/html; charset=utf-8"),
    )
    page.goto("https://task.example/?assignmentId=ASSIGNMENT_ID_NOT_AVAILABLE")
    assert page.get_by_role("button", name="Accept the task").is_disabled()
    page.goto("https://task.example/?assignmentId=A1&workerId=W1")
    page.evaluate("STUDY.pictures = null")
    page.get_by_role("button", name="Start").click()
    answer(page, "Real")
    page.get_by_role("button", name="Begin").click()
    trials = {t["show"][0]: t["id"] for t in sheet.page["forms"][0]}
    for number in range(len(sheet.page["forms"][0])):
        page.get_by_text(f"Picture {number + 1} of").wait_for()
        name = page.locator("#study .stage img").get_attribute("src").rsplit("/", 1)[1]
        expected = sheet.key["trials"][trials[name]].get("expected", "real")
        answer(page, "Generated" if expected == "generated" else "Real")
    page.locator("#submit").wait_for()
    given = page.evaluate("document.querySelector('crowd-form').collect()")
    assert set(given) == {"study", "form", "images_url", "answers"}
    line = {"AssignmentId": "A1", "WorkerId": "W1", "AssignmentStatus": "Submitted"}
    line |= {f"Input.{k}": v for k, v in row.items()} | {f"Answer.{k}": v for k, v in given.items()}
    with (folder / "results" / "batch.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, line)
        writer.writeheader()
        writer.writerow(line)
    done = report(folder)
    assert (done["counted"], done["excluded"]) == (1, [])
