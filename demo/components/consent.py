"""The line that a visitor ticks once before their own files are used; examples work without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from demo import text_media as words
from demo.services import Services


@dataclass
class Consent:
    """The box, and what happens after it was ticked.

    Attributes:
        given: an event; tabs add with `then` what waits for the visitor's word.
    """

    box: gr.Checkbox
    given: Any


def build_consent(services: Services) -> Consent:
    """Draw the line; it is not shown where the owner needs no consent."""
    is_needed = services.config.consent
    with gr.Group(elem_id="consent", visible=is_needed):
        box = gr.Checkbox(not is_needed, label=words.CONSENT, info=words.CONSENT_INFO)

    def agree(agrees: bool, request: gr.Request) -> None:
        services.sessions.agree(request.session_hash, agrees)

    given = box.input(
        agree, box, None, queue=False, show_progress="hidden", api_visibility="private"
    )
    return Consent(box, given)
