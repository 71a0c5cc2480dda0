"""Writing a result as every result is written: marked as generated, with small copies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from demo.engine import word_of
from demo.marks import save_preview
from demo.outcomes import PictureDone
from demo.pictures import save_shown, shrink
from reenact.media.provenance import Marking, Provenance
from reenact.media.write import save_result

if TYPE_CHECKING:
    from reenact.types import Frame, Result


def write_picture(
    file: Path, frame: Frame, method: str, result: Result, seconds: float, marking: Marking
) -> PictureDone:
    """Write a result and small copies of it.

    Args:
        file: where; `before_METHOD.jpg` and `after_METHOD.jpg` are written beside it.
        frame: the source.
        seconds: what the page says it took.
    """
    folder, word = file.parent, word_of(method)
    save_result(result, file, marking=marking)
    shown = folder / f"after_{word}.jpg"
    return PictureDone(
        file=file,
        before=save_shown(frame, folder / f"before_{word}.jpg"),
        after=save_preview(shrink(result.image), shown, Provenance.of(result), marking),
        seconds=seconds,
        notes=tuple(result.notes),
    )
