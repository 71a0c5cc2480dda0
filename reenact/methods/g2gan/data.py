"""What G2-GAN learns from: a neutral side and an expressive side, of one person or of two.

Of a pair of pictures the one with the smaller expression is the neutral side. With `unpaired` the
two sides are different people, and each side's wanted landmarks come from the shape model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reenact.data.pack import Pack
from reenact.data.pairs import REAL, PairOptions, Pairs
from reenact.face.schemes import convert
from reenact.geometry.canonical import canonicalize
from reenact.geometry.expression import ExpressionModel
from reenact.geometry.landmark_flow import landmark_flow
from reenact.geometry.landmark_maps import landmark_maps
from reenact.methods.g2gan.shape import ShapeModel, neutral_of
from reenact.types import Points

_GRID = 16  # windows begin at multiples of this
_REST, _MORE = 0.45, 0.15
"""Expressiveness below which a face is at rest (three in four neutral Londoners), and how much more
of it the other side must have."""
Arrays = dict[str, NDArray]


@dataclass(frozen=True)
class Side:
    """One picture, (3, S, S) uint8; its landmarks (478, 3), pixels; whether it is a photograph."""

    image: NDArray[np.uint8]
    points: Points
    is_real: bool


class MixedPairs:
    """Two sources of pairs; `share` of the numbers goes to the second.

    Args:
        first, second: pairs by number. seed: of the draws.
    """

    def __init__(self, first: Sequence, second: Sequence, share: float, seed: int = 0) -> None:
        self.first, self.second, self.share, self.seed = first, second, share, seed

    def __len__(self) -> int:
        return len(self.first)

    def __getitem__(self, number: int) -> Arrays:
        rng = np.random.default_rng([self.seed, 11, number])
        return (self.second if rng.random() < self.share else self.first)[number]


class ExpressionPairs:
    """`data[k]`, in pixels of windows of side w; N is the neutral side, E the expressive one:

    neutral, expression: (3, w, w) uint8 pictures of N and E.
    neutral_mesh, expression_mesh: (478, 2) float32 their landmarks.
    wanted_e, wanted_n: (478, 2) landmarks that G_E shall give N, and G_N shall give E.
    heat_e, heat_own: (68, 2) the points of H_E: of `wanted_e`, and of E as it is.
    maps_e, maps_n: (5, w/2, w/2) uint8 `landmark_maps` of these. own_n, own_e: of N and E itself.
    flow_e, flow_n: (2, w/4, w/4) from N to `wanted_e`, from E to `wanted_n`, pixels.
    back_e, back_n: from `wanted_n` back to E, from `wanted_e` back to N, for the cycle.
    real_n, real_e: 1 where the side is a photograph as it was taken. kind: as in `Pairs`.

    Args:
        pairs: `Pairs`, `KeptPairs` or `MixedPairs`.
        crop_px: side of their pictures. window: side that is cut out of them.
        shapes: for unpaired sides; None leaves the sides of a pair together.
        seed: of windows and partners; None centers the windows.
        guess: guesses neutral landmarks, as in use. guessed: share of the pairs with a face at
            rest whose `wanted_n` is guessed, not known.
    """

    def __init__(
        self,
        pairs: Sequence,
        crop_px: int,
        window: int | None = None,
        shapes: ShapeModel | None = None,
        seed: int | None = 0,
        guess: ShapeModel | None = None,
        guessed: float = 0.0,
    ) -> None:
        self.pairs, self.crop_px, self.shapes, self.seed = pairs, crop_px, shapes, seed
        self.guess, self.guessed = guess, guessed
        self.window = min(window or crop_px, crop_px) // _GRID * _GRID
        self.model = ExpressionModel.load()

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, number: int) -> Arrays:
        pair = self.pairs[number]
        neutral, expressive = self._sides(pair)
        if self.shapes is None:
            wanted_e, wanted_n = expressive.points, neutral.points
            if self._is_guessed(pair, neutral, expressive, number):
                wanted_n = neutral_of(self.model, expressive.points, self.guess)
        else:
            partner = (number + 1 + 7919 * (self.seed or 0)) % max(len(self.pairs), 2)
            expressive = self._sides(self.pairs[partner])[1]
            wanted_n = neutral_of(self.model, expressive.points)
            wanted_e = self._given(neutral.points, expressive.points)
        out = self._drawn("e", neutral, wanted_e, number, is_neutral=True)
        out |= self._drawn("n", expressive, wanted_n, number, is_neutral=False)
        for name, mesh in (("heat_e", out["wanted_e"]), ("heat_own", out["expression_mesh"])):
            out[name] = convert(mesh, "mediapipe478", "ibug68")
        return out | {"kind": pair["kind"], "person": pair["person"]}

    def _sides(self, pair: Arrays) -> tuple[Side, Side]:
        """The side nearer to neutral first."""
        is_pair = int(pair["kind"]) == REAL
        sides = [
            Side(pair["source"], pair["source_points"], is_pair),
            Side(pair["target"], pair["target_points"], True),
        ]
        sides.sort(key=lambda side: self.expressiveness(side.points))
        return sides[0], sides[1]

    def _is_guessed(self, pair: Arrays, neutral: Side, expressive: Side, number: int) -> bool:
        rng = np.random.default_rng([self.seed or 0, 13, number])
        if int(pair["kind"]) != REAL or rng.random() >= self.guessed:
            return False
        least, most = (self.expressiveness(side.points) for side in (neutral, expressive))
        return least < _REST and most > least + _MORE

    def expressiveness(self, points: Points) -> float:
        """Length of the movement that an expression made, eye distances."""
        shape = canonicalize(points, self.model.mean)[0]
        return float(np.linalg.norm(self.model.motion(shape, None)))

    def _given(self, points: Points, other: Points) -> Points:
        """Eq. 12: a face at rest with another person's expression."""
        theirs = canonicalize(other, self.model.mean)[0]
        own, placement = canonicalize(points, self.model.mean)
        rest = theirs - self.model.motion(theirs, None)
        return placement.apply(self.shapes.transfer(own, theirs, rest)).astype(np.float32)

    def _drawn(self, to: str, side: Side, wanted: Points, number: int, *, is_neutral: bool):
        """The arrays of one side."""
        size, w = self.crop_px, self.window
        x, y = self._corner(np.concatenate([side.points, wanted]), number)
        own, own_name = ("n", "neutral") if is_neutral else ("e", "expression")
        here, there = (
            convert(points, "mediapipe478", "face106")[:, :2] for points in (side.points, wanted)
        )
        half, small = (x // 2, y // 2, w // 2), (x // 4, y // 4, w // 4)
        corner = np.array([x, y], np.float32)
        return {
            own_name: _cut(side.image, x, y, w),
            f"{own_name}_mesh": side.points[:, :2] - corner,
            f"wanted_{to}": wanted[:, :2] - corner,
            f"maps_{to}": _cut(landmark_maps(there, size, size // 2), *half),
            f"own_{own}": _cut(landmark_maps(here, size, size // 2), *half),
            f"flow_{to}": _cut(landmark_flow(here, there, size, size // 4), *small),
            f"back_{own}": _cut(landmark_flow(there, here, size, size // 4), *small),
            f"real_{own}": np.float32(side.is_real),
        }

    def _corner(self, points: NDArray, number: int) -> tuple[int, int]:
        """Where the window begins: around the middle of the face, not always exactly."""
        room = self.crop_px - self.window
        if not room:
            return 0, 0
        middle = (points[:, :2].min(0) + points[:, :2].max(0)) / 2 - self.window / 2
        if self.seed is not None:
            rng = np.random.default_rng([self.seed, 77, number])
            middle = middle + rng.uniform(-_GRID, _GRID, 2)
        x, y = (np.clip(np.round(middle / _GRID), 0, room // _GRID) * _GRID).astype(int).tolist()
        return x, y


def with_rendered(pairs: Sequence, pack: Pack, share: float, seed: int) -> MixedPairs:
    """Pairs, and a share of real pairs from a second pack (rendered people)."""
    options = PairOptions(real_share=1.0, seed=seed)
    return MixedPairs(pairs, Pairs(pack, options), share, seed)


def _cut(array: NDArray, x: int, y: int, side: int) -> NDArray:
    return np.ascontiguousarray(array[..., y : y + side, x : x + side])
