"""A study's page in a frame of its own, and the way its answers take to the server."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from demo import text_study as words

TALK = """
const onMessage = async (event) => {
  const frame = element.querySelector("iframe");
  if (!frame || event.source !== frame.contentWindow) return;
  const said = event.data && event.data.reenactStudy;
  if (!said) return;
  if (said.height) frame.style.height = Math.min(Number(said.height) || 0, 4000) + "px";
  if (said.results) {
    let reply;
    try { reply = await server.hand_in(said.results); } catch (error) { reply = null; }
    reply = reply || { message: props.failed, scores: [] };
    frame.contentWindow.postMessage({ reenactStudy: reply }, "*");
  }
};
window.addEventListener("message", onMessage);
const theme = () => document.body.classList.contains("dark") ? "dark" : "light";
const open = () => {
  const frame = element.querySelector("iframe[data-page]");
  if (frame && !frame.src) frame.src = frame.dataset.page + "?host=demo&theme=" + theme();
};
watch("value", open);
open();
"""
"""The frame is sandboxed: it can run its script and offer a download, and nothing else."""


def build_frame(html: str, hand_in: Callable[[Any], dict[str, Any]]) -> gr.HTML:
    """The place of a study.

    Args:
        html: see `frame_html`.
        hand_in: takes what the page gives, and says what it shows.
    """

    def given(results: Any) -> dict[str, Any]:
        return hand_in(results)

    given.__name__ = "hand_in"
    return gr.HTML(
        html,
        elem_id="study-frame",
        js_on_load=TALK,
        server_functions=[given],
        failed=words.DONE_FAILED,
    )


def frame_html(page: Path) -> str:
    """The frame of a page that visitors can read."""
    address = escape(f"gradio_api/file={page}")
    return (
        f'<iframe data-page="{address}" title="{escape(words.FRAME)}" loading="lazy" '
        'sandbox="allow-scripts allow-downloads" referrerpolicy="no-referrer"></iframe>'
    )
