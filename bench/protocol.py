"""A protocol: what is measured, on what, and how, as data."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from reenact.errors import InputError, UnknownNameError

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
    def command(self) -> str:
        """What measures it."""
        is_run = self.name in protocol_names()
        return f"python -m {f'bench run {self.name}' if is_run else self.task}"

    @property
    def fingerprint(self) -> str:
        """Tells whether two records were measured alike."""
        content = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:12]


def protocol_names() -> tuple[str, ...]:
    """Names of all protocols that `bench run` runs; `name` stands for its newest version."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.json") if "@" not in path.stem))


def older_names() -> tuple[str, ...]:
    """`name@version` of versions that newer ones have replaced; they can still be run."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*@*.json")))


def find_protocol(name: str) -> Protocol:
    """A protocol by `name@version`, whatever measures it.

    Raises:
        UnknownNameError: there is none of this name and version.
    """
    newest = [load_protocol(name) for name in protocol_names()]
    known = {f"{one.name}@{one.version}": one for one in (*newest, *programs())}
    for older in older_names():
        known[older] = _read(_FOLDER / f"{older}.json")
    if name not in known:
        raise UnknownNameError("protocol", name, known)
    return known[name]


def load_protocol(name: str) -> Protocol:
    """A protocol by its name, or by `name@version`.

    Raises:
        UnknownNameError: there is none of this name.
        InputError: a program of its own measures it.
    """
    for program in programs():
        if name == program.name:
            raise InputError(
                f"`{name}` is measured by a program of its own. Run: {program.command}"
            )
    if "@" in name:
        return find_protocol(name)
    if name not in protocol_names():
        raise UnknownNameError("protocol", name, protocol_names())
    return _read(_FOLDER / f"{name}.json")


def programs() -> tuple[Protocol, ...]:
    """Protocols that `bench run` does not run: a program of their own measures them."""
    return tuple(_read(path) for path in sorted(_FOLDER.glob("*/*.json")))


def _read(path: Path) -> Protocol:
    data = json.loads(path.read_text(encoding="utf-8"))
    return Protocol(**{**data, "metrics": tuple(data["metrics"])})
