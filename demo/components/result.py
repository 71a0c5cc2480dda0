"""The right side: the result, what can be done with it, and the status line."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from demo import text
from demo.components.markup import heading, status
from demo.components.media import LivePicture


@dataclass
class ResultParts:
    """All parts of the right side. One of `slider`, `clip` and `live` is visible."""

    status: gr.HTML
    slider: gr.ImageSlider
    clip: gr.Video
    live: LivePicture
    download: gr.DownloadButton
    as_source: gr.Button
    as_driving: gr.Button
    file: gr.State
    clip_file: gr.State


def result_slider(
    elem_id: str, label: str = text.SLIDER_LABEL, *, height: int = 460, visible: bool = True
) -> gr.ImageSlider:
    """The source and the result of it, one over the other.

    Args:
        label: what screen readers call it.
        height: at most, pixels.
    """
    return gr.ImageSlider(
        label=label,
        show_label=False,
        elem_id=elem_id,
        interactive=False,
        visible=visible,
        max_height=height,
        slider_position=22,
        buttons=["fullscreen"],
    )


def build_result() -> ResultParts:
    """Draw the right side."""
    gr.HTML(heading(text.RESULT_HEAD, text.RESULT_HINT))
    line = gr.HTML(status(text.STARTING), elem_id="status", elem_classes="status-line")
    slider = result_slider("result")
    clip = gr.Video(
        label=text.CLIP_RESULT_LABEL,
        show_label=False,
        elem_id="result-clip",
        interactive=False,
        visible=False,
        autoplay=True,
        loop=True,
        height=460,
        buttons=[],
    )
    live = LivePicture(
        label=text.LIVE_RESULT_LABEL,
        show_label=False,
        elem_id="result-live",
        visible=False,
        height=460,
        buttons=["download", "fullscreen"],
    )
    with gr.Row(elem_classes="actions"):
        download = gr.DownloadButton(
            text.DOWNLOAD,
            interactive=False,
            variant="primary",
            elem_id="download",
            min_width=80,
        )
        settings = {"interactive": False, "min_width": 80}
        as_source = gr.Button(text.USE_AS_SOURCE, elem_id="as-source", **settings)
        as_driving = gr.Button(text.USE_AS_DRIVING, elem_id="as-driving", **settings)
    buttons = (download, as_source, as_driving)
    return ResultParts(line, slider, clip, live, *buttons, gr.State(None), gr.State(None))
