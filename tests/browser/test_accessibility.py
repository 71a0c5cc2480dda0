"""axe-core (Deque, MPL-2.0) on every tab: no serious or critical violation.

The library is fetched with npm once, into a cache folder: `pytest -m "network and browser"`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from demo import text
from reenact.registry import method_names
from tests.browser.tabs import SCHEMES, WIDTHS, open_tab, tab_buttons
from tests.browser.visitor import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.network]
expect.set_options(timeout=PATIENCE_MS)
AXE_VERSION = "4.14.1"
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="session")
def axe() -> str:
    """The library's source."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = caches / "reenact-tests"
    script = folder / f"axe-{AXE_VERSION}.min.js"
    if not script.is_file():
        if shutil.which("npm") is None:
            pytest.skip("axe-core comes from npm, which is not installed")
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "pack", f"axe-core@{AXE_VERSION}", "--silent"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
        if done.returncode:
            pytest.skip(f"npm could not fetch axe-core {AXE_VERSION}: {done.stderr[-200:]}")
        archive = folder / f"axe-core-{AXE_VERSION}.tgz"
        with tarfile.open(archive) as packed:
            script.write_bytes(packed.extractfile("package/axe.min.js").read())
        archive.unlink()
    return script.read_text(encoding="utf-8")


def violations(page: Page, axe: str) -> list[str]:
    """What is seriously wrong with what is shown now."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary']}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


@pytest.fixture(params=[(w, s) for w in WIDTHS for s in SCHEMES], ids=lambda p: f"{p[0]}-{p[1]}")
def page(request, visit) -> Page:
    width, scheme = request.param
    opened = visit(width, WIDTHS[width]).page
    opened.emulate_media(color_scheme=scheme)
    opened.reload()  # the page chooses its theme when it opens
    expect(opened.locator("#source img")).to_be_visible(timeout=PATIENCE_MS)
    return opened


def test_no_tab_keeps_anyone_out(page, axe):
    wrong = {}
    for name in tab_buttons(page).all_inner_texts():
        open_tab(page, name)
        wrong[name] = violations(page, axe)
    assert not any(wrong.values()), wrong


def test_nor_does_what_appears_while_people_work(page, axe, no_face):
    for kind in (text.TAB_CLIP, text.TAB_CAMERA, text.TAB_PICTURE):
        page.get_by_role("tab", name=kind, exact=True).click()
        assert violations(page, axe) == [], kind
    page.locator("#source").get_by_label("Remove Image").click()
    page.set_input_files("#source input[type=file]", str(no_face))
    page.locator("#status .error, #status .consent").first.wait_for()
    assert violations(page, axe) == [], "an error"
    open_tab(page, "Compare")
    page.click("#compare-example-1")
    expect(page.locator("#compare-status")).to_contain_text("Compared", timeout=PATIENCE_MS)
    assert violations(page, axe) == [], "a comparison"


@pytest.mark.skipif("stylefusion" not in method_names(), reason="stylefusion is not registered")
def test_nor_does_a_fused_face(page, axe):
    open_tab(page, "Style fusion")
    page.click("#style-example-1")
    expect(page.locator("#style-status")).to_contain_text("of at most", timeout=PATIENCE_MS)
    assert violations(page, axe) == [], "faces that form"
    line = page.locator("#style-status")
    expect(line).to_contain_text("Done in", timeout=3 * PATIENCE_MS)
    page.click("#style-solve")
    expect(line).to_contain_text("Solved in", timeout=3 * PATIENCE_MS)
    page.click("#style-grid")
    expect(page.locator("#style-sheet img")).to_be_visible(timeout=3 * PATIENCE_MS)
    page.locator("#style-files button").first.click()
    assert violations(page, axe) == [], "result, costs and grid"


def test_axe_sees_what_is_wrong(page, axe):
    """A check of the check: a picture without a description and gray words on gray."""
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<main><img src=\"x.png\"></main>')"
    )
    assert any(line.startswith("image-alt") for line in violations(page, axe))
