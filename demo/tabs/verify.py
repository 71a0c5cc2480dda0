"""The tab *Check a picture*: did a file come from here, and what was done to it?"""

from __future__ import annotations

from html import escape

import gradio as gr

from demo import text_media as words
from demo.components.examples_row import build_buttons
from demo.components.markup import heading, status
from demo.components.media import PlainFile
from demo.services import Services, explain
from demo.site import Site
from reenact.media.verify import Answer, verify

QUIET = {"api_visibility": "private"}


def build(site: Site) -> None:
    """Draw the tab and connect it."""
    first = site.examples[0].source if site.examples else None
    made_icon = (site.examples[0].target or first) if first else None
    icons = [(words.EXAMPLE_HERE, [made_icon]), (words.EXAMPLE_ELSEWHERE, [first])] if first else []
    with gr.Tab(words.TAB, id="verify"):
        buttons = build_buttons(icons, site.public, tab="verify")
        gr.HTML(heading(words.HEAD, words.HINT))
        with gr.Row(elem_classes="panels"):
            with gr.Column(scale=5, min_width=320):
                file = PlainFile(
                    label=words.FILE_LABEL,
                    file_types=["image", "video"],
                    height=220,
                    elem_id="verify-file",
                )
                gr.Markdown(words.ABOUT, elem_classes="hint")
            with gr.Column(scale=6, min_width=320):
                shown = gr.HTML(status(words.CHOOSE), elem_id="verify-answer")

    def look(path: str | None, request: gr.Request) -> tuple[None, str]:
        return None, check(site.services, request.session_hash, path)

    for button, is_ours in zip(buttons, (True, False), strict=False):

        def example(request: gr.Request, is_ours: bool = is_ours) -> str:
            done = site.welcome.wait(site.services.config.welcome_seconds) if is_ours else None
            path = first if done is None else done.file
            return check(site.services, request.session_hash, str(path))

        limits = {"concurrency_id": "checks", "concurrency_limit": 2}
        button.click(example, None, shown, **limits, **QUIET)
    file.upload(look, file, [file, shown], concurrency_id="checks", concurrency_limit=2, **QUIET)


def check(services: Services, visitor: str | None, path: str | None) -> str:
    """HTML with the answer; the visitor's file is deleted, whatever comes out."""
    session = services.sessions.get(visitor)
    if path is None:
        return status(words.CHOOSE)
    services.sessions.note_upload(session, path)
    try:
        return answer_html(verify(path))
    except Exception as error:
        return status(explain(error), "error")
    finally:
        services.sessions.forget_upload(session, path)


def answer_html(answer: Answer) -> str:
    """The answer as a headline, a sentence and a table."""
    facts = {
        "credentials": words.CREDENTIALS[answer.credentials],
        "watermark": words.FOUND if answer.has_watermark else words.NOT_FOUND,
        "kind": words.KINDS.get(answer.kind, ""),
        "method": answer.method,
        "version": answer.version,
        "weights_sha256": answer.weights_sha256[:16],
        "signer": answer.signer,
    }
    rows = "".join(
        f"<tr><th scope='row'>{escape(words.FACTS[name])}</th><td>{escape(value)}</td></tr>"
        for name, value in facts.items()
        if value
    )
    return (
        f'<div class="answer {answer.verdict}" role="status" aria-live="polite">'
        f"<h3>{escape(words.VERDICTS[answer.verdict])}</h3><p>{escape(answer.text)}</p>"
        f"<table>{rows}</table><p class='hint'>{escape(words.NOT_KEPT)}</p></div>"
    )
