"""Pairs of faces for one training step of the expression model.

Every pair is two canonical meshes (B, 478, 3) and the movement (B, 478, 3) that
takes one person from the first expression to the second.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reenact.geometry.regions import region_weights
from reenact.training.expression_sets import Sets

PEOPLE_SHARES = {"london": 0.35, "sfhq": 0.45, "ict": 0.2}
MOVE_SHARES = {"london": 0.15, "clips": 0.3, "ict": 0.3, "sfhq": 0.25}


class Batches:
    """Draws what one training step sees.

    Attributes:
        style: deviation of the log strength at which people show one expression.
    """

    def __init__(self, sets: Sets, style: float, seed: int) -> None:
        self.sets, self.style = sets, style
        self.rng = np.random.default_rng(seed)
        self.mouth = region_weights(sets.mean, "mouth")[:, None]
        self.rest = sets.mean.astype(np.float32)  # of london's faces at rest

    def made(self, count: int) -> tuple[NDArray, NDArray, NDArray]:
        """Two people with two expressions, and the movement between the expressions."""
        first, second = self._moves(count), self._moves(count)
        meshes = [self._people(count) + self._style(move) for move in (first, second)]
        return self._jitter(meshes[0]), self._jitter(meshes[1]), second - first

    def real(self, name: str, count: int) -> tuple[NDArray, NDArray, NDArray]:
        """A at rest, B with an expression, and A's movement to that expression; or the way back."""
        a, a_moved, b, b_moved = self.sets.pairs[name](self.rng, count)
        if self.rng.random() < 0.33:
            a, a_moved, b_moved = a_moved, a, b
        found = a, b_moved, a_moved - a
        return tuple(map(self.sets.flip, found)) if self.rng.random() < 0.5 else found

    def labeled(self, count: int) -> tuple[NDArray, NDArray]:
        """Faces and the teacher's coefficients; half of the faces are given to somebody else."""
        rows = self.rng.integers(len(self.sets.meshes), size=count)
        meshes, coef = self.sets.meshes[rows].copy(), self.sets.coef[rows]
        half = count // 2
        moves = np.tensordot(coef[:half] - self.sets.rest_coef, self.sets.basis, 1)
        own = meshes[:half] - moves
        meshes[:half] += (self._people(half) - own).astype(np.float32)
        return meshes, coef

    def _people(self, count: int) -> NDArray:
        """Faces at rest: real ones, mixtures of two, and some nearer to the mean face."""
        first, second = (self._pick(self.sets.people, PEOPLE_SHARES, count) for _ in range(2))
        share = np.where(self.rng.random(count) < 0.3, self.rng.random(count), 0)[:, None, None]
        mixed = first + share * (second - first)
        bold = np.where(self.rng.random(count) < 0.3, self.rng.uniform(0, 1.2, count), 1)
        return (self.rest + bold[:, None, None] * (mixed - self.rest)).astype(np.float32)

    def _moves(self, count: int) -> NDArray:
        """Expressions, some with another one's mouth, some weaker or stronger."""
        moves, others = (self._pick(self.sets.moves, MOVE_SHARES, count) for _ in range(2))
        mixed = self.rng.random((count, 1, 1)) < 0.3
        moves = np.where(mixed, moves * self.mouth + others * (1 - self.mouth), moves)
        strength = self.rng.uniform(0.5, 1.15, (count, 1, 1)) * (
            self.rng.random((count, 1, 1)) > 0.25
        )
        return (moves * strength).astype(np.float32)

    def _style(self, moves: NDArray) -> NDArray:
        """The expressions as other people would show them: mouth and rest not equally strongly."""
        noise = self.rng.normal(0, self.style, (2, len(moves), 1, 1))
        mouth, rest = np.exp(noise).astype(np.float32)
        return moves * (mouth * self.mouth + rest * (1 - self.mouth))

    def _pick(self, pools: dict[str, NDArray], shares: dict[str, float], count: int) -> NDArray:
        out = np.empty((count, 478, 3), np.float32)
        names = list(pools)
        share = np.array([shares[name] for name in names])
        which = self.rng.choice(len(names), count, p=share / share.sum())
        for i, name in enumerate(names):
            rows = np.flatnonzero(which == i)
            out[rows] = pools[name][self.rng.integers(len(pools[name]), size=len(rows))]
        mirrored = self.rng.random(count) < 0.5
        out[mirrored] = self.sets.flip(out[mirrored])
        return out

    def _jitter(self, meshes: NDArray) -> NDArray:
        """Small turns and shifts, as the alignment leaves them."""
        x, y, z = self.rng.normal(0, 0.02, (3, len(meshes)))
        zero = np.zeros_like(x)
        turn = np.array([[zero, -z, y], [z, zero, -x], [-y, x, zero]]).transpose(2, 0, 1)
        shift = self.rng.normal(0, 0.004, (len(meshes), 1, 3))
        return (meshes + meshes @ turn.astype(np.float32) + shift).astype(np.float32)
