"""t-SNE, exact (L. van der Maaten, G. Hinton, 2008): enough for a thousand points."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_EARLY, _EXAGGERATION = 100, 12.0
_TINY = 1e-12


def tsne(
    points: NDArray, perplexity: float = 30.0, rounds: int = 500, seed: int = 0
) -> NDArray[np.float64]:
    """(N, 2) places in a plane, near where the points (N, D) are near.

    Args:
        points: what to lay out.
        perplexity: about how many neighbors a point has.
        rounds: of gradient descent.
        seed: of the start.
    """
    shares = _neighbors(np.asarray(points, np.float64), perplexity)
    shares = np.maximum((shares + shares.T) / (2 * len(points)), _TINY)
    places = np.random.default_rng(seed).normal(0, 1e-2, (len(points), 2))
    speed, gains = np.zeros_like(places), np.ones_like(places)
    rate = max(50.0, len(points) / _EXAGGERATION)
    for turn in range(rounds):
        near = 1 / (1 + _squares(places))
        np.fill_diagonal(near, 0)
        wanted = shares * (_EXAGGERATION if turn < _EARLY else 1.0)
        pull = (wanted - near / near.sum()) * near
        slope = 4 * (pull.sum(1)[:, None] * places - pull @ places)
        gains = np.where(np.sign(slope) != np.sign(speed), gains + 0.2, gains * 0.8).clip(0.01)
        speed = (0.5 if turn < _EARLY else 0.8) * speed - rate * gains * slope
        places = places + speed
        places -= places.mean(0)
    return places


def _neighbors(points: NDArray, perplexity: float) -> NDArray[np.float64]:
    """(N, N) how likely each point takes another for its neighbor; rows sum to 1."""
    squares = _squares(points)
    np.fill_diagonal(squares, np.inf)
    low, high = np.zeros(len(points)), np.full(len(points), np.inf)
    sharp = 1 / np.maximum(np.median(squares, axis=1), _TINY)
    for _ in range(50):
        weights = np.exp(-(squares - squares.min(1)[:, None]) * sharp[:, None])
        shares = weights / weights.sum(1)[:, None]
        entropy = -(shares * np.log(np.maximum(shares, _TINY))).sum(1)
        is_wide = entropy > np.log(perplexity)
        low, high = np.where(is_wide, sharp, low), np.where(is_wide, high, sharp)
        middle = (low + np.where(np.isinf(high), 0, high)) / 2
        sharp = np.where(np.isinf(high), sharp * 2, middle)
    return shares


def _squares(points: NDArray) -> NDArray[np.float64]:
    """(N, N) squared distances."""
    norms = (points**2).sum(1)
    return np.maximum(norms[:, None] + norms - 2 * points @ points.T, 0)
