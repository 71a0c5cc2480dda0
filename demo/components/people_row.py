"""A row of portraits for each method that draws only people it knows; one is seen at a time."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from demo import text
from demo.components.examples_row import button_icon
from demo.components.markup import heading
from demo.components.media import PictureFile
from demo.people import Portrait

_QUIET = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}


def build_people(
    people: dict[str, list[Portrait]], method: gr.Dropdown, source: PictureFile, folder: Path
) -> None:
    """Draw the rows, hidden until their method is chosen; a portrait becomes the source.

    Args:
        people: by method. folder: where icons are written; visitors can read it.
    """
    rows: dict[str, gr.Row] = {}
    for number, (name, portraits) in enumerate(people.items()):
        with gr.Row(
            visible=False, elem_classes="examples people", elem_id=f"people-{number}"
        ) as row:
            gr.HTML(heading(text.PEOPLE_HEAD, ""), min_width=120)
            for portrait in portraits:
                icon = button_icon([portrait.file], folder / f"person_{number}_{portrait.name}.jpg")
                button = gr.Button(
                    portrait.name.title(),
                    icon=icon,
                    elem_id=f"person-{number}-{portrait.name}",
                    min_width=120,
                )
                button.click(_gives(portrait.file), None, source, **_QUIET)
        rows[name] = row
    if rows:

        def show(chosen: str) -> list[dict]:
            return [gr.update(visible=chosen == name) for name in rows]

        method.change(show, method, list(rows.values()), **_QUIET)


def _gives(file: Path):
    return lambda: str(file)
