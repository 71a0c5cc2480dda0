"""Whose answers count: everyone who finished and saw the catch trials. Reasons are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.study.results import Participant

LEAST_RIGHT = 0.8
"""Share of the catch trials that must be right."""


@dataclass(frozen=True)
class Excluded:
    """Who does not count, and why."""

    name: str
    place: str
    reason: str


def exclude(
    key: dict[str, Any], people: Sequence[Participant], least_right: float = LEAST_RIGHT
) -> tuple[list[Participant], list[Excluded]]:
    """Those who count, and those who do not.

    Args:
        least_right: share of the catch trials, 0 to 1.
    """
    kept, out = [], []
    for one in people:
        reason = _reason(key, one, least_right)
        if reason is None:
            kept.append(one)
        else:
            out.append(Excluded(one.name, one.place, reason))
    return kept, out


def _reason(key: dict[str, Any], one: Participant, least_right: float) -> str | None:
    if one.is_rejected:
        return "rejected on Mechanical Turk"
    asked = key["forms"][one.form]
    if len(one.answers) < len(asked):
        return f"not finished: {len(one.answers)} of {len(asked)} answers"
    expected = {
        name: trial["expected"]
        for name, trial in key["trials"].items()
        if trial["role"] == "catch" and name in asked
    }
    right = sum(answer.choice == expected.get(answer.trial) for answer in one.answers)
    if right < least_right * len(expected):
        return f"{right} of {len(expected)} catch trials right, {least_right:.0%} needed"
    return None
