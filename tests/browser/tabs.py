"""All tabs of the page, whichever there are."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

ARTIFACTS = Path(__file__).parents[2] / "artifacts" / "screens"
"""Screenshots for people to look at; git ignores the folder."""

WIDTHS = {1280: 900, 390: 844}
SCHEMES = ("light", "dark")


def tab_buttons(page: Page) -> Locator:
    """The buttons that open the tabs, from left to right."""
    return page.locator('#pages > .tab-wrapper [role="tab"]')


def open_tab(page: Page, name: str) -> str:
    """Open a tab and wait until it is drawn; its id."""
    button = tab_buttons(page).filter(has_text=name).first
    button.click()
    expect(button).to_have_attribute("aria-selected", "true")
    page.wait_for_timeout(1500)  # a tab draws its parts when it is opened, and says nothing of it
    return button.get_attribute("data-tab-id") or ""
