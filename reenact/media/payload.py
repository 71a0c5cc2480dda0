"""What the watermark says in two bytes: what was done, by which method, on which installation."""

from __future__ import annotations

from dataclasses import dataclass

from reenact.media.provenance import KINDS, Kind, Provenance

_METHODS = (
    *("", "warp", "warp-repair", "freenet", "landmarkgan", "gag", "gannotation", "g2gan"),
    *("gcgan", "stylefusion", "pix2pix"),
)
"""Codes of methods, 0 to 31: never change the order, add at the end. 0 is any other method."""

_SHARED = {"neutral": "edit"}
"""Kinds beyond the first four have the upper half, 32 to 63, of another kind's codes."""


@dataclass(frozen=True)
class Said:
    """What a watermark says.

    Attributes:
        kind: what was done.
        method: name of the method; empty where it has no code.
        tag: 0 to 255, of the installation; one in 256 others has the same.
    """

    kind: Kind
    method: str
    tag: int


def to_payload(provenance: Provenance, tag: int) -> tuple[int, int]:
    """Two bytes: kind and method, installation.

    Example:
        >>> to_payload(Provenance("warp", "clip"), 7)
        (129, 7)
    """
    code = _METHODS.index(provenance.method) if provenance.method in _METHODS else 0
    kind = _SHARED.get(provenance.kind, provenance.kind)
    return KINDS.index(kind) * 64 + 32 * (provenance.kind in _SHARED) + code, tag


def from_payload(payload: tuple[int, int]) -> Said:
    """What two bytes say.

    Example:
        >>> from_payload((129, 7))
        Said(kind='clip', method='warp', tag=7)
    """
    number, code = divmod(payload[0], 64)
    kind = KINDS[number]
    if code >= 32:
        kind, code = next((k for k, other in _SHARED.items() if other == kind), kind), code - 32
    return Said(kind, _METHODS[code] if code < len(_METHODS) else "", payload[1])
