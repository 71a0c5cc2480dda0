"""Pairs with their geometry drawn, cut around the face: what landmark-driven generators learn from.

Most of a crop is hair and background that hardly move. A window on the face costs less than half
of the time, and networks without normalization see no difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reenact.data.kept_pairs import KeptPairs, OpenMouths
from reenact.data.pack import Pack
from reenact.data.pairs import PairOptions, Pairs, held_out_pairs
from reenact.errors import InputError
from reenact.face.schemes import convert
from reenact.geometry.landmark_flow import landmark_flow
from reenact.geometry.landmark_maps import landmark_image, landmark_maps

_GRID = 16  # windows begin at multiples of this, so that smaller maps can be cut too
_SHEET_PAIRS = 64


@dataclass(frozen=True)
class PairSwitches:
    """What pairs a run sees: `--option NAME=VALUE` of each method that learns from them.

    Attributes:
        real_share: share of pairs from two pictures of one person.
        keep: pairs that are made once and seen again; 0 makes each anew.
        keep_file: where they are kept between runs.
        open_share: share of pairs drawn from those with an open mouth to draw.
        open_gap: of the lips over the eye distance, from which it is open.

    Raises:
        InputError: a share or number out of range.
    """

    real_share: float = 0.5
    keep: int = 5000
    keep_file: str = ""
    open_share: float = 0.0
    open_gap: float = 0.12

    def __post_init__(self) -> None:
        for name in ("real_share", "open_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise InputError(f"`{name}` must be 0 to 1, got {getattr(self, name)}.")
        if self.keep < 0:
            raise InputError(f"`keep` must be 0 or more, got {self.keep}.")


class DrawnPairs:
    """`pairs[k]` and, in pixels of the window (side `w`):

    source, target: (3, w, w) uint8.
    source_points, target_points: (106, 2) float32. corner: (2,) of the window in the crop.
    maps: (5, w/2, w/2) uint8 of the target. flow: (2, w/4, w/4) float32 source to target, pixels.
    image: (1, w/4, w/4) uint8, the paper's landmark image of the target; lines: (1, w, w) uint8.

    Args:
        pairs: `Pairs`, or `KeptPairs`.
        crop_px: side of their pictures.
        window: side that is cut out; the whole crop by default.
        seed: of the windows' places; None centers them on the face.
    """

    def __init__(
        self, pairs: Sequence, crop_px: int, window: int | None = None, seed: int | None = 0
    ) -> None:
        self.pairs, self.crop_px, self.seed = pairs, crop_px, seed
        self.window = min(window or crop_px, crop_px) // _GRID * _GRID

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, number: int) -> dict[str, NDArray]:
        pair, size = self.pairs[number], self.crop_px
        points = {
            name: convert(pair[name], "mediapipe478", "face106")[:, :2]
            for name in ("source_points", "target_points")
        }
        here, there = points["source_points"], points["target_points"]
        x, y = self._corner(there, number)
        out = {name: _cut(pair[name], x, y, self.window) for name in ("source", "target")}
        out["maps"] = _cut(landmark_maps(there, size, size // 2), x // 2, y // 2, self.window // 2)
        small = (x // 4, y // 4, self.window // 4)
        out["flow"] = _cut(landmark_flow(here, there, size, size // 4), *small)
        corner = np.array([x, y], np.float32)
        moved = {name: (value - corner).astype(np.float32) for name, value in points.items()}
        there = moved["target_points"]
        out["image"] = landmark_image(there, self.window, self.window // 4)
        out["lines"] = landmark_image(there, self.window, self.window)
        out["corner"] = corner
        return out | moved | {name: pair[name] for name in ("person", "kind", "row")}

    def _corner(self, points: NDArray, number: int) -> tuple[int, int]:
        """Where the window begins: around the middle of the face, not always exactly."""
        room = self.crop_px - self.window
        if not room:
            return 0, 0
        middle = (points.min(0) + points.max(0)) / 2 - self.window / 2
        if self.seed is not None:
            rng = np.random.default_rng([self.seed, 77, number])
            middle = middle + rng.uniform(-_GRID, _GRID, 2)
        x, y = (np.clip(np.round(middle / _GRID), 0, room // _GRID) * _GRID).astype(int).tolist()
        return x, y


def drawn_data(
    pack: Pack, seed: int, switches: PairSwitches, window: int = 0
) -> tuple[DrawnPairs, DrawnPairs]:
    """What a run learns from, and pairs of held-out people for its sample sheet.

    Args:
        pack: pictures. seed: of the pairs.
        window: side of the windows, pixels; 0 for the whole crop.

    Raises:
        InputError: `keep_file` holds other pairs.
    """
    pairs: Sequence = Pairs(pack, PairOptions(real_share=switches.real_share, seed=seed))
    if switches.keep:
        file = Path(switches.keep_file) if switches.keep_file else None
        pairs = KeptPairs(pairs, switches.keep, file)
        if switches.open_share:
            pairs = OpenMouths(pairs, switches.open_share, seed, switches.open_gap)
    held_out = KeptPairs(held_out_pairs(pack), _SHEET_PAIRS)
    sheet = DrawnPairs(held_out, pack.size, window or None, seed=None)
    return DrawnPairs(pairs, pack.size, window or None, seed), sheet


def _cut(array: NDArray, x: int, y: int, side: int) -> NDArray:
    return np.ascontiguousarray(array[..., y : y + side, x : x + side])
