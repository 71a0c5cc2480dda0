"""What was seen of a person: faces that were never trained on are brought back to that.

Fully connected layers draw nonsense of landmarks that they never saw. As an active shape model
does (Cootes et al., 1995), landmarks are kept on the person's own axes, as far as these were seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_RARE = 0.003  # share at either end of what was seen that is left out
_FURTHER = 1.1  # how far beyond it landmarks may go
_SOFT_FROM = 0.7  # share of the limit from which landmarks are bent
_MOST = 40
_EXPLAINED = 0.995
_TOLD = 0.02  # normalized, 2.5 pixels of 256: what is worth a note


@dataclass(frozen=True)
class Seen:
    """Axes of one person's landmarks.

    Attributes:
        center: (212,) middle of what was seen. axes: (M, 212) orthonormal.
        reach: (M,) how far from the middle along each. beside: (1,) how far a point was beside all.
    """

    center: NDArray[np.float32]
    axes: NDArray[np.float32]
    reach: NDArray[np.float32]
    beside: NDArray[np.float32]

    @classmethod
    def fit(cls, points: NDArray) -> Seen:
        """The axes of (N, 106, 2) normalized points."""
        flat = points.reshape(len(points), -1).astype(np.float64)
        center = flat.mean(0)
        _, sizes, axes = np.linalg.svd(flat - center, full_matrices=False)
        share = np.cumsum(sizes**2) / max(float((sizes**2).sum()), 1e-12)
        count = min(_MOST, int(np.searchsorted(share, _EXPLAINED)) + 1)
        axes = axes[:count]
        along = (flat - center) @ axes.T
        low, high = np.quantile(along, (_RARE, 1 - _RARE), axis=0)
        rest = (flat - center - along @ axes).reshape(-1, 2)
        beside = np.quantile(np.linalg.norm(rest, axis=1), 1 - _RARE)
        parts = center + (low + high) / 2 @ axes, axes, _FURTHER * (high - low) / 2, beside[None]
        return cls(*(np.asarray(part, np.float32) for part in parts))

    def within(self, points: NDArray) -> NDArray[np.float32]:
        """(106, 2) the nearest landmarks that are like those seen; these stay as they are."""
        move = points.ravel().astype(np.float32) - self.center
        along = self.axes @ move
        rest = (move - self.axes.T @ along).reshape(-1, 2)
        length = np.linalg.norm(rest, axis=1, keepdims=True)
        bent = bend(along, self.reach) @ self.axes
        rest = rest * bend(length, np.maximum(self.beside, 1e-6)) / np.maximum(length, 1e-9)
        return (self.center + bent).reshape(-1, 2) + rest


def bend(values: NDArray, limit: NDArray) -> NDArray[np.float32]:
    """Values that come near their limit, bent so that they never pass it."""
    knee = _SOFT_FROM * limit
    room = np.maximum(limit - knee, 1e-9)
    over = np.maximum(np.abs(values) - knee, 0)
    return np.sign(values) * (np.minimum(np.abs(values), knee) + room * np.tanh(over / room))


def is_told(before: NDArray, after: NDArray) -> bool:
    """Whether landmarks were limited so far that it can be seen."""
    return bool(np.linalg.norm(before - after, axis=-1).max() > _TOLD)
