"""The tab *Study*: take a study, hand in, see your own score."""

from __future__ import annotations

import gradio as gr

from demo import text_study as words
from demo.components.markup import heading, status
from demo.components.study_frame import build_frame, frame_html
from demo.site import Site
from demo.studies import Studies

QUIET = {"show_progress": "hidden", "api_visibility": "private"}


def build(site: Site) -> None:
    """Draw the tab and connect it."""
    studies = Studies.from_environ()
    pages = studies.publish(site.public)
    about = [words.NOT_KEPT if studies.results is None else words.KEPT]
    about += [words.PEOPLE] if studies.is_built_in else []
    with gr.Tab(words.TAB, id="study", elem_id="study-tab"):
        gr.HTML(heading(words.HEAD, words.HINT))
        if not pages:
            gr.HTML(status(words.NO_STUDY))
            return
        names = [(study.title, name) for name, study in studies.found.items()]
        first = names[0][1]
        is_one_of_many = len(names) > 1
        which = gr.Radio(
            names,
            value=first,
            label=words.WHICH,
            show_label=False,
            visible=is_one_of_many,
            elem_id="study-which",
        )
        frame = build_frame(frame_html(pages[first]), studies.hand_in)
        gr.HTML(f'<p class="hint">{" ".join(about)}</p>')
    which.input(lambda name: frame_html(pages[name]), which, frame, queue=False, **QUIET)
