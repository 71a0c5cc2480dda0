"""What each pair gave, as plain values: in memory, in the journal of a run, and as a table."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bench.tasks import Pair

if TYPE_CHECKING:
    import pandas

COLUMNS = ("pair", "group", "person", "driving_person", "label", "clip", "index")
FAILURE = "failure_"
"""Before a metric's name: the column that says why a pair failed."""


@dataclass
class Row:
    """What one pair gave: for each metric a number, a feature, a failure's reason, or nothing.

    Attributes:
        key: see `bench.fingerprints.pair_key`.
        content: see `bench.fingerprints.content_key`.
        values: one number each metric of pairs.
        features: (D,) float32 each metric of sets.
        failures: reasons, by metric.
        seconds: what the method took.
    """

    pair: str
    group: str
    person: str = ""
    driving_person: str = ""
    label: str = ""
    clip: str = ""
    index: int = 0
    key: str = ""
    content: str = ""
    values: dict[str, float] = field(default_factory=dict)
    features: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @classmethod
    def of(cls, pair: Pair, key: str = "", content: str = "") -> Row:
        """An empty row of a pair."""
        return cls(
            pair=pair.name,
            group=pair.group,
            person=pair.person,
            driving_person=pair.driving_person,
            label=pair.label,
            clip=pair.clip,
            index=pair.index,
            key=key,
            content=content,
        )


def to_json(row: Row) -> dict[str, Any]:
    """A row as JSON can keep it, without loss."""
    packed = {
        name: base64.b64encode(np.asarray(array, "<f4").tobytes()).decode()
        for name, array in row.features.items()
    }
    return {**asdict(row), "features": packed}


def from_json(kept: dict[str, Any]) -> Row:
    """`to_json` back."""
    features = {
        name: np.frombuffer(base64.b64decode(text), "<f4").astype(np.float32)
        for name, text in kept["features"].items()
    }
    return Row(**{**kept, "features": features})


def to_table(
    rows: Sequence[Row], pair_metrics: Sequence[str], metrics: Sequence[str]
) -> pandas.DataFrame:
    """One line a pair, sorted by its name: who, a column a metric of pairs, failures by metric.

    Args:
        pair_metrics: the metrics that have a number a pair.
        metrics: all metrics of the protocol.
    """
    import pandas

    ordered = sorted(rows, key=lambda row: row.pair)
    table: dict[str, Any] = {
        name: pandas.array([getattr(row, name) for row in ordered], dtype=kind)
        for name, kind in zip(COLUMNS, ("str",) * 6 + ("int64",), strict=True)
    }
    for name in pair_metrics:
        table[name] = np.array([row.values.get(name, np.nan) for row in ordered], np.float64)
    for name in metrics:
        reasons = [row.failures.get(name, "") for row in ordered]
        table[FAILURE + name] = pandas.array(reasons, dtype="str")
    return pandas.DataFrame(table)


def table_sha256(table: pandas.DataFrame) -> str:
    """Hash of a table's content in one written form: CSV, nine digits, pairs by name."""
    ordered = table.sort_values("pair", kind="stable") if "pair" in table else table
    text = ordered.to_csv(index=False, float_format="%.9g", lineterminator="\n")
    return hashlib.sha256(text.encode()).hexdigest()
