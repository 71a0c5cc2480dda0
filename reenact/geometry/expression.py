"""Expression, not shape: the source's own mesh with the driving person's expression.

A small network reads from a canonical mesh (`canonical.py`) how far its
expression has moved it, whoever the person is: trained so that the difference of
two readings is the movement of a third person who makes the same two faces.
`source + expression(driving) - expression(source)` is then solved exactly at
mouth, lids and irises (`openings.py`) and laid back into the source's own pose.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reenact.errors import InputError, WeightsError
from reenact.geometry.canonical import canonicalize, check_mesh
from reenact.geometry.openings import Openings
from reenact.geometry.regions import POINT_COUNT, region_weights
from reenact.types import MODES, REGIONS, Mode, Points, Region

WEIGHTS = Path(__file__).parent.parent / "weights" / "expression.safetensors"
MAX_STRENGTH = 1.5
SAME = 1e-5  # eye distances; meshes closer than this are one and the same


@dataclass(frozen=True)
class ExpressionModel:
    """Reads expressions off face meshes and puts them onto others.

    Attributes:
        names: the coefficients that `read` gives, in ARKit's spelling.
        mean: (478, 3) canonical neutral mean face.
        layers: the network's arrays by name; see `reenact/training/expression.py`.
        subspace: (E, 1434) orthonormal directions in which expressions move a mesh.
        openings: mouth, lids and gaze.
        regions: (478, 1) weights by region.
    """

    names: tuple[str, ...]
    mean: NDArray[np.float64]
    layers: dict[str, NDArray[np.float32]]
    subspace: NDArray[np.float32]
    openings: Openings
    regions: dict[str, NDArray[np.float32]]

    @classmethod
    def load(cls, path: Path | None = None) -> ExpressionModel:
        """The embedded weights, or those in `path`."""
        arrays, names = _read_weights(path or WEIGHTS)
        mean = arrays.pop("mean").astype(np.float64)
        openings = Openings.build(mean, arrays.pop("jaw"))
        subspace = np.linalg.qr(arrays["decode.weight"].T)[0].T.astype(np.float32)
        regions = {name: region_weights(mean, name)[:, None] for name in REGIONS}
        return cls(names, mean, arrays, np.ascontiguousarray(subspace), openings, regions)

    def read(self, points: Points) -> NDArray[np.float32]:
        """ARKit-like coefficients, (C,) 0 to 1, of a (478, 3) mesh of any pose and scale."""
        mesh, _ = canonicalize(check_mesh(points), self.mean)
        inputs, hidden = self._hidden(mesh)
        logits = inputs @ self.layers["coef.skip"] + hidden @ self.layers["coef.weight"]
        return 1 / (1 + np.exp(-(logits + self.layers["coef.bias"])))

    def transfer(
        self,
        source: Points,
        driving: Points,
        *,
        strength: float = 1.0,
        region: Region = "all",
        source_neutral: Points | None = None,
        driving_neutral: Points | None = None,
        mode: Mode = "absolute",
    ) -> Points:
        """The source's mesh, in its own place and pose, with the driving expression.

        Args:
            source, driving: (478, 3) meshes, pixels, of any pose and scale.
            strength: 0 gives the source, 1 the driving expression, up to 1.5 exaggerates.
            region: which part of the face moves; it fades softly into the rest.
            source_neutral, driving_neutral: (478, 3) the same person without expression, if known.
            mode: `absolute` gives the source the driving expression; `relative` adds the driving
                motion since `driving_neutral`, which may be any first frame, to the source's own.

        Returns:
            (478, 3) pixels, float32.
        """
        _check_options(strength, region, mode, driving_neutral)
        own, placement = canonicalize(check_mesh(source, "source"), self.mean)
        theirs = self._canonical(driving, "driving")
        since = self._canonical(driving_neutral, "driving_neutral")
        if strength == 0 or _is_same(own, theirs, since, mode):
            return np.array(source, np.float32)
        own_neutral = self._canonical(source_neutral, "source_neutral")
        delta = self.motion(theirs, since)
        if mode == "absolute":
            delta -= self.motion(own, own_neutral)
        moved = own + strength * delta
        start = since if mode == "relative" else None
        self.openings.solve(moved, own, theirs, start, strength)
        moved = own + self.regions[region] * (moved - own)
        return placement.apply(moved).astype(np.float32)

    def _canonical(self, points: Points | None, name: str) -> NDArray[np.float64] | None:
        return None if points is None else canonicalize(check_mesh(points, name), self.mean)[0]

    def motion(self, mesh: NDArray, neutral: NDArray | None = None) -> NDArray[np.float32]:
        """(478, 3) how far the expression has moved a canonical mesh from its neutral face.

        With the neutral face at hand it is their difference, cleaned of all that no expression
        does; without, it is read off the mesh.
        """
        if neutral is not None:
            motion = self.subspace.T @ (self.subspace @ (mesh - neutral).ravel().astype(np.float32))
        else:
            inputs, hidden = self._hidden(mesh)
            code = inputs @ self.layers["code.skip"] + hidden @ self.layers["code.weight"]
            motion = (code + self.layers["code.bias"]) @ self.layers["decode.weight"]
        return motion.reshape(POINT_COUNT, 3)

    def _hidden(self, mesh: NDArray) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The network's input coordinates (I,) and last hidden layer (H,) for a canonical mesh."""
        layers = self.layers
        inputs = (mesh - self.mean).ravel().astype(np.float32) @ layers["input.weight"]
        inputs += layers["input.bias"]
        hidden = _silu(inputs @ layers["hidden1.weight"] + layers["hidden1.bias"])
        return inputs, _silu(hidden @ layers["hidden2.weight"] + layers["hidden2.bias"])


