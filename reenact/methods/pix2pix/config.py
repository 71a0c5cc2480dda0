"""Settings of the pix2pix baseline."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pix2PixConfig:
    """The network.

    Attributes:
        kind: `paper`, or `light`.
        width: of the paper's first layer. blocks: residual blocks of the paper's.
        widths: of the light one at a quarter, an eighth and a sixteenth of the resolution.
    """

    kind: str = "paper"
    width: int = 64
    blocks: int = 9
    widths: tuple[int, int, int] = (48, 96, 192)


LIGHT = Pix2PixConfig(kind="light")
TINY = Pix2PixConfig(kind="light", widths=(8, 8, 8))
"""For tests."""
