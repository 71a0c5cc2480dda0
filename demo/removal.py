"""*Make neutral*: the source without its expression, by methods that can take it off."""

from __future__ import annotations

import time

from demo import text
from demo.outcomes import PictureDone
from demo.services import Services, needed
from demo.sessions import Session


def make_neutral(
    services: Services, session: Session, source: str | None, method: str, face: int | None = None
) -> PictureDone:
    """The source picture at rest, marked and written as every result is.

    Raises:
        ReenactError: with one line that says what must be true.
    """
    services.note(session, source)
    source = needed(source, text.NO_SOURCE)
    start = time.perf_counter()
    frame = services.engine.load(source, "source")
    result = services.engine.neutral(frame, method, face)
    folder = session.request_folder()
    return services.finish(folder, source, frame, method, result, time.perf_counter() - start)
