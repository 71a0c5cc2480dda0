"""One method's result in a row of several: slider, figures, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import gradio as gr

from demo import text
from demo import text_compare as words
from demo.components.examples_row import button_icon
from demo.components.result import result_slider
from demo.engine import word_of
from demo.judge import Figure, number
from demo.people import Portrait


@dataclass
class MethodCard:
    """All parts of one method's card.

    Attributes:
        line: what the method is doing, its figures, or why it has no result.
        file: the full result's path.
        people: portraits of those whom the method draws, where it draws only people it knows; seen
            when the source is nobody of them.
        portraits: their files and buttons.
    """

    name: str
    title: str
    slider: gr.ImageSlider
    line: gr.HTML
    actions: gr.Row
    download: gr.DownloadButton
    as_source: gr.Button
    as_driving: gr.Button
    file: gr.State
    people: gr.Row | None = None
    portraits: tuple[tuple[Path, gr.Button], ...] = ()


def build_card(
    name: str, title: str, summary: str, portraits: Sequence[Portrait], folder: Path
) -> MethodCard:
    """Draw the card, empty.

    Args:
        portraits: of those whom the method draws; empty where it draws anybody.
        folder: where icons are written; visitors can read it.
    """
    key = f"compare-{word_of(name)}"
    with gr.Column(min_width=330, elem_classes="card", elem_id=key):
        gr.HTML(f'<h3>{escape(title)}</h3><p class="hint">{escape(summary)}</p>')
        label = words.slider_label(title)
        slider = result_slider(f"{key}-result", label, height=380, visible=False)
        line = gr.HTML(note(words.NOT_RUN), elem_id=f"{key}-figures")
        people, buttons = _draw_people(portraits, key, folder)
        with gr.Row(elem_classes="actions", visible=False) as actions:
            download = gr.DownloadButton(text.DOWNLOAD, min_width=80, elem_id=f"{key}-download")
            as_source = gr.Button(text.USE_AS_SOURCE, min_width=80, elem_id=f"{key}-as-source")
            as_driving = gr.Button(text.USE_AS_DRIVING, min_width=80, elem_id=f"{key}-as-driving")
    file = gr.State(None)
    return MethodCard(
        name, title, slider, line, actions, download, as_source, as_driving, file, people, buttons
    )


def _draw_people(
    portraits: Sequence[Portrait], key: str, folder: Path
) -> tuple[gr.Row | None, tuple[tuple[Path, gr.Button], ...]]:
    """A row of portraits, hidden, and its buttons."""
    if not portraits:
        return None, ()
    with gr.Row(visible=False, elem_classes="examples portraits", elem_id=f"{key}-people") as row:
        gr.HTML(f'<p class="hint">{escape(words.PEOPLE_HEAD)}</p>')
        buttons = tuple(
            (
                one.file,
                gr.Button(
                    one.name.title(),
                    icon=button_icon([one.file], folder / f"{key}_person_{number}.jpg"),
                    elem_id=f"{key}-person-{number}",
                    min_width=60,
                ),
            )
            for number, one in enumerate(portraits, 1)
        )
    return row, buttons


def note(message: str, kind: str = "") -> str:
    """A line in a card; an error where `kind` says so."""
    return f'<p class="{"hint" if not kind else kind}">{escape(message)}</p>'


def figures(found: Sequence[Figure]) -> str:
    """Figures as a list of terms, so that screen readers read name and number together."""
    rows = "".join(_row(figure) for figure in found)
    return f'<dl class="figures">{rows}</dl>'


def _row(figure: Figure) -> str:
    about = words.FIGURES[figure.name][1]
    small = figure.reason
    if figure.unchanged is not None and figure.value is not None:
        small = words.unchanged(number(figure.name, figure.unchanged))
    small = f'<dd class="about">{escape(small)}</dd>' if small else ""
    return (
        f'<div><dt title="{escape(about, quote=True)}">{escape(figure.title)} {figure.arrow}</dt>'
        f"<dd>{escape(figure.shown)}</dd>{small}</div>"
    )
