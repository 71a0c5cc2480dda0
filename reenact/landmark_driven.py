"""What methods share that see a face as landmarks: retargeting, the upright window, the head.

A method encodes a source once, gets landmarks in the source's own crop, and renders them with a
network that sees the face in an upright window of `FACE_PX`, whatever the crop's own resolution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.base import CropSpec, Driving, Method, Motion, SourceCrop, SourceState
from reenact.face.align import Crop, face_crop
from reenact.face.detect import make_face
from reenact.face.schemes import convert
from reenact.geometry.expression import ExpressionModel
from reenact.geometry.head_motion import HeadMotion, follow_motion, follow_still, turned
from reenact.geometry.landmark_flow import landmark_flow
from reenact.geometry.regions import OVAL
from reenact.geometry.relax import unfold
from reenact.images import to_tensor
from reenact.nn.compose import edge_fade
from reenact.types import Face, Frame, Options, Points

if TYPE_CHECKING:
    from torch import Tensor

FACE_PX = 256
"""Side of the window that networks see, and that their training crops have."""

AROUND = 1.12
"""Hair, ears and neck beyond so many times the face's contour do not move as a smile does.

SSIM and PSNR of `freenet` on 14 training people of London, their own smiles: 0.8148, 23.22 with
1.32 and the neck following the jaw, 0.8158, 23.28 with 1.2, 0.8160, 23.29 with 1.12."""
AROUND_TURNED = 1.2
"""The same where a head turns, which takes a wider strip beside the face along."""
AROUND_FOLLOWS = 0.4
"""How far they go along with the head. All the way, background and collar bend with them: PSNR of
`freenet` on the clips of self-reenactment was 23.0 dB with 1, 23.7 with 0.7, 24.1 with 0.4, 0.2."""
_LEAST = 0.4  # of its width that the strip between face and surroundings keeps at least

_STILL = 0.1
"""Pixels of the crop: points that move less do not move."""


@dataclass
class LandmarkState(SourceState):
    """The source's face in its upright window.

    Attributes:
        window: where that lies in the source's crop.
        face: (256, 256, 3) the window. points: (106, 2) landmarks, pixels of the window.
    """

    window: Crop
    face: Frame
    points: Points

    def lay_back(self, face: Frame) -> Frame:
        """(S, S, 3) the source's crop with another face in the window."""
        side = self.source.image.shape[0]
        out = self.source.image.copy()
        flags, border = cv2.INTER_CUBIC, cv2.BORDER_TRANSPARENT
        return cv2.warpAffine(
            face, self.window.inverse, (side, side), dst=out, flags=flags, borderMode=border
        )


class LandmarkDriven(Method):
    """The base of such methods.

    Args:
        expression: moves the source's landmarks; methods may have a converter of their own.
    """

    other_weights = ("expression.safetensors",)
    turns_head = True
    crop = CropSpec(size=None, scale=2.3, upright=False)

    def __init__(self, expression: ExpressionModel) -> None:
        self.expression = expression

    def encode(self, source: SourceCrop) -> LandmarkState:
        side = source.image.shape[0]
        window = upright_window(make_face(source.points, 1.0, (side, side)))
        points = points_in(window, source.points)
        return LandmarkState(source, window, window.cut(source.image), points)

    def retarget(self, state: LandmarkState, driving: Driving, options: Options) -> Motion:
        source = state.source.points
        if driving.points is not None:
            still = driving.points.astype(np.float32)
            head = None if driving.head is None else turned(source, driving.head)
            points = still if head is None else head.apply(still)
            return Motion(points, driving=driving, extra={"head": head, "still": still})
        return self.with_head(source, self.express(state, driving, options), driving, options)

    def with_head(
        self, source: Points, still: Points, driving: Driving, options: Options
    ) -> Motion:
        """The motion of a face whose expression is known: unfolded, and its head turned."""
        still = unfold(source, still)
        head = _follow(source, driving, options)
        points = still if head is None else head.apply(still)
        notes = []
        if head is not None and head.is_limited:
            notes.append("The head turns less than the driving head: more would break the picture.")
        extra = {"head": head, "still": still}
        return Motion(points=points, notes=notes, driving=driving, extra=extra)

    def express(self, state: LandmarkState, driving: Driving, options: Options) -> Points:
        """(478, 3) the source's landmarks with the driving expression, in the source's own pose."""
        return self.expression.transfer(
            state.source.points,
            driving.face.points,
            strength=options.strength,
            region=options.region,
            source_neutral=state.source.neutral,
            driving_neutral=None if driving.neutral is None else driving.neutral.points,
            mode=options.mode,
        )

    def draw(self, state: LandmarkState, motion: Motion) -> Frame:
        """(S, S, 3) the crop with landmarks that have moved.

        `extra["head"]` is the head's part of the motion or None, `extra["still"]` the landmarks
        before the head turns.
        """
        raise NotImplementedError

    def render(self, state: LandmarkState, motions: Sequence[Motion]) -> Tensor:
        import torch

        return torch.cat([to_tensor(self.render_frame(state, motion)) for motion in motions])

    def render_frame(self, state: LandmarkState, motion: Motion) -> Frame:
        """(S, S, 3) uint8 crop; the source itself where nothing moves."""
        moved = np.abs(motion.points - state.source.points)[:, :2].max()
        if moved < _STILL:
            return state.source.image.copy()
        return self.draw(state, motion)


