"""The button *Make neutral* of the tab *Reenact*, and what it does."""

from __future__ import annotations

from collections.abc import Iterator

import gradio as gr

from demo import text
from demo.components.face_choice import face_index
from demo.components.markup import status
from demo.removal import make_neutral
from demo.tabs.reenact_handlers import Handlers, Updates


class RemovalHandlers(Handlers):
    """`Handlers`, and expression removal."""

    def offer(self, method: str) -> Updates:
        """A method was chosen: the button is there where it can remove expressions."""
        is_offered = self.services.engine.removes_expressions(method)
        return {self.inputs.make_neutral: gr.update(visible=is_offered)}

    def remove(
        self, source: str | None, method: str, face: int | str, request: gr.Request
    ) -> Iterator[Updates]:
        """*Make neutral*. The result is shown where those of driving pictures are."""
        i, line = self.inputs, self.result.status
        session, button = self._session(request), i.make_neutral
        yield {line: status(text.WORKING, "busy"), button: gr.update(interactive=False)}
        try:
            done = make_neutral(self.services, session, source, method, face_index(face))
            shown = {i.tabs: gr.update(selected="picture")} | self._picture_shown(done)
            yield shown | {button: gr.update(interactive=True)}
        except Exception as error:
            yield self._error(error) | {button: gr.update(interactive=True)}
