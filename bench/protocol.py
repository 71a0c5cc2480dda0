"""A protocol: what is measured, on what, and how, as data."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from reenact.errors import UnknownNameError

_FOLDER = Path(__file__).parent / "protocols"


@dataclass(frozen=True)
class Protocol:
    """One file of `bench/protocols/`.

    Attributes:
        name, version: a protocol never changes; what changes is a new version.
        task: the module of `bench/tasks/` that makes the pairs and measures them.
        summary: one sentence.
        data: what the data folder must hold.
        data_folder: its usual name.
        metrics: names of `bench/metrics/`.
        settings: plain values that the task takes.
    """

    name: str
    version: int
    task: str
    summary: str
    data: str
    data_folder: str
    metrics: tuple[str, ...]
    settings: dict[str, Any]

    @property
    def fingerprint(self) -> str:
        """Tells whether two records were measured alike."""
        content = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:12]


def protocol_names() -> tuple[str, ...]:
    """Names of all protocols."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.json")))


def load_protocol(name: str) -> Protocol:
    """A protocol by its name.

    Raises:
        UnknownNameError: there is none of this name.
    """
    if name not in protocol_names():
        raise UnknownNameError("protocol", name, protocol_names())
    data = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return Protocol(**{**data, "metrics": tuple(data["metrics"])})
