"""What there is to know about a metric before it is measured."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from reenact.errors import WeightsError

Per = Literal["pair", "set", "method"]


class NotComputed(WeightsError):
    """The networks of a metric are not on this computer; the message says how to get them.

    Never an output's failure, and never a reason to measure something else instead.
    """


class Skipped(Exception):
    """The metric says nothing about this pair (a closed driving mouth). Not a failure."""


@dataclass(frozen=True)
class Metric:
    """How a number is read.

    Attributes:
        title: for tables.
        unit: empty where there is none.
        is_higher_better: its direction.
        meaning: one sentence.
        best, worst: the ends of its range; either may be infinite.
        when_failed: the finite value that a failed pair counts as in `mean_with_failures`; None
            where failures cannot enter (a distance between two sets of pictures).
        per: `pair` has one number a pair, `set` one feature a pair and one number for all,
            `method` one number a method, whatever the pictures.
        needs: which networks it needs: a name for `python -m bench weights NAME`, or `dlib`, whose
            come with a package; empty where none.
    """

    title: str
    unit: str
    is_higher_better: bool
    meaning: str
    best: float = 0.0
    worst: float = math.inf
    when_failed: float | None = None
    per: Per = "pair"
    needs: str = ""

    @property
    def arrow(self) -> str:
        return "↑" if self.is_higher_better else "↓"
