"""Metrics: pure functions, one file a family. What each one means is in `METRICS`.

Landmark metrics are measured on landmarks that are detected on the output picture, never on those
that the method aimed at.
"""

from __future__ import annotations

from bench.metrics.about import Metric, NotComputed, Skipped
from bench.metrics.table import METRICS
from reenact.errors import UnknownNameError

__all__ = ["METRICS", "Metric", "NotComputed", "Skipped", "metric"]


def metric(name: str) -> Metric:
    """What a metric means.

    Raises:
        UnknownNameError: there is none of this name.
    """
    if name not in METRICS:
        raise UnknownNameError("metric", name, METRICS)
    return METRICS[name]
