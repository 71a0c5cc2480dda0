"""What a visitor does with the page, and what they see."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

PATIENCE_MS = 150_000
"""Only a broken page takes this long, even on a busy computer."""


class Visitor:
    """One open page.

    Args:
        agrees: whether the visitor ticks at once that they may use what they bring.
    """

    def __init__(self, page: Page, url: str, *, agrees: bool = True) -> None:
        self.page = page
        self.requests: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.set_default_timeout(PATIENCE_MS)
        page.goto(url)
        expect(page.locator("#result img").first).to_be_visible(timeout=PATIENCE_MS)
        expect(page.locator("#source img")).to_be_visible(timeout=PATIENCE_MS)
        if agrees:
            page.locator("#consent input").check()

    @property
    def status(self) -> str:
        return self.page.locator("#status").inner_text().strip()

    def sees(self, message: str) -> None:
        """Wait until the status line says this."""
        expect(self.page.locator("#status")).to_contain_text(message, timeout=PATIENCE_MS)

    def opens(self, tab: str) -> None:
        self.page.get_by_role("tab", name=tab, exact=True).click()

    def brings(self, part: str, file: Path) -> None:
        """Put a file in place of what is there."""
        there = self.page.locator(f"#{part}").get_by_label("Remove Image")
        if there.count():
            there.click()
        self.page.set_input_files(f"#{part} input[type=file]", str(file))

    def runs_picture(self) -> np.ndarray:
        """Press the button; the new result's pixels."""
        before = self.address
        self.page.click("#run-picture")
        return self.waits_for_result(before)

    def waits_for_result(self, before: str) -> np.ndarray:
        """Wait until the result is another one than `before`; its pixels."""
        expect(self.page.locator("#result img").nth(1)).not_to_have_attribute(
            "src", before, timeout=PATIENCE_MS
        )
        self.sees("Done in")
        return self.result

    @property
    def address(self) -> str:
        """Where the result that is shown lies."""
        return self.page.locator("#result img").nth(1).get_attribute("src") or ""

    @property
    def result(self) -> np.ndarray:
        """(H, W, 3) the result that is shown."""
        return self._pixels(1)

    @property
    def original(self) -> np.ndarray:
        """(H, W, 3) what the result is compared with."""
        return self._pixels(0)

    def downloads(self, to: Path) -> Path:
        with self.page.expect_download() as download:
            self.page.click("#download")
        file = to / download.value.suggested_filename
        download.value.save_as(file)
        return file

    def _pixels(self, number: int) -> np.ndarray:
        address = self.page.locator("#result img").nth(number).get_attribute("src")
        data = self.page.request.get(address).body()
        return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def difference(first: np.ndarray, second: np.ndarray) -> float:
    """Mean difference of two pictures of one size, in gray levels."""
    assert first.shape == second.shape
    return float(np.abs(first.astype(int) - second).mean())
