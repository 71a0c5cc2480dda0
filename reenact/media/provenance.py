"""What an output says about itself, and what the owner of a machine lets it say."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from reenact import __version__
from reenact.errors import InputError

if TYPE_CHECKING:
    from reenact.types import Result

Kind = Literal["picture", "edit", "clip", "live", "neutral"]
KINDS: tuple[Kind, ...] = ("picture", "edit", "clip", "live", "neutral")
"""Reenacted picture, landmarks moved by a person, clip, camera frame, expression removed."""

LABEL = "reenact.output"
"""Name of our assertion in the content credentials."""

GENERATOR = "reenact"

_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_DONE: dict[str, str] = {
    "picture": "The facial expression was changed to that of another picture.",
    "edit": "The facial landmarks were moved by hand.",
    "clip": "The face was animated with the motion of a clip.",
    "live": "The face was animated with the motion of a camera.",
    "neutral": "The facial expression was removed.",
}


@dataclass(frozen=True)
class Provenance:
    """What was done, in words that name nobody: no file names, people, places or times.

    Attributes:
        method: name of the method.
        kind: what it was used for.
        weights_sha256: hash of the weights file; empty where the method has none.
        is_whole: whether every pixel is a network's (a face crop of a trained method); otherwise
            the output is a photograph with generated parts.
        version: of this program.
    """

    method: str
    kind: Kind = "picture"
    weights_sha256: str = ""
    is_whole: bool = False
    version: str = __version__

    @classmethod
    def of(cls, result: Result, kind: Kind | None = None, *, crop_only: bool = False) -> Provenance:
        """The provenance of a result.

        Args:
            kind: what the method was used for; None for what the result says itself.
            crop_only: whether the output is the face crop, without the rest of the picture.
        """
        return cls(
            method=result.method,
            kind=kind or result.kind,
            weights_sha256=result.weights_sha256,
            is_whole=crop_only and _renders_everything(result.method),
        )

    @property
    def sentence(self) -> str:
        """What was done, in one sentence."""
        return _DONE[self.kind]

    @property
    def source_type(self) -> str:
        """IPTC's digital source type."""
        name = (
            "trainedAlgorithmicMedia" if self.is_whole else "compositeWithTrainedAlgorithmicMedia"
        )
        return _SOURCE_TYPES + name

    def data(self) -> dict[str, Any]:
        """Our assertion in the content credentials."""
        return {
            "kind": self.kind,
            "method": self.method,
            "weights_sha256": self.weights_sha256,
            "version": self.version,
        }


def _renders_everything(method: str) -> bool:
    """Whether a method's crop comes out of a network as a whole."""
    from reenact.registry import method_class, method_names

    # What bends or repairs the photograph itself keeps its pixels.
    return method in method_names() and method_class(method).info.renders_everything


@dataclass(frozen=True)
class Marking:
    """What outputs carry. It is the owner's choice, never a visitor's.

    Attributes:
        credentials: C2PA content credentials, and a line of plain text where the format has room.
        watermark: an invisible watermark in the pixels.
    """

    credentials: bool = True
    watermark: bool = True

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> Marking:
        """On, but for what `REENACT_CREDENTIALS=off` and `REENACT_WATERMARK=off` turn off.

        Raises:
            InputError: a variable is neither on nor off.
        """
        return cls(switch(environ, "REENACT_CREDENTIALS"), switch(environ, "REENACT_WATERMARK"))


def switch(environ: Mapping[str, str], variable: str, default: bool = True) -> bool:
    """A variable of the environment that is on or off.

    Raises:
        InputError: it is something else.
    """
    text = environ.get(variable, "").strip().lower()
    if not text:
        return default
    if text not in ("on", "off"):
        raise InputError(f"`{variable}` must be on or off, got '{text:.40}'. Leave it out for on.")
    return text == "on"
