"""A picture that a visitor chose: can it be used? The same answer on every tab that asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gradio as gr

from demo.components.markup import status
from demo.examples import is_example
from demo.services import Services, explain

if TYPE_CHECKING:
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
) -> Updates:
    """What changes on the page.

    Args:
        part: shows the picture. said: the tab's status line.
        name: `source`, `driving` or `target`, for messages.
        line: from the number of faces to what is said of a picture that can be used.
    """
    if path is None or is_example(path):
        return {said: gr.skip()}
    try:
        found = services.faces(session, path, name=name, is_clip=False)
    except Exception as error:
        return {said: status(explain(error), "error")}
    updates: Updates = {} if found.copy is None else {part: str(found.copy)}
    return updates | {said: status(line(found.count))}
