"""Bradley-Terry: one strength a method from who was preferred to whom.

P(a is preferred to b) = 1 / (1 + exp(b - a)) for strengths a and b, which sum to 0. Fitted by
Hunter's MM steps (Annals of Statistics 32, 2004), for many tables of wins at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STEPS = 2000
PRIOR_WINS = 0.5
"""Added to both sides of every two methods that met, so that one that always won stays finite."""


def strengths(wins: NDArray[np.float64]) -> NDArray[np.float64]:
    """Strengths of methods.

    Args:
        wins: (..., M, M) how often the method of the row was preferred to that of the column.

    Returns:
        (..., M) log strengths that sum to 0.

    Example:
        >>> strengths(np.array([[0.0, 2.5], [0.5, 0.0]])).round(3)
        array([ 0.549, -0.549])
    """
    counts = np.asarray(wins, np.float64)
    met = (counts + np.swapaxes(counts, -1, -2)) > 0
    counts = counts + PRIOR_WINS * met
    won = counts.sum(-1)
    games = counts + np.swapaxes(counts, -1, -2)
    power = np.ones(won.shape)
    for _ in range(STEPS):
        total = power[..., :, None] + power[..., None, :]
        new = won / np.maximum((games / total).sum(-1), 1e-300)
        new /= np.exp(np.log(np.maximum(new, 1e-300)).mean(-1, keepdims=True))
        done = np.abs(new - power).max() < 1e-9
        power = new
        if done:
            break
    return np.log(power)


def is_connected(wins: NDArray[np.float64]) -> bool:
    """Whether every method was compared with every other one, directly or through others."""
    met = (wins + wins.T) > 0
    reached = {0}
    while True:
        more = {int(j) for i in reached for j in np.flatnonzero(met[i])} | reached
        if more == reached:
            return len(reached) == len(wins)
        reached = more
