"""From answers to figures: percent fooled, preferences, ratings, each with its interval.

Intervals are 95 % bootstraps in which participants *and* the people in the pictures are drawn
again, independently (Owen, "The pigeonhole bootstrap", 2007): another crowd, other pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.study.agreement import Level, krippendorff_alpha
from bench.study.bradley_terry import is_connected, strengths
from bench.study.design import TRUTH
from bench.study.results import Participant
from bench.study.wording import LEFT, REAL
from reenact.errors import InputError

DRAWS = 1000


@dataclass(frozen=True)
class Votes:
    """Main trials of all who count, one row an answer.

    Attributes:
        people: names of participants.
        person, shown: (N,) indices of participants, and of the people in the pictures.
        trial: (N,) names of trials.
        choice: (N,) what was chosen.
        made_by: (N,) methods that made what was judged.
        reaction_ms: (N,).
    """

    people: list[str]
    person: NDArray[np.int64]
    shown: NDArray[np.int64]
    trial: list[str]
    choice: list[str]
    made_by: list[tuple[str, ...]]
    reaction_ms: NDArray[np.float64]


def votes(key: dict[str, Any], people: Sequence[Participant]) -> Votes:
    """The main trials as columns.

    Raises:
        InputError: nobody counts.
    """
    if not people:
        raise InputError("Nobody is left after exclusions: no figure can be given.")
    rows = [
        (number, answer, key["trials"][answer.trial])
        for number, one in enumerate(people)
        for answer in one.answers
        if key["trials"][answer.trial]["role"] == "main"
    ]
    _, shown = np.unique([trial["person"] for _, _, trial in rows], return_inverse=True)
    return Votes(
        [one.name for one in people],
        np.array([number for number, _, _ in rows]),
        shown,
        [answer.trial for _, answer, _ in rows],
        [answer.choice for _, answer, _ in rows],
        [tuple(trial["made_by"]) for _, _, trial in rows],
        np.array([answer.reaction_ms for _, answer, _ in rows]),
    )


def score(key: dict[str, Any], found: Votes, seed: int = 0) -> dict[str, Any]:
    """The figures of a study, by its kind."""
    kinds = {"real-or-generated": _fooled, "pairwise": _preferred, "rating": _rated}
    return kinds[key["kind"]](key, found, _weights(found, seed))


def _weights(found: Votes, seed: int) -> NDArray[np.float64]:
    """(DRAWS, N) how often each answer is in each draw."""
    draw = np.random.default_rng(seed)

    def times(index: NDArray[np.int64]) -> NDArray[np.float64]:
        count = int(index.max()) + 1
        if count == 1:
            return np.ones((DRAWS, len(index)))
        return draw.multinomial(count, np.full(count, 1 / count), DRAWS)[:, index].astype(float)

    return times(found.person) * times(found.shown)


def _mean(
    values: NDArray[np.float64], chosen: NDArray[np.bool_], weights: NDArray[np.float64]
) -> dict[str, Any]:
    """Mean of the chosen answers with its interval."""
    if not chosen.any():
        return {"mean": None, "interval_95": [None, None], "count": 0}
    part, weight = values[chosen], weights[:, chosen]
    totals = weight.sum(1)
    means = (weight @ part)[totals > 0] / totals[totals > 0]
    return {
        "mean": float(part.mean()),
        "interval_95": [float(v) for v in np.percentile(means, (2.5, 97.5))],
        "count": int(chosen.sum()),
    }


def _fooled(key: dict[str, Any], found: Votes, weights: NDArray[np.float64]) -> dict[str, Any]:
    called_real = np.array([100.0 * (choice == REAL) for choice in found.choice])
    maker = np.array([made[0] for made in found.made_by])
    return {
        "fooled_percent": {
            name: _mean(called_real, maker == name, weights) for name in key["methods"]
        },
        "real_called_real_percent": _mean(called_real, maker == TRUTH, weights),
        "reaction_ms_median": _medians(found, maker, [*key["methods"], TRUTH]),
        "krippendorff_alpha": _alpha(found, called_real, "nominal"),
    }


def _rated(key: dict[str, Any], found: Votes, weights: NDArray[np.float64]) -> dict[str, Any]:
    given = np.array([float(choice) for choice in found.choice])
    maker = np.array([made[0] for made in found.made_by])
    return {
        "rating": {name: _mean(given, maker == name, weights) for name in key["methods"]},
        "reaction_ms_median": _medians(found, maker, key["methods"]),
        "krippendorff_alpha": _alpha(found, given, "ordinal"),
    }


def _preferred(key: dict[str, Any], found: Votes, weights: NDArray[np.float64]) -> dict[str, Any]:
    methods = list(key["methods"])
    left = np.array([choice == LEFT for choice in found.choice])
    sides = np.array([[methods.index(name) for name in made] for made in found.made_by])
    winner = np.where(left, sides[:, 0], sides[:, 1])
    loser = np.where(left, sides[:, 1], sides[:, 0])
    size = len(methods)
    cells = np.eye(size * size)[winner * size + loser]  # (N, M * M) one-hot
    wins = cells.sum(0).reshape(size, size)
    if not is_connected(wins):
        raise InputError("Not all methods were compared, directly or through others: no ranking.")
    drawn = (weights @ cells).reshape(DRAWS, size, size)
    point, many = strengths(wins), strengths(drawn)
    low, high = np.percentile(many, (2.5, 97.5), axis=0)
    games = wins + wins.T
    return {
        "bradley_terry": {
            name: {
                "mean": float(point[i]),
                "interval_95": [float(low[i]), float(high[i])],
                "count": int(games[i].sum()),
            }
            for i, name in enumerate(methods)
        },
        "wins": {
            f"{a} > {b}": {"wins": int(wins[i, j]), "of": int(games[i, j])}
            for i, a in enumerate(methods)
            for j, b in enumerate(methods)
            if i != j and games[i, j]
        },
        "left_chosen_percent": 100 * float(left.mean()),
        "reaction_ms_median": {"all": float(np.median(found.reaction_ms))},
        "krippendorff_alpha": _alpha(found, winner.astype(float), "nominal"),
    }


def _medians(found: Votes, maker: NDArray[Any], names: Sequence[str]) -> dict[str, float | None]:
    by_name = {name: found.reaction_ms[maker == name] for name in names}
    return {name: float(np.median(v)) if len(v) else None for name, v in by_name.items()}


def _alpha(found: Votes, values: NDArray[np.float64], level: Level) -> float | None:
    """Agreement on trials; None where it says nothing."""
    names, unit = np.unique(found.trial, return_inverse=True)
    table = np.full((len(found.people), len(names)), np.nan)
    table[found.person, unit] = values
    alpha = krippendorff_alpha(table, level)
    return None if np.isnan(alpha) else alpha