def _silu(x: NDArray) -> NDArray:
    return x / (1 + np.exp(-x))


def _is_same(own, theirs, since, mode: Mode) -> bool:
    """Whether there is nothing to transfer: one mesh, or no motion since the first frame."""
    start = since if mode == "relative" else own
    return bool(np.abs(theirs - start).max() < SAME)


def _check_options(strength: float, region: str, mode: str, driving_neutral) -> None:
    if not 0 <= strength <= MAX_STRENGTH:
        raise InputError(f"`strength` must be 0 to {MAX_STRENGTH}, got {strength}.")
    if region not in REGIONS:
        raise InputError(f"`region` must be one of {', '.join(REGIONS)}, got {region!r}.")
    if mode not in MODES:
        raise InputError(f"`mode` must be one of {', '.join(MODES)}, got {mode!r}.")
    if mode == "relative" and driving_neutral is None:
        raise InputError(
            "`relative` mode needs `driving_neutral`, the frame where the motion starts. "
            "Pass it, or use `absolute`."
        )


def _read_weights(path: Path) -> tuple[dict[str, NDArray[np.float32]], tuple[str, ...]]:
    """The arrays as float32 and the coefficient names, checked against the list of hashes."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        data = path.read_bytes()
        arrays = {name: array.astype(np.float32) for name, array in load(data).items()}
        names = _names(data)
        shapes = arrays["mean"].shape, arrays["decode.weight"].shape[1]
    except (OSError, KeyError, IndexError, TypeError, ValueError, SafetensorError) as error:
        raise WeightsError(f"{path} must be weights of the expression model: {error}.") from error
    if shapes != ((POINT_COUNT, 3), POINT_COUNT * 3):
        raise WeightsError(f"{path} must be weights for {POINT_COUNT} points, got {shapes}.")
    if path == WEIGHTS:
        _check_hash(path, data)
    return arrays, names


def _names(data: bytes) -> tuple[str, ...]:
    """The coefficient names in the safetensors header."""
    import json

    size = int.from_bytes(data[:8], "little")
    return tuple(json.loads(data[8 : 8 + size])["__metadata__"]["names"].split(","))


def _check_hash(path: Path, data: bytes) -> None:
    digest = hashlib.sha256(data).hexdigest()
    sums = path.parent / "SHA256SUMS"
    if not sums.is_file() or f"{digest}  {path.name}" not in sums.read_text().splitlines():
        raise WeightsError(f"{path} is damaged: its hash is not the one in SHA256SUMS.")
