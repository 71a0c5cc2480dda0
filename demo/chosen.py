"""One of several faces of a picture, and what to say about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo import text

if TYPE_CHECKING:
    from demo.engine import Engine
    from reenact.types import Face, Frame


def chosen_face(
    engine: Engine, frame: Frame, index: int | None, name: str
) -> tuple[Face, tuple[str, ...]]:
    """The face with an index from left to right, the largest where it is None; and a note.

    Args:
        name: `source` or `driving`, for messages.

    Returns:
        The face; and which one was taken, where the picture shows several.

    Raises:
        FaceNotFoundError: there is no face, or not so many.
    """
    from reenact.face.detect import pick_face

    faces = engine.faces(frame)
    face = pick_face(faces, index, name, frame)
    if len(faces) == 1:
        return face, ()
    number = next(n for n, one in enumerate(faces, 1) if one is face)
    return face, (text.face_taken(name, number, len(faces), is_largest=index is None),)
