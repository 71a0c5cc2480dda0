"""*Use as source* and *Use as driving*: a result becomes an input, on every tab at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from demo.components.markup import status
from demo.services import explain

if TYPE_CHECKING:
    from demo.site import Site

QUIET = {"show_progress": "hidden", "api_visibility": "private"}


def connect_carriers(site: Site) -> None:
    """Connect all buttons that tabs left in `site.carriers`, when every tab is built."""
    for carrier in site.carriers:
        places = [part for name, part in site.places.items() if name.endswith(f".{carrier.role}")]

        def carry(file: str | None, request: gr.Request, places=places, line=carrier.status):
            return carried(site, file, request.session_hash, places, line)

        carrier.button.click(carry, carrier.file, [*places, carrier.status], queue=False, **QUIET)


def carried(
    site: Site, file: str | None, session_id: str | None, places: list, line: Any
) -> dict[Any, Any]:
    """Updates that put a copy of the result into each place.

    The copy outlives the result, of which only the last few are kept.
    """
    if file is None:
        return {line: gr.skip()}
    try:
        kept = site.services.sessions.get(session_id).keep(file)
    except Exception as error:
        return {line: status(explain(error), "error")}
    return dict.fromkeys(places, str(kept))
