"""Which layers carry the expression, for two given faces: the measured integer linear program.

D1, appearance: the features of the pictures' lower layers of color and texture, and an identity
network where one is on this computer. D2, expression: landmarks after similarity alignment, over
eyes, brows and mouth. Both as shares of the distance of the two faces, so that they may be added.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from reenact.face.schemes import convert
from reenact.methods.stylefusion.fuse import (
    LayerCosts,
    fixed_layers,
    fuse,
    layer_costs,
    shares_of,
    solve_layers,
)
from reenact.methods.stylefusion.studio import NormalFace, Studio
from reenact.methods.stylefusion.watching import Progress, tell

_EXPRESSIVE = (*range(17, 27), *range(36, 68))  # brows, eyes, mouth of 68 points
_LOST = 1.0  # share of the distance where no face is seen any more: as bad as doing nothing
MOST = 4


@dataclass(frozen=True)
class Choice:
    """Layers, and what each choice costs.

    Attributes:
        layers: from the driving face.
        costs: of each layer alone.
        total: of the chosen layers together, D1 + D2.
        fixed_total: of the paper's fixed layers.
    """

    layers: tuple[int, ...]
    costs: LayerCosts
    total: float
    fixed_total: float


class Judge:
    """D1 and D2 of spliced pictures of two faces.

    Args:
        source, driving: the faces; `styles` are theirs.
    """

    def __init__(
        self,
        studio: Studio,
        source: NormalFace,
        driving: NormalFace,
        source_styles: Tensor,
        driving_styles: Tensor,
    ) -> None:
        self.studio, self.source, self.driving = studio, source, driving
        self.styles = source_styles, driving_styles
        both = studio.render(torch.stack([source_styles, driving_styles]))
        self._wanted = studio.distance.features(both[:1])
        self._look = float(studio.distance(both[1:], self._wanted)[0])
        self._own = studio.landmarks(both[0], source.points)
        self._gap = expression_distance(source.points, driving.points)

    def appearance(self, pictures: Tensor) -> NDArray[np.float64]:
        """(B, 3, S, S) to (B,) D1."""
        with torch.no_grad():
            gaps = self.studio.distance(pictures, self._wanted)
        return gaps.double().numpy() / max(self._look, 1e-8)

    def expression(self, pictures: Tensor) -> NDArray[np.float64]:
        """(B, 3, S, S) to (B,) D2."""
        return np.array([self._expression(picture) for picture in pictures])

    def _expression(self, picture: Tensor) -> float:
        """D2 of what the photograph becomes: its landmarks, moved as the generated face's are."""
        found = self.studio.landmarks(picture, self.source.points)
        if found is None or self._own is None:
            return _LOST
        moved = self.source.points + (found - self._own)
        return expression_distance(moved, self.driving.points) / max(self._gap, 1e-6)

    def total(self, layers: tuple[int, ...]) -> float:
        """D1 + D2 of a choice of layers."""
        source, driving = self.styles
        styles = fuse(source, driving, shares_of(layers, len(source)))
        picture = self.studio.render(styles[None])
        return float(self.appearance(picture)[0] + self.expression(picture)[0])


def choose(judge: Judge, most: int = MOST, watch: Progress | None = None) -> Choice:
    """Eq. 2's layers for two faces.

    The program adds costs up that were measured one by one, and layers may work together: so its
    answers for each bound are rendered and measured, and the best is taken, the paper's fixed
    layers among them.

    Args:
        judge: of the two faces.
        most: layers that may come from the driving face.
        watch: told after each picture that was measured.

    Raises:
        WorkCanceled: `watch` said so.
    """
    source, driving = judge.styles
    studio = judge.studio
    alone, total = len(source) + 1, len(source) + most + 2

    def first(done: int, _: int) -> bool | None:
        return None if watch is None else watch(done, total)

    measured = (judge.appearance, judge.expression)
    costs = layer_costs(studio.render, *measured, source, driving, first)
    fixed = fixed_layers(studio.config)
    answers = {solve_layers(costs, bound, least=bound) for bound in range(1, most + 1)} | {fixed}
    totals = {}
    for number, layers in enumerate(sorted(answers), 1):
        totals[layers] = judge.total(layers)
        tell(watch, alone + number, total)
    best = min(totals, key=lambda layers: (totals[layers], layers))
    return Choice(best, costs, totals[best], totals[fixed])


def expression_distance(first: NDArray, second: NDArray) -> float:
    """How far two faces' brows, eyes and mouths are apart after similarity alignment.

    Args:
        first, second: (478, 3) landmarks, any pixels.

    Returns:
        Mean distance over the distance of the outer eye corners.
    """
    here, there = (
        convert(p, "mediapipe478", "ibug68")[:, :2].astype(float) for p in (first, second)
    )
    moved = aligned(here, there)
    eyes = np.linalg.norm(there[36] - there[45])
    gaps = np.linalg.norm(moved - there, axis=1)[list(_EXPRESSIVE)]
    return float(gaps.mean() / max(eyes, 1e-6))


def aligned(points: NDArray, goal: NDArray) -> NDArray[np.float64]:
    """(K, 2) points moved onto others by the similarity that fits best (Umeyama, 1991)."""
    middle, aim = points.mean(0), goal.mean(0)
    a, b = points - middle, goal - aim
    u, size, v = np.linalg.svd(b.T @ a)
    sign = np.diag([1.0, np.sign(np.linalg.det(u @ v))])
    turn = u @ sign @ v
    scale = (size * np.diag(sign)).sum() / max((a**2).sum(), 1e-12)
    return scale * a @ turn.T + aim
