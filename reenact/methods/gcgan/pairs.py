"""Training pairs in the window that G sees, with their embeddings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from reenact.data.pairs import SINGLE
from reenact.geometry.expression import ExpressionModel
from reenact.geometry.landmark_maps import landmark_image, landmark_maps
from reenact.methods.gcgan.config import GEOMETRY
from reenact.methods.gcgan.embedding import Embedding
from reenact.methods.gcgan.geometry import (
    face_window,
    geometry,
    mouth_maps,
    shifted,
    turn_between,
    window_flow,
    window_points,
)
from reenact.methods.gcgan.labels import apart
from reenact.types import Points

_MOST_TURN = 7.0  # degrees between source and target: an embedding knows nothing of the pose
_TRIES, _STRIDE = 12, 7919


class WindowPairs:
    """`pairs[k]`, of one person (side of the window `w`):

    source, target: (3, w, w) uint8, the target in the source's window.
    z, own: (32,) embeddings of the target and of the source.
    begin: (2, w/4, w/4) motion from the source's landmarks to those that E_dec gives, pixels.
    mouth: (mouth, w/2, w/2) the inside of the mouth between those, see `mouth_maps`.
    flow: motion to the target's own landmarks. maps: (5, w/2, w/2) and lines: (1, w, w) uint8, the
    target's landmarks, drawn. kind: 0 one photograph, 1 two photographs.

    Args:
        pairs: `Pairs` or `KeptPairs`.
        size: w.
        embedding: E; None for SPG, whose motion is the flow and whose embeddings are 0.
        rests: (K, 136) faces at rest, for `foreign`.
        foreign: share of embeddings that are of somebody else with the target's expression, as
            the expression model puts them together: g_k^v instead of g_j^v (section 4.1).
        still: share of pairs where nothing shall change.
        exact: share of pairs whose motion is that of the target's own landmarks, as if E_dec had
            lost nothing: paint learns to fill the very mouth that is drawn.
        mouth: maps of the mouth.
        seed: of the draws.
    """

    def __init__(
        self,
        pairs: Sequence,
        size: int,
        embedding: Embedding | None,
        rests: NDArray | None = None,
        foreign: float = 0.0,
        still: float = 0.0,
        seed: int = 0,
        exact: float = 0.0,
        mouth: int = 1,
    ) -> None:
        self.pairs, self.size, self.embedding, self.rests = pairs, size, embedding, rests
        self.foreign, self.still, self.seed = foreign, still, seed
        self.exact, self.mouth = exact, mouth
        self.model = ExpressionModel.load()

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, number: int) -> dict[str, NDArray]:
        pair = self._pair(number)
        if self.still and np.random.default_rng([self.seed, 29, number]).random() < self.still:
            same = {"target": pair["source"], "target_points": pair["source_points"]}
            pair = pair | same | {"kind": np.int64(SINGLE)}
        here, there = pair["source_points"], pair["target_points"]
        side, mean = pair["source"].shape[-1], self.model.mean
        window = face_window(here, mean, self.size, (side, side))
        out = {}
        for name in ("source", "target"):
            cut = window.cut(pair[name].transpose(1, 2, 0))
            out[name] = np.ascontiguousarray(cut.transpose(2, 0, 1))
        before, after = (window_points(window, points) for points in (here, there))
        out["flow"] = window_flow(before, after, self.size)
        out["z"], out["own"], shift = self._embedded(here, there, number)
        decoded = after
        if self.embedding is not None and not self._is_exact(number):
            decoded = window_points(window, shifted(here, window, shift))
        out["begin"] = window_flow(before, decoded, self.size)
        out["mouth"] = mouth_maps(decoded, self.size, self.mouth)
        out["maps"] = landmark_maps(after, self.size, self.size // 2)
        out["lines"] = landmark_image(after, self.size, self.size)
        out["kind"] = pair["kind"]
        return out

    def _is_exact(self, number: int) -> bool:
        rng = np.random.default_rng([self.seed, 31, number])
        return bool(self.exact) and rng.random() < self.exact

    def _embedded(self, here: Points, there: Points, number: int) -> tuple[NDArray, ...]:
        """(32,) of the target, (32,) of the source, (136,) what E_dec makes of the difference."""
        if self.embedding is None:
            return np.zeros(1, np.float32), np.zeros(1, np.float32), np.zeros(GEOMETRY, np.float32)
        rng = np.random.default_rng([self.seed, 23, number])
        wanted = geometry(there, self.model.mean)
        if self.rests is not None and rng.random() < self.foreign:
            move = apart(there, self.model)[1]
            wanted = (self.rests[rng.integers(len(self.rests))] + move).astype(np.float32)
        both = np.stack([wanted, geometry(here, self.model.mean)])
        with torch.no_grad():
            z, back = (part.numpy() for part in self.embedding.cpu()(torch.from_numpy(both)))
        return z[0], z[1], back[0] - back[1]

    def _pair(self, number: int) -> dict[str, NDArray]:
        """The pair of that number, or the first one after it where the head hardly turns."""
        for tried in range(_TRIES):
            pair = self.pairs[number + tried * _STRIDE]
            angle = turn_between(pair["source_points"], pair["target_points"], self.model.mean)
            if angle < _MOST_TURN:
                break
        return pair
