"""What tabs share whose runs wait for their turn and can be canceled."""

from __future__ import annotations

from typing import Any

import gradio as gr

from demo import text
from demo.components.markup import status
from demo.services import Services
from demo.sessions import Session

Updates = dict[Any, Any]


class Running:
    """Handlers of such a tab.

    Args:
        parts: has `status`, `run` and `cancel`.

    Attributes:
        kind: of the tab's jobs; see `Session.job`.
        canceled: what is said after *Cancel*.
    """

    kind: str
    canceled = text.CANCELED

    def __init__(self, services: Services, parts: Any) -> None:
        self.services, self.parts = services, parts

    @property
    def begun(self) -> list:
        """What changes when a run is asked for or canceled."""
        p = self.parts
        return [p.status, p.run, p.cancel]

    def wait(self, request: gr.Request) -> Updates:
        """A run was asked for: until its turn comes, it can be canceled."""
        self._session(request).wait(self.kind)
        return {self.parts.status: status(text.QUEUED, "busy")} | self._buttons(running=True)

    def cancel(self, request: gr.Request) -> Updates:
        """*Cancel*: stop this tab's work at its next step, or leave the line."""
        return self._cancel(self._session(request), self.parts.cancel)

    def _cancel(self, session: Session, button: Any) -> Updates:
        """Work that runs says itself that it was canceled, when it ended: nothing is said twice."""
        is_running = session.is_running(self.kind)
        count = session.cancel(self.kind)
        if is_running:
            return {button: gr.update(value=text.CANCELING, interactive=False)}
        line = status(self.canceled if count else text.NOTHING_TO_CANCEL)
        return {self.parts.status: line} | self._idle(session)

    def _idle(self, session: Session) -> Updates:
        """The buttons while nothing runs for this visitor."""
        del session
        return self._buttons(running=False)

    def _session(self, request: gr.Request) -> Session:
        return self.services.sessions.get(request.session_hash)

    def _buttons(self, *, running: bool) -> Updates:
        p = self.parts
        return {p.run: gr.update(visible=not running), p.cancel: cancel_button(running)}


def cancel_button(is_shown: bool) -> dict[str, Any]:
    """An update for *Cancel*, which can be pressed again."""
    return gr.update(visible=is_shown, value=text.CANCEL, interactive=True)
