"""Training pairs: a source, and the same person with another expression as ground truth.

Two kinds, told apart by `kind`:

- `single` (0), from one photograph. The photo is warped to another face's expression with the
  project's own mesh warp; the warped photo is the source, the real photo with its own landmarks is
  the ground truth. So the network sees real skin, teeth and eyes where it must draw, and the
  warp's faults where it must not look.
- `real` (1): two pictures of one person (neutral and smiling, a ladder, frames of a clip). The
  target is laid onto the source's head, as a method sees it.

A pair depends on the seed and its number alone, never on the worker or the order: `pairs[k]` is
the same picture in every process, so training resumes exactly and splits over processes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.base import Driving, SourceCrop
from reenact.data.augment import NONE, Augmentation
from reenact.data.pack import Pack
from reenact.errors import InputError
from reenact.face.align import Crop
from reenact.geometry.canonical import eye_distance
from reenact.geometry.regions import INNER_LIP_CENTER, STABLE
from reenact.types import Face, Frame, Options, Points

SINGLE, REAL = 0, 1
_OPEN = 0.06  # lip gap over the outer eye corner distance from which teeth show
_PAD = 8  # pixels around a crop, so that the warp's outermost ring, rounded, stays inside


@dataclass(frozen=True)
class PairOptions:
    """Which pairs are made.

    Attributes:
        split: `train` or `held_out` people.
        real_share: share of pairs from two pictures of one person, where the pack has any.
        pose_share: share of single pairs whose head turns too.
        strength: least and most strength of the driving expression.
        with_warped: also give the source warped to the target's landmarks (`warp`'s own output,
            for networks that repair it).
        augmentation: see `augment.py`.
        seed: another seed gives other pairs.
    """

    split: str = "train"
    real_share: float = 0.4
    pose_share: float = 0.25
    strength: tuple[float, float] = (0.5, 1.2)
    with_warped: bool = False
    augmentation: Augmentation = Augmentation()
    seed: int = 0


class Pairs:
    """Endless pairs of a pack by number; a map-style dataset for torch's `DataLoader`.

    `pairs[k]` is a dictionary of arrays (`S` is the pack's size):
        source: (3, S, S) uint8. source_points: (478, 3) float32, pixels of the crop.
        target, target_points: the ground truth, in the source's crop.
        warped: (3, S, S) uint8 `warp` of the source to the target's landmarks, where asked for.
        person: number of the person. kind: 0 single, 1 real. row: row of the target in the pack.

    Raises:
        InputError: the pack has no face in the split.
    """

    def __init__(self, pack: Pack, options: PairOptions | None = None) -> None:
        self.pack, self.options = pack, options or PairOptions()
        self.rows = pack.indices(self.options.split)
        if len(self.rows) < 2:
            raise InputError(
                f"{pack.path} must hold at least 2 faces of the split '{self.options.split}', "
                f"it holds {len(self.rows)}. Pack more people or another `--held-out`."
            )
        people = pack.by_person(self.options.split)
        self.groups = [rows for rows in people.values() if len(rows) > 1]
        # A clip gives more pairs than two portraits, yet not as many as it has frames.
        counts = np.log2([len(rows) for rows in self.groups])
        self.shares = counts / max(counts.sum(), 1e-9)
        self.numbers = {person: number for number, person in enumerate(people)}
        self.points = pack.all_points()
        self.open_rows = [row for row in self.rows if lip_gap(self.points[row]) > _OPEN]
        self._warp = None

    def __len__(self) -> int:
        """Nominal: as many as there are faces. Any number may be asked for."""
        return len(self.rows)

    def __getstate__(self) -> dict:
        return self.__dict__ | {"_warp": None}

    def __getitem__(self, number: int) -> dict[str, NDArray]:
        rng = np.random.default_rng([self.options.seed, number])
        is_real = bool(self.groups) and rng.random() < self.options.real_share
        pair = self._real(rng) if is_real else self._single(rng)
        if self.options.with_warped:
            pair["warped"] = self._repaired_input(rng, pair)
        return self._changed(rng, pair)

    @property
    def warp(self):
        """The project's own mesh warp; each process loads its own."""
        if self._warp is None:
            from reenact.registry import create

            cv2.setNumThreads(0)
            self._warp = create("warp")
        return self._warp

    def _single(self, rng: np.random.Generator) -> dict:
        row, other = rng.choice(self.rows, 2, replace=False)
        image, points = self.pack.image(row), self.points[row]
        driving = Driving(face=self._face(other), frame=self.pack.image(other))
        low, high = self.options.strength
        turns = rng.random() < self.options.pose_share
        options = Options(strength=rng.uniform(low, high), follow_pose=bool(turns))
        state = self.warp.encode(padded_crop(image, points))
        motion = self.warp.retarget(state, driving, options)
        return {
            "source": _cut(self.warp.render_frame(state, motion)),
            "source_points": motion.points - _shift(),
            "target": image,
            "target_points": points,
            "row": row,
            "kind": SINGLE,
        }

    def _real(self, rng: np.random.Generator) -> dict:
        group = self.groups[rng.choice(len(self.groups), p=self.shares)]
        source, target = rng.choice(group, 2, replace=False)
        here = self.points[source]
        image, points = laid_onto(self.pack.image(target), self.points[target], here)
        return {
            "source": self.pack.image(source),
            "source_points": here,
            "target": image,
            "target_points": points,
            "row": target,
            "kind": REAL,
        }

    def _repaired_input(self, rng: np.random.Generator, pair: dict) -> Frame:
        """The source warped to the target's landmarks, with somebody else's open mouth."""
        source, there = pair["source"], pair["target_points"]
        state = self.warp.encode(padded_crop(source, pair["source_points"]))
        motion = self.warp.retarget(state, Driving(points=there + _shift()), Options())
        if self.open_rows and lip_gap(there) > 0.5 * _OPEN:
            mouth = self.open_rows[rng.integers(len(self.open_rows))]
            driving = Driving(face=self._face(mouth), frame=self.pack.image(mouth))
            motion = replace(motion, driving=driving)
        return _cut(self.warp.render_frame(state, motion))

    def _face(self, row: int) -> Face:
        points = self.points[row]
        low, high = points[:, :2].min(0), points[:, :2].max(0)
        size = self.pack.size
        return Face(points, (*low.tolist(), *high.tolist()), 1.0, (size, size))

    def _changed(self, rng: np.random.Generator, pair: dict) -> dict[str, NDArray]:
        """The pair augmented, as arrays for torch."""
        size = self.pack.size
        change = self.options.augmentation.draw(rng, size)
        out: dict[str, NDArray] = {}
        for name in ("source", "target", "warped"):
            if name in pair:
                changed = change.picture(pair[name])
                out[name] = np.ascontiguousarray(changed.transpose(2, 0, 1))
        for name in ("source_points", "target_points"):
            out[name] = change.points(np.asarray(pair[name], np.float32), size)
        person = self.pack.rows[pair["row"]]["person"]
        numbers = {"person": self.numbers[person], "kind": pair["kind"], "row": pair["row"]}
        return out | {name: np.int64(value) for name, value in numbers.items()}


def held_out_pairs(pack: Pack, options: PairOptions | None = None) -> Pairs:
    """Pairs of people never trained on, without augmentation."""
    kept = replace(options or PairOptions(), split="held_out", augmentation=NONE)
    return Pairs(pack, kept)


def padded_crop(image: Frame, points: Points) -> SourceCrop:
    """A packed face as `warp` sees it: the whole crop, with its edge pixels repeated around."""
    size = image.shape[0]
    matrix = np.array([[1.0, 0.0, _PAD], [0.0, 1.0, _PAD]])
    crop = Crop(matrix, size + 2 * _PAD, (size, size), is_exact=True)
    return SourceCrop(image=crop.cut(image), points=points + _shift(), crop=crop)


def _shift() -> NDArray[np.float32]:
    return np.array([_PAD, _PAD, 0], np.float32)


def _cut(image: Frame) -> Frame:
    return image[_PAD:-_PAD, _PAD:-_PAD]


def laid_onto(image: Frame, points: Points, there: Points) -> tuple[Frame, Points]:
    """A picture moved so that the head lies as in another picture of the same person.

    Crops are cut around the whole face, so an opening jaw moves the eyes. A method keeps the
    source's crop; the target must be seen in that.

    Args:
        image: (S, S, 3) uint8. points: (478, 3) its landmarks.
        there: (478, 3) the landmarks it is laid onto, by points that expressions hardly move.

    Returns:
        The picture and its landmarks, shifted and scaled, never turned.
    """
    stable = list(STABLE)
    here, goal = points[stable, :2].astype(np.float64), there[stable, :2].astype(np.float64)
    mid, aim = here.mean(axis=0), goal.mean(axis=0)
    zoom = float(np.sqrt(((goal - aim) ** 2).sum() / ((here - mid) ** 2).sum()))
    matrix = np.column_stack([zoom * np.eye(2), aim - zoom * mid])
    moved = cv2.warpAffine(
        image, matrix, image.shape[1::-1], flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101
    )
    flat = points[:, :2] * zoom + matrix[:, 2]
    return moved, np.column_stack([flat, points[:, 2] * zoom]).astype(np.float32)


def lip_gap(points: Points) -> float:
    """Distance of the inner lips over that of the outer eye corners."""
    upper, lower = INNER_LIP_CENTER
    eyes = eye_distance(points[:, :2])
    return float(np.linalg.norm(points[upper, :2] - points[lower, :2])) / max(eyes, 1e-6)
