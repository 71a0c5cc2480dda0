"""A study's report: figures, who was excluded and why, what limits them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.study.exclude import LEAST_RIGHT, exclude
from bench.study.results import read_key, read_results, result_files
from bench.study.scores import score, votes

FEW = 10
"""Fewer participants than this are said to be few."""


def report(
    folder: Path, results: Sequence[Path] = (), least_right: float = LEAST_RIGHT, seed: int = 0
) -> dict[str, Any]:
    """Score a study.

    Args:
        folder: what `bench sheet` made.
        results: files with answers; those in `results/` where none is named.
        least_right: share of the catch trials that must be right, 0 to 1.
        seed: of the bootstrap.

    Raises:
        InputError: the folder or the answers cannot be used.
    """
    key = read_key(folder)
    people = read_results(key, result_files(folder, results))
    kept, out = exclude(key, people, least_right)
    found = votes(key, kept)
    return {
        "study": key["study"],
        "kind": key["kind"],
        "protocol": key.get("protocol"),
        "participants": len(people),
        "counted": len(kept),
        "excluded": [vars(one) for one in out],
        "warnings": _warnings(key, len(kept)),
        **score(key, found, seed),
    }


def _warnings(key: dict[str, Any], counted: int) -> list[str]:
    found = []
    if counted < FEW:
        found.append(f"Only {counted} participants: intervals from so few are too narrow.")
    if key.get("is_shown_both_ways"):
        found.append("Real and generated pictures show the same moments: they could be compared.")
    if not any(trial["role"] == "catch" for trial in key["trials"].values()):
        found.append("The study has no catch trials: nobody was excluded for not looking.")
    return found


def lines(done: dict[str, Any]) -> list[str]:
    """The report as text."""
    text = [f"Study {done['study']} ({done['kind']}, {done['protocol']})"]
    text.append(f"{done['counted']} of {done['participants']} participants count.")
    text += [f"  excluded: {o['name']} ({o['place']}): {o['reason']}" for o in done["excluded"]]
    text += [f"  note: {warning}" for warning in done["warnings"]]
    for name, title, unit in (
        ("fooled_percent", "Generated pictures that were called real", " %"),
        ("rating", "Mean rating, 1 to 5", ""),
        ("bradley_terry", "Bradley-Terry strength (log; 0 is the average method)", ""),
    ):
        if name in done:
            text.append(f"{title}:")
            by_value = sorted(done[name].items(), key=lambda item: -(item[1]["mean"] or -1e9))
            text += [f"  {who:16} {_figure(value, unit)}" for who, value in by_value]
    if "real_called_real_percent" in done:
        text.append(
            f"Real pictures that were called real:\n  {'real':16} "
            f"{_figure(done['real_called_real_percent'], ' %')}"
        )
    for contest, value in done.get("wins", {}).items():
        text.append(f"  {contest}: {value['wins']} of {value['of']}")
    alpha = done["krippendorff_alpha"]
    text.append("Krippendorff's alpha: " + ("not defined" if alpha is None else f"{alpha:.3f}"))
    times = done["reaction_ms_median"].items()
    text.append("Median reaction: " + ", ".join(f"{n} {v:.0f} ms" for n, v in times if v))
    return text


def _figure(value: dict[str, Any], unit: str) -> str:
    if value["mean"] is None:
        return "none"
    low, high = value["interval_95"]
    digits = 1 if unit else 2
    shown = f"{value['mean']:.{digits}f}{unit} [{low:.{digits}f}, {high:.{digits}f}]"
    return f"{shown}  n = {value['count']}"
