"""Links that can be shared: `?tab=compare&method=warp&example=2`. Nothing of a visitor is in them.

What is not known is left out, so an old link still opens the page. The tab and the method are set
here; `assets/links.js` presses the example's button, and keeps the page's address up to date.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

if TYPE_CHECKING:
    from demo.site import Site

FOLLOW = "() => window.reenactLinks?.follow()"


@dataclass(frozen=True)
class Link:
    """What an address asks for; empty where it says nothing that is known."""

    tab: str = ""
    method: str = ""


def read_link(query: Mapping[str, str], tabs: Collection[str], methods: Collection[str]) -> Link:
    """The known part of an address.

    Example:
        >>> read_link({"tab": "compare", "method": "?"}, ["compare"], ["warp"])
        Link(tab='compare', method='')
    """
    tab, method = query.get("tab", ""), query.get("method", "")
    return Link(tab if tab in tabs else "", method if method in methods else "")


def connect_links(site: Site) -> None:
    """Follow the address that a page was opened with, after the first screen is there."""
    tabs = {str(tab.id) for tab in site.pages.children if getattr(tab, "id", None)}
    methods = site.services.engine.method_names()

    def follow(request: gr.Request) -> dict[Any, Any]:
        link = read_link(request.query_params, tabs, methods)
        updates: dict[Any, Any] = {
            site.pages: gr.update(selected=link.tab) if link.tab else gr.skip()
        }
        if link.method:
            updates |= dict.fromkeys(site.methods, link.method)
        return updates

    settings = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    opened = site.loaded.then(follow, None, [site.pages, *site.methods], **settings)
    opened.then(None, None, None, js=FOLLOW)
    for dropdown in site.methods:
        dropdown.input(
            None, dropdown, None, js="(name) => window.reenactLinks?.note('method', name)"
        )
