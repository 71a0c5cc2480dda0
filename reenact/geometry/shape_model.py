"""What faces look like, so that an edited face stays one: PCA modes and their limits.

Modes hold people and expressions together, seen from the front (`reenact/training/face_shape.py`).
An edit is kept
within the limits of the modes, as an active shape model is (Cootes et al., 1995), and each point
near what the modes can say; but only points that the edit moved give way, so that a drag at the
mouth never moves the eyes. The source's own face is always within the limits.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reenact.errors import InputError, UnknownNameError, WeightsError
from reenact.geometry.canonical import check_mesh
from reenact.geometry.regions import POINT_COUNT

WEIGHTS = Path(__file__).parent.parent / "weights" / "face_shape.safetensors"
DEVIATIONS = 4.0
"""How far a face may go along a mode, and a point beside all modes, in standard deviations."""

_MOVED = 0.02  # eye distances: a point that moved this far certainly belongs to the edit
_ROUNDS = 6


@dataclass(frozen=True)
class ShapeModel:
    """Face shapes in canonical meshes (`canonical.py`).

    Attributes:
        center: (956,) x and y of the mean of all faces.
        modes: (M, 956) orthonormal.
        spread: (M,) standard deviation along each mode.
        beside: (478,) standard deviation of each point beside all modes, eye distances.
        shapes: (478, 3) by name: what an expression does at its full strength.
        mirror: (478,) the mirror image of each point.
    """

    center: NDArray[np.float32]
    modes: NDArray[np.float32]
    spread: NDArray[np.float32]
    beside: NDArray[np.float32]
    shapes: dict[str, NDArray[np.float32]]
    mirror: NDArray[np.int64]

    @classmethod
    @lru_cache(maxsize=1)
    def load(cls) -> ShapeModel:
        """The embedded weights, read once."""
        return _read(WEIGHTS)

    def constrain(self, own: NDArray, edited: NDArray) -> NDArray[np.float64]:
        """The edited face, brought back to where faces are.

        Args:
            own: (478, 3) the source's canonical mesh.
            edited: (478, 3) the same, edited.

        Returns:
            (478, 3); points that the edit did not move stay exactly where they are.
        """
        result = check_mesh(edited, "edited").copy()
        start = check_mesh(own, "own")[:, :2]
        move = (result[:, :2] - start).ravel()
        length = np.linalg.norm(move.reshape(-1, 2), axis=1)
        give = np.repeat(1 - np.exp(-((length / _MOVED) ** 2)), 2)
        from_start = self.modes @ (start.ravel() - self.center)
        limit = np.maximum(DEVIATIONS * self.spread, np.abs(from_start))
        for _ in range(_ROUNDS):
            along = self.modes @ move
            allowed = np.clip(from_start + along, -limit, limit) - from_start
            rest = (move - self.modes.T @ along).reshape(-1, 2)
            rest = rest * _shrink(np.linalg.norm(rest, axis=1), DEVIATIONS * self.beside)
            move = move + give * (self.modes.T @ allowed + rest.ravel() - move)
        result[:, :2] = start + move.reshape(-1, 2)
        return result

    def shape(self, weights: dict[str, float]) -> NDArray[np.float64]:
        """(478, 3) canonical movement of named shapes.

        Args:
            weights: by name; a name without its side (`mouthSmile`) means both sides.

        Raises:
            UnknownNameError: no such shape.
        """
        move = np.zeros((POINT_COUNT, 3))
        for name, weight in weights.items():
            for side in self._sides(name):
                move += weight * self.shapes[side]
        return move

    def _sides(self, name: str) -> list[str]:
        if name in self.shapes:
            return [name]
        both = [f"{name}{side}" for side in ("Left", "Right") if f"{name}{side}" in self.shapes]
        if not both:
            raise UnknownNameError("shape", name, self.shapes)
        return both

    def mirrored(self, move: NDArray) -> NDArray[np.float64]:
        """(478, 3) a canonical movement as its mirror image."""
        if move.shape != (POINT_COUNT, 3):
            raise InputError(f"`move` must be ({POINT_COUNT}, 3), got {move.shape}.")
        return move[self.mirror] * np.array([-1.0, 1.0, 1.0])


def _shrink(length: NDArray, limit: NDArray) -> NDArray[np.float64]:
    """(N, 1) factors that bring lengths to their limits where they are longer."""
    return np.minimum(1.0, limit / np.maximum(length, 1e-9))[:, None]


def _read(path: Path) -> ShapeModel:
    """The weights in a file, checked against the list of hashes."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    from reenact.geometry.expression import _check_hash

    try:
        data = path.read_bytes()
        arrays = load(data)
        size = int.from_bytes(data[:8], "little")
        names = json.loads(data[8 : 8 + size])["__metadata__"]["shapes"].split(",")
        model = ShapeModel(
            center=arrays["center"].ravel(),
            modes=arrays["modes"].astype(np.float32),
            spread=arrays["spread"],
            beside=arrays["beside"],
            shapes=dict(zip(names, arrays["shapes"].astype(np.float32), strict=True)),
            mirror=arrays["mirror"].astype(np.int64),
        )
    except (OSError, KeyError, ValueError, TypeError, SafetensorError) as error:
        raise WeightsError(f"{path} must be weights of the face shape model: {error}.") from error
    _check_hash(path, data)
    return model
