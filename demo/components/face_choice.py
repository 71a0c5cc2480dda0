"""Which of several faces of a picture is meant: the faces with their numbers, and a choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from demo import text
from demo.outcomes import FacesFound


@dataclass(frozen=True)
class FacePart:
    """Choosing one of several faces; hidden while there is one."""

    box: gr.Group
    preview: gr.Image
    choice: gr.Radio

    @property
    def outputs(self) -> list:
        """What another picture changes."""
        return [self.box, self.preview, self.choice]

    def shown(self, found: FacesFound | None = None) -> dict[Any, Any]:
        """Updates for a picture: shown where it has several faces, the largest chosen."""
        count = 0 if found is None or found.preview is None else found.count
        updates = {
            self.box: gr.update(visible=count > 1),
            self.choice: gr.update(choices=text.face_choices(count), value="largest"),
        }
        return updates | ({self.preview: str(found.preview)} if count else {})


def draw_face_choice(label: str, elem_id: str) -> FacePart:
    """Draw the choice, hidden."""
    with gr.Group(visible=False, elem_id=elem_id, elem_classes="face-choice") as box:
        preview = gr.Image(
            label=text.FACES_PREVIEW_LABEL,
            show_label=False,
            interactive=False,
            height=180,
            buttons=[],
        )
        choice = gr.Radio(text.face_choices(0), value="largest", label=label)
    return FacePart(box, preview, choice)


def face_index(choice: int | str | None) -> int | None:
    """What was chosen as a face's index from left to right; None for the largest."""
    return choice if isinstance(choice, int) else None
