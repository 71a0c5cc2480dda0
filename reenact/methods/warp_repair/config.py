"""Settings of the repair network, saved as JSON beside its weights."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from reenact.errors import WeightsError

DRAWN = 2
"""Drawn channels that the network sees: lips, inside of the mouth."""


@dataclass(frozen=True)
class RepairConfig:
    """One variant.

    Attributes:
        window_px: side of the window around the mouth that the network sees, pixels; a multiple
            of 16.
        window_eyes: side of that window in outer eye corner distances.
        widths: channels at a quarter, an eighth and a sixteenth of the window.
        blocks: residual blocks at each of these, on the way down and up.
    """

    window_px: int = 128
    window_eyes: float = 1.5
    widths: tuple[int, int, int] = (48, 80, 128)
    blocks: int = 1

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> RepairConfig:
        """The settings in a weights file's card.

        Raises:
            WeightsError: other names than the ones above.
        """
        names = {field.name for field in fields(cls)}
        if set(values) != names:
            raise WeightsError(f"The config must have {sorted(names)}, got {sorted(values)}.")
        return cls(**{**values, "widths": tuple(values["widths"])})


TINY = RepairConfig(window_px=32, widths=(8, 8, 8), blocks=1)
"""For tests."""
