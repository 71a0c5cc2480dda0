"""Training pairs: what `warp` made of a mouth, and the real one in the same place.

- `single`: a photograph is warped to another face's expression and back to its own mesh with the
  project's own warp. What got lost on the way (the mouth's inside, stretched lips) is missing in
  the input, and the photograph itself is the ground truth, to the pixel.
- `real`: two pictures of one person (neutral and smiling, frames of a clip). One is warped to the
  other's mesh. These teach what a photograph alone cannot show: folds and shade that come with an
  expression.

As in use, the mouth's inside shows what it should, but from another picture: in another light,
coarser, and not quite in place.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.base import Driving, SourceCrop
from reenact.face.align import Crop, face_crop
from reenact.face.detect import make_face
from reenact.face.pose import head_pose
from reenact.geometry.regions import LIPS_INNER, STABLE
from reenact.methods.warp.method import Warp, WarpMotion
from reenact.methods.warp_repair.config import RepairConfig
from reenact.methods.warp_repair.faces import OPEN, FacePicture
from reenact.methods.warp_repair.window import (
    MouthWindow,
    draw_mouth_maps,
    flow_of,
    gate_of,
)
from reenact.types import Frame, Options, Points

SINGLE, REAL = 0, 1
_MAX_TURN = 9.0  # degrees between two frames of a clip that make a pair
_MAX_YAW = 28.0  # degrees that a single photograph's face may be turned
_OTHER_MOUTH = 0.5  # share of pairs, where there are any, with another mouth that shows the same
_ALIKE = 0.04  # difference of lip gaps up to which two mouths may be taken to show the same

Pair = dict[str, NDArray]


class PairMaker:
    """Makes pairs of the faces of one split; each from its own random numbers.

    Args:
        warp: the method whose faults are learned.
        faces: of one split.
        config: says how large the window is.
    """

    def __init__(self, warp: Warp, faces: list[FacePicture], config: RepairConfig) -> None:
        self.warp, self.faces, self.config = warp, faces, config
        self.closed = [face for face in faces if face.gap < 0.02]
        self.singles = [
            face
            for face in faces
            if face.set == "sfhq" and abs(head_pose(face.points).yaw) < _MAX_YAW
        ]
        self.open_singles = [face for face in self.singles if face.gap > OPEN]
        self.portraits = _groups(face for face in faces if face.set == "london")
        self.clips = _groups(face for face in faces if face.set == "clips")

    def make(self, kind: str, rng: np.random.Generator) -> Pair | None:
        """A pair of a kind: `single`, `london` or `clips`; None where the draw was no good."""
        return {"single": self.single, "london": self.london, "clips": self.clip}[kind](rng)

    def single(self, rng: np.random.Generator) -> Pair | None:
        is_open = rng.random() < 0.85
        real = _pick(rng, self.open_singles if is_open else self.singles)
        pool = self.closed if real.gap > OPEN and rng.random() < 0.75 else self.faces
        other = _pick(rng, pool)
        image, points, crop = _cropped(real)
        driving = Driving(face=other.face, frame=other.read())
        options = Options(strength=rng.uniform(0.6, 1.1), follow_pose=False)
        state = self.warp.encode(SourceCrop(image, points, crop))
        motion = self.warp.retarget(state, driving, options)
        changed = self.warp.render_frame(state, motion)
        source = SourceCrop(changed, motion.points, crop)
        return self._pair(rng, source, image, points, SINGLE, real)

    def london(self, rng: np.random.Generator) -> Pair | None:
        group = _pick(rng, self.portraits)
        first, second = rng.permutation(2) if rng.random() < 0.5 else (0, 1)
        return self._real(rng, group[first], group[second]) if len(group) == 2 else None

    def clip(self, rng: np.random.Generator) -> Pair | None:
        group = _pick(rng, self.clips)
        first, second = _pick(rng, group), _pick(rng, group)
        here, there = head_pose(first.points), head_pose(second.points)
        turn = max(abs(here.yaw - there.yaw), abs(here.pitch - there.pitch))
        gap = abs(first.gap - second.gap)
        is_dull = gap < 0.05 and rng.random() < 0.6
        if turn > _MAX_TURN or is_dull:
            return None
        return self._real(rng, first, second)

    def _real(self, rng: np.random.Generator, first: FacePicture, second: FacePicture) -> Pair:
        image, points, crop = _cropped(first)
        target, there = laid_onto(second.read(), second.points, points, crop.size)
        return self._pair(rng, SourceCrop(image, points, crop), target, there, REAL, second)

    def _pair(self, rng, source: SourceCrop, target: Frame, there: Points, kind, real) -> Pair:
        """The source warped to the target's mesh, with somebody's mouth, in the window."""
        state = self.warp.encode(source)
        motion = WarpMotion(points=there, still=there, driving=self._mouth(rng, real))
        warped = self.warp.render_frame(state, motion)
        window = MouthWindow.around(there, self.config)
        flow = flow_of(window, self.warp._mesh(state, motion))
        return {
            "warped": window.cut(warped),
            "target": window.cut(target),
            "drawn": draw_mouth_maps(window, there),
            "flow": flow.astype(np.float16),
            "gate": np.round(255 * gate_of(flow, window.size)).astype(np.uint8),
            "kind": np.uint8(kind),
        }

    def _mouth(self, rng, real: FacePicture) -> Driving:
        """The real mouth as if another face, in another light, had made the same one.

        The inside of a random mouth would teach to paint teeth into the dark: what the driving
        mouth shows must stay, only how it sits and how it is lit may be repaired.
        """
        likely = [face for face in self._alike(real) if abs(face.gap - real.gap) < _ALIKE]
        shown = _pick(rng, likely) if likely and rng.random() < _OTHER_MOUTH else real
        return disturbed(rng, shown.read(), shown.points)

    def _alike(self, real: FacePicture) -> list[FacePicture]:
        """Faces whose mouths show about the same: other smiles, other frames of a clip."""
        if real.set == "london" and real.expression == "smiling":
            smiles = [face for group in self.portraits for face in group]
            return [f for f in smiles if f.expression == "smiling" and f.person != real.person]
        if real.set == "clips":
            return next(group for group in self.clips if group[0].person == real.person)
        return []


def disturbed(rng: np.random.Generator, frame: Frame, points: Points) -> Driving:
    """A driving picture in another light, coarser, with a mouth that is found slightly wrong."""
    eyes = float(np.linalg.norm(points[33, :2] - points[263, :2]))
    gain = np.exp(rng.normal(0, 0.25) + rng.normal(0, 0.08, 3))
    gamma = np.exp(rng.normal(0, 0.15))
    values = 255 * np.clip((np.arange(256) / 255)[:, None] ** gamma * gain, 0, 1)
    height, width = frame.shape[:2]
    zoom = rng.uniform(0.35, 1.0)
    small = (max(2, round(width * zoom)), max(2, round(height * zoom)))
    coarse = cv2.resize(frame, small, interpolation=cv2.INTER_AREA)
    coarse = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    lit = cv2.LUT(coarse, np.round(values).astype(np.uint8).reshape(1, 256, 3))
    moved = points.copy()
    ring = moved[list(LIPS_INNER), :2]
    middle = ring.mean(0)
    stretch = np.exp(rng.normal(0, (0.06, 0.12)))
    shift = rng.normal(0, 0.008 * eyes, 2)
    moved[list(LIPS_INNER), :2] = middle + (ring - middle) * stretch + shift
    return Driving(face=make_face(moved, 1.0, (height, width)), frame=lit)


def laid_onto(image: Frame, points: Points, there: Points, side: int) -> tuple[Frame, Points]:
    """A picture moved into another picture's crop, by points that expressions hardly move.

    Args:
        image: (H, W, 3). points: (478, 3) its mesh.
        there: (478, 3) mesh of the same person in the crop. side: of the crop, pixels.

    Returns:
        (side, side, 3) and (478, 3).
    """
    stable = list(STABLE)
    here, goal = points[stable, :2].astype(np.float64), there[stable, :2].astype(np.float64)
    middle, aim = here.mean(0), goal.mean(0)
    a, b = (here - middle).T, (goal - aim).T
    power = (a * a).sum()
    c, s = (a * b).sum() / power, (a[0] * b[1] - a[1] * b[0]).sum() / power
    linear = np.array([[c, -s], [s, c]])
    matrix = np.column_stack([linear, aim - linear @ middle])
    moved = Crop(matrix, side, image.shape[:2]).cut(image)
    flat = points[:, :2] @ linear.T + matrix[:, 2]
    zoom = float(np.hypot(c, s))
    return moved, np.column_stack([flat, points[:, 2] * zoom]).astype(np.float32)


def _cropped(real: FacePicture) -> tuple[Frame, Points, Crop]:
    crop = face_crop(real.face, scale=Warp.crop.scale, size=None, upright=False)
    return crop.cut(real.read()), crop.to_crop(real.points), crop


def _groups(faces) -> list[list[FacePicture]]:
    groups: dict[str, list[FacePicture]] = {}
    for face in sorted(faces, key=lambda face: (face.person, face.expression, face.frame)):
        groups.setdefault(face.person, []).append(face)
    return list(groups.values())


def _pick(rng: np.random.Generator, pool: list):
    return pool[rng.integers(len(pool))]
