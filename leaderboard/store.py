"""Finds and reads records: what was measured, and the rows behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reenact.errors import InputError

if TYPE_CHECKING:
    import pandas

RESULTS = Path(__file__).parent / "results"
"""The records of this project."""

MAX_RECORD_BYTES = 20_000_000


@dataclass(frozen=True)
class Entry:
    """One record and where it lies.

    Attributes:
        record: what `bench.record` wrote.
        path: its file; the rows are beside it as .parquet.
    """

    record: dict[str, Any]
    path: Path

    @property
    def method(self) -> str:
        return self.record["method"]

    @property
    def protocol(self) -> str:
        """`name@version`."""
        return self.record["protocol"]

    @property
    def name(self) -> str:
        """Unique among entries: `method/hash`."""
        return f"{self.method}/{self.path.stem}"

    @property
    def board_name(self) -> str:
        """Entries of one board were measured alike; others are never ranked together."""
        return f"{self.protocol}#{self.record['fingerprint']}"

    @property
    def seconds_a_pair(self) -> float | None:
        """What the method itself takes for a pair."""
        pairs = self.record["pairs"]
        return self.record["seconds"] / pairs if pairs and self.record["seconds"] else None

    @cached_property
    def rows(self) -> pandas.DataFrame:
        """One row a pair: pair, group, and a column a metric.

        Raises:
            InputError: the file is missing, cut off, or no parquet.
        """
        return read_rows(self.path.with_suffix(".parquet"))


def read_rows(path: Path) -> pandas.DataFrame:
    """The rows of a record.

    Raises:
        InputError: the file is missing, cut off, or no parquet.
    """
    import pandas

    if not path.is_file():
        raise InputError(f"The rows '{path.name}' must lie beside the record; they are missing.")
    try:
        return pandas.read_parquet(path)
    except Exception as error:  # pyarrow raises a kind of its own for each way to be broken
        raise InputError(f"The rows '{path.name}' are cut off or no parquet file.") from error


def read_record(path: Path) -> dict[str, Any]:
    """A record's JSON.

    Raises:
        InputError: it cannot be read, is no object, or holds NaN.
    """
    try:
        if path.stat().st_size > MAX_RECORD_BYTES:
            raise InputError(f"The record '{path.name}' must be under 20 MB.")
        record = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_constant)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InputError(f"The record '{path.name}' is no JSON that can be read.") from error
    if not isinstance(record, dict):
        raise InputError(f"The record '{path.name}' must be a JSON object.")
    return record


def _no_constant(name: str) -> None:
    raise InputError(f"The record holds {name}: every number must be finite, or null.")


def record_paths(folder: Path) -> list[Path]:
    """All files that should be records: <protocol>@<version>/<method>/<hash>.json."""
    return sorted(p for p in folder.rglob("*.json") if not p.name.startswith("."))


def load_entries(folder: Path = RESULTS) -> Iterator[Entry]:
    """The records that `leaderboard check` accepts; others are left to `check` to explain."""
    from leaderboard.check import check_path

    for path in record_paths(folder):
        entry, reasons = check_path(path, folder)
        if entry is not None and not reasons:
            yield entry
