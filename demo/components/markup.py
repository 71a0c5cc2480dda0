"""Small pieces of HTML. Whatever comes from outside is escaped."""

from __future__ import annotations

from html import escape
from typing import Literal

from demo import text
from demo.text_media import CONSENT_FIRST, CONSENT_LINK

Kind = Literal["info", "busy", "done", "error"]


def header() -> str:
    """Name, one line of what this is, and a button that copies a link to what is open."""
    return (
        f"<h1>{escape(text.TITLE)}</h1><p>{escape(text.TAGLINE)}</p>"
        f'<span id="copy-link-said" role="status"></span>'
        f'<button id="copy-link" type="button" data-said="{escape(text.LINK_COPIED)}" '
        f'title="{escape(text.COPY_LINK_HINT)}">{escape(text.COPY_LINK)}</button>'
    )


def heading(title: str, hint: str) -> str:
    """The title of a panel, and what it is for."""
    small = f" <small>{escape(hint)}</small>" if hint else ""
    return f"<h2>{escape(title)}{small}</h2>"


def privacy() -> str:
    """What happens to pictures."""
    return f"<p>{escape(text.PRIVACY)}</p>"


def status(message: str, kind: Kind = "info", part: float | None = None) -> str:
    """The status line. Screen readers read it out when it changes; errors at once.

    Args:
        message: one line; empty for none.
        kind: how it looks.
        part: 0 to 1 where a bar shows how far the work is.
    """
    if not message:
        return ""
    role = 'role="alert"' if kind == "error" else 'role="status" aria-live="polite"'
    bar = ""
    if part is not None:
        percent = round(100 * min(1.0, max(0.0, part)))
        bar = f'<progress max="100" value="{percent}">{percent} %</progress>'
    if message == CONSENT_FIRST:
        kind = f"{kind} consent"  # the stylesheet then shows the line to tick
        bar = f' <a href="#consent">{escape(CONSENT_LINK)}</a>'
    return f'<div class="status {kind}" {role}><span>{escape(message)}</span>{bar}</div>'


def with_notes(message: str, notes: tuple[str, ...]) -> str:
    """A message followed by what a person should know about the result."""
    return " ".join([message, *dict.fromkeys(notes)])
