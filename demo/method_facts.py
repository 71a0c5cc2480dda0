"""What is known about a method: registry, model card, results. Whatever is missing is left out."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reenact.base import MethodInfo

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Figures:
    """One protocol's results of a method.

    Attributes:
        protocol: `name@version`.
        rows: metric title with its arrow, and the mean with its 95 % interval.
        is_partial: whether only a part of the protocol was run.
        was_seen: whether the weights were trained on the same pictures.
    """

    protocol: str
    rows: tuple[tuple[str, str], ...]
    is_partial: bool = False
    was_seen: bool = False


@dataclass(frozen=True)
class Facts:
    """All about one method. `card` is its model card, empty where there is none."""

    name: str
    info: MethodInfo
    card: dict[str, Any] = field(default_factory=dict)
    figures: tuple[Figures, ...] = ()


def find_facts(name: str, results: Path | None = None) -> Facts:
    """Look everything up; files that cannot be read are logged and left out.

    Args:
        results: folder of records; None for the project's own.
    """
    from leaderboard.store import RESULTS
    from reenact.registry import method_class

    kind = method_class(name)
    stem = Path(kind.own_weights_file()).stem
    figures = tuple(_figures(name, RESULTS if results is None else results))
    return Facts(name, kind.info, _card(stem), figures)


def _card(stem: str) -> dict[str, Any]:
    import reenact

    path = Path(reenact.__file__).parent / "weights" / f"{stem}.json"
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        logger.exception("The model card %s cannot be read", path.name)
        return {}
    return card if isinstance(card, dict) else {}


def _figures(method: str, folder: Path) -> Iterator[Figures]:
    """The newest record of each protocol."""
    from leaderboard.store import read_record, record_paths

    newest: dict[str, dict[str, Any]] = {}
    for path in record_paths(folder) if folder.is_dir() else ():
        try:
            record = read_record(path)
            if record["method"] == method:
                before = newest.get(record["protocol"])
                if before is None or before.get("time", "") <= record.get("time", ""):
                    newest[record["protocol"]] = record
        except Exception:  # one broken record must not hide a method
            logger.exception("The record %s cannot be used", path)
    for protocol, record in sorted(newest.items()):
        try:
            yield _one(protocol, record)
        except Exception:
            logger.exception("The record of %s on %s cannot be shown", method, protocol)


def _one(protocol: str, record: dict[str, Any]) -> Figures:
    rows = tuple(_row(name, value) for name, value in record["metrics"].items())
    return Figures(
        protocol,
        tuple(row for row in rows if row is not None),
        bool(record.get("is_partial")),
        bool(record.get("data_seen_in_training")),
    )


def _row(name: str, value: dict[str, Any]) -> tuple[str, str] | None:
    from bench.metrics import METRICS

    mean = value.get("mean")
    if mean is None or name not in METRICS:
        return None
    about = METRICS[name]
    unit = f" {about.unit}" if about.unit else ""
    low, high = value.get("interval_95") or (None, None)
    between = "" if low is None or high is None else f" [{low:.3g}, {high:.3g}]"
    return f"{about.title} {about.arrow}{unit}", f"{mean:.3g}{between}"
