"""A picture that a visitor chose: can it be used? The same answer on every tab that asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gradio as gr

from demo.components.markup import status
from demo.examples import is_example
from demo.services import Services, explain

if TYPE_CHECKING:
    from demo.components.consent import Consent
    from demo.components.face_choice import FacePart
    from demo.sessions import Session

Updates = dict[Any, Any]


def look_at(
    services: Services,
    session: Session,
    part: Any,
    path: str | None,
    name: str,
    said: Any,
    line: Callable[[int], str],
    face: FacePart | None = None,
) -> Updates:
    """What changes on the page.

    Args:
        part: shows the picture. said: the tab's status line.
        name: `source`, `driving` or `target`, for messages.
        line: from the number of faces to what is said of a picture that can be used.
        face: where one of several faces is chosen, in tabs that let one choose.
    """
    updates: Updates = {} if face is None else face.shown()
    if path is None or is_example(path):
        return updates | {said: gr.skip()}
    try:
        found = services.faces(session, path, name=name, is_clip=False)
    except Exception as error:
        return updates | {said: status(explain(error), "error")}
    if face is not None:
        updates |= face.shown(found)
    if found.copy is not None:
        updates[part] = str(found.copy)
    return updates | {said: status(line(found.count))}


def connect_look(
    component: Any, look: Callable[..., Updates], outputs: list, line: Any, consent: Consent | None
) -> None:
    """Look at each new picture, and once more when the visitor agreed that it may be used.

    Args:
        look: takes the picture's path and the request.
        line: the tab's status line, one of `outputs`.
    """
    limits = {"concurrency_id": "faces", "concurrency_limit": 2}
    settings = {"show_progress": "hidden", "api_visibility": "private"} | limits
    component.change(look, [component], outputs, **settings)
    if consent is None:
        return

    def look_again(path: str | None, request: gr.Request) -> Updates:
        return look(path, request) if path else {line: gr.skip()}

    consent.given.then(look_again, [component], outputs, **settings)
