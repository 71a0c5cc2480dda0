"""The pairs that Table 3 is measured on, and the error of a converter on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from reenact.training.ulc_tables import FaceTable

Convert = Callable[[NDArray, NDArray], NDArray]
"""(B, K, 2) sources at rest and driving faces to (B, K, 2) outputs, crop pixels."""


@dataclass(frozen=True)
class Pairs:
    """Pairs of different people; (N,) numbers into a `FaceTable`.

    Attributes:
        source, driving: people.
        expression: of the driving face and of the truth.
        view: of the source at rest and of the truth.
        driving_view, driving_variant: of the driving face.
    """

    source: NDArray
    driving: NDArray
    expression: NDArray
    view: NDArray
    driving_view: NDArray
    driving_variant: NDArray

    def __len__(self) -> int:
        return len(self.source)

    def faces(self, table: FaceTable) -> tuple[NDArray, NDArray, NDArray]:
        """Source at rest, driving face, and truth, each (N, K, 2) crop pixels."""
        points = table.points
        driving = points[self.driving, self.driving_view, self.expression, self.driving_variant]
        truth = points[self.source, self.view, self.expression, 0]
        return points[self.source, self.view, table.rest, 0], driving, truth


def all_pairs(table: FaceTable, limit: int = 20_000, seed: int = 0) -> Pairs:
    """Every driving face on every other person at rest in every view, or `limit` of them."""
    people, views, expressions, variants = table.points.shape[:4]
    shape = (people, people, expressions, views, views, variants)
    total = int(np.prod(shape))
    numbers = np.arange(total)
    if total > 2 * limit:
        rng = np.random.default_rng(seed)
        numbers = rng.choice(total, min(total, 2 * limit), replace=False)
    columns = np.stack(np.unravel_index(np.sort(numbers), shape))
    columns = columns[:, columns[0] != columns[1]]
    if columns.shape[1] > limit:
        kept = np.random.default_rng(seed).choice(columns.shape[1], limit, replace=False)
        columns = columns[:, np.sort(kept)]
    return Pairs(*columns)


def coordinate_errors(convert: Convert, table: FaceTable, pairs: Pairs) -> NDArray[np.float64]:
    """(N,) ACE of each pair: mean absolute difference of the 212 coordinates, crop pixels."""
    source, driving, truth = pairs.faces(table)
    parts = [
        np.abs(convert(source[i : i + 2048], driving[i : i + 2048]) - truth[i : i + 2048])
        for i in range(0, len(pairs), 2048)
    ]
    return np.concatenate(parts).mean(axis=(1, 2)).astype(np.float64)


def converter(networks: list[torch.nn.Module]) -> Convert:
    """The mean answer of some networks, as a function of arrays."""

    def convert(source: NDArray, driving: NDArray) -> NDArray:
        with torch.inference_mode():
            faces = torch.from_numpy(source), torch.from_numpy(driving)
            return torch.stack([net.eval()(*faces) for net in networks]).mean(dim=0).numpy()

    return convert
