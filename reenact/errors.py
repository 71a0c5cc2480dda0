"""Everything that a user can cause, as one tree of exceptions.

ReenactError
├── InputError          a picture, clip, point list or option that cannot be used
│   ├── ImageError      the picture cannot be read or is out of bounds
│   ├── VideoError      the clip cannot be read or written
│   ├── EditError       the landmark edits cannot be used
│   ├── StrangerError   the picture shows nobody whom the method was trained to draw
│   └── ShapeError      an array has the wrong shape
├── FaceNotFoundError   no face, or fewer faces than the index asked for
├── OutputError         the result cannot be written
├── WeightsError        weights are missing, damaged, or belong to something else
├── CertificateError    the certificate for content credentials cannot be used
└── UnknownNameError    a method, scheme, protocol or metric that does not exist

Each message says what must be true, what we got, and what to do. The command
line and the demo show it as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ReenactError(Exception):
    """Base of all errors that a user can cause."""


class InputError(ReenactError):
    """A picture, clip, point list or option cannot be used."""


class ImageError(InputError):
    """A picture cannot be read, or is out of bounds."""


class VideoError(InputError):
    """A clip cannot be read or written."""


class EditError(InputError):
    """Landmark edits cannot be used."""


class StrangerError(InputError):
    """A picture shows nobody whom the method was trained to draw.

    Attributes:
        people: whom it draws.
    """

    def __init__(self, message: str, people: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.people = people


class ShapeError(InputError):
    """An array has the wrong shape."""


class FaceNotFoundError(ReenactError):
    """No face was found, or fewer faces than the index asked for."""


class OutputError(ReenactError):
    """A result cannot be written."""


class WeightsError(ReenactError):
    """Weights are missing, damaged, or belong to something else."""


class CertificateError(ReenactError):
    """The certificate or key that content credentials are signed with cannot be used."""


class UnknownNameError(ReenactError):
    """A name that does not exist, with the closest one that does."""

    def __init__(self, kind: str, name: str, available: Iterable[str]) -> None:
        names = sorted(available)
        close = get_close_matches(name, names, n=1, cutoff=0.5)
        hint = f" Did you mean '{close[0]}'?" if close else ""
        super().__init__(f"Unknown {kind} '{name}'.{hint} Available: {', '.join(names)}.")
