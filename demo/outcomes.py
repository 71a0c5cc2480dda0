"""What comes out of `Services`: finished pictures, steps of a clip, faces that were found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from demo.judge import Figure


@dataclass(frozen=True)
class PictureDone:
    """A finished picture: the full result, and small copies for the page."""

    file: Path
    before: Path
    after: Path
    seconds: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClipStep:
    """How far a clip is. `file` is set in the last step only."""

    done: int = 0
    total: int = 0
    seconds: float = 0.0
    file: Path | None = None
    notes: tuple[str, ...] = ()

    @property
    def seconds_left(self) -> float | None:
        """A guess from the speed so far; None while there is nothing to go by."""
        if self.done < 3 or not self.total:
            return None
        return self.seconds / self.done * (self.total - self.done)


@dataclass(frozen=True)
class FacesFound:
    """Faces of a picture.

    Attributes:
        count: how many.
        preview: shows their numbers, where there are several.
        copy: the picture in a form that browsers show, where it was not.
    """

    count: int
    preview: Path | None = None
    copy: Path | None = None


@dataclass(frozen=True)
class Compared:
    """How far one method of a comparison is.

    Attributes:
        method: its name.
        picture: its result; None until it is there.
        figures: empty until they are measured.
        error: one line where the method made no result.
        is_stranger: whether that is because the method draws only people it was trained on.
        is_done: whether anything of this method is still to come.
    """

    method: str
    picture: PictureDone | None = None
    figures: tuple[Figure, ...] = ()
    error: str = ""
    is_stranger: bool = False
    is_done: bool = False


@dataclass(frozen=True)
class ComparisonDone:
    """The end of a comparison: everything on one sheet."""

    sheet: Path
    count: int
    failed: int
    seconds: float