def upright_window(face: Face) -> Crop:
    """The window of a face, upright and as large as in training."""
    return face_crop(face, size=FACE_PX)


def points_in(window: Crop, points: Points) -> Points:
    """(478, 3) as (106, 2), pixels of a window."""
    return convert(window.to_crop(points), "mediapipe478", "face106")[:, :2]


def around_face(mesh: Points, motion: Motion, reach: float = AROUND) -> tuple[Points, Points]:
    """(36, 3) places around a mesh (478, 3), before and after a motion, pixels of the crop.

    They go with the head in part, and give way to a jaw that drops far; `reach` is where they lie,
    times the face's contour.
    """
    oval, head = mesh[list(OVAL)], motion.extra.get("head")
    middle = oval.mean(0)
    ring = (middle + reach * (oval - middle)).astype(np.float32)
    turned = ring if head is None else head.apply(ring)
    after = (ring + AROUND_FOLLOWS * (turned - ring)).astype(np.float32)
    width = np.linalg.norm((ring - oval)[:, :2], axis=1, keepdims=True)
    outward = (ring - oval)[:, :2] / width
    left = ((after - motion.points[list(OVAL)])[:, :2] * outward).sum(1, keepdims=True)
    after[:, :2] += np.maximum(_LEAST * width - left, 0) * outward
    return ring, after


def around_in(
    window: Crop, mesh: Points, motion: Motion, reach: float = AROUND
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """`around_face` as (36, 2) pixels of a window."""
    before, after = (window.to_crop(ring)[:, :2] for ring in around_face(mesh, motion, reach))
    return before, after


def turned_flow(
    window: Crop, motion: Motion, here: NDArray[np.float32]
) -> NDArray[np.float32] | None:
    """(2, 64, 64) the motion that turns a face whose expression is drawn; None without a head.

    Networks are asked for expressions alone: of a head that turned, they took a slit of the
    source's mouth, stretched, for teeth, or closed smiles.

    Args:
        window: what the motion is of. here: (106, 2) landmarks of the face as it is drawn, in it.
    """
    if motion.extra.get("head") is None:
        return None
    around = around_in(window, motion.extra["still"], motion, AROUND_TURNED)
    return landmark_flow(here, points_in(window, motion.points), FACE_PX, FACE_PX // 4, around)


def window_mask(state: LandmarkState) -> NDArray[np.float32]:
    """(S, S) 1 inside of the upright window whose border never moves, so that no seam is seen."""
    side = state.source.image.shape[0]
    inside = (edge_fade(FACE_PX) > 0).astype(np.float32)
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(inside, state.window.matrix, (side, side), flags=flags)


def _follow(source: Points, driving: Driving, options: Options) -> HeadMotion | None:
    if not options.follow_pose or options.region != "all" or options.strength == 0:
        return None
    if driving.neutral is not None and options.mode == "relative":
        return follow_motion(source, driving.face.points, driving.neutral.points)
    return follow_still(source, driving.face.points)
