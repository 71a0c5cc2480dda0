"""`warp`: the source's own photograph, bent to the driving expression. Works on anyone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.base import CropSpec, Driving, Method, MethodInfo, Motion, SourceCrop, SourceState
from reenact.geometry.canonical import eye_distance
from reenact.geometry.contour import contour_give
from reenact.geometry.expression import ExpressionModel
from reenact.geometry.head_motion import HeadMotion, follow_motion, follow_still, turned
from reenact.geometry.raster import Window
from reenact.geometry.regions import LEFT_EYE, OVAL, RIGHT_EYE
from reenact.geometry.relax import unfold
from reenact.geometry.topology import FACE_POINTS, eye_triangles, face_triangles, mouth_triangles
from reenact.images import to_tensor
from reenact.methods.warp.eyes import draw_eyes, is_closed
from reenact.methods.warp.mouth import Interior, draw_mouth
from reenact.methods.warp.rings import Rings, make_rings
from reenact.methods.warp.skin import MovedMesh, move_skin
from reenact.methods.warp.tone import Tone, measure_tone
from reenact.types import Frame, Options, Points

if TYPE_CHECKING:
    from torch import Tensor

MAX_MAP_PX = 320
"""The displacement is drawn at most this large, and enlarged smoothly from there."""


_NOISE = 0.02  # eye distances that a still point may seem to move by
_LAYER_PX = 1e5  # depth between layers: more than any face has


@dataclass
class WarpState(SourceState):
    """The source's mesh with rings around it, and its tone."""

    rings: Rings
    triangles: NDArray[np.int32]
    layers: NDArray[np.float32]
    give: NDArray[np.float32]
    tone: Tone
    window: Window
    fade: NDArray[np.float32]


@dataclass
class WarpMotion(Motion):
    """Landmarks, the same without the head's motion, and the head's motion."""

    still: Points = field(default=None)  # type: ignore[assignment]
    head: HeadMotion | None = None


class Warp(Method):
    """Mesh warp with the mouth's inside from the driving picture."""

    name = "warp"
    weights_file = "expression.safetensors"
    turns_head = True
    info = MethodInfo(
        title="Warp (photographic)",
        summary="Bends the photograph itself. No training, any face: photos, paintings, statues.",
        year=2026,
        weights_license=(
            "MIT. Expression model trained on Face Research Lab London Set (CC BY 4.0), SFHQ "
            "(MIT), ICT-FaceKit (MIT) and LivePortrait's driving clips (MIT repository)"
        ),
    )
    crop = CropSpec(size=None, scale=2.2, upright=False)

    def __init__(self, expression: ExpressionModel) -> None:
        self.expression = expression

    def encode(self, source: SourceCrop) -> WarpState:
        rings = make_rings(source.points, _visible(source))
        triangles = [
            rings.triangles,
            face_triangles(),
            mouth_triangles(),
            eye_triangles(RIGHT_EYE),
            eye_triangles(LEFT_EYE),
        ]
        # Behind the skin lies what surrounds the face, and behind that what closes its openings.
        layers = np.repeat([1, 0, 2, 2, 2], [len(part) for part in triangles])
        return WarpState(
            source=source,
            rings=rings,
            triangles=np.concatenate(triangles),
            layers=layers.astype(np.float32),
            give=contour_give(source.points),
            tone=measure_tone(source.image, source.points),
            window=_window(rings, source.image.shape[0]),
            fade=_fade(source.image.shape[0], rings),
        )

    def retarget(self, state: WarpState, driving: Driving, options: Options) -> WarpMotion:
        source = state.source.points
        if driving.points is not None:
            return _edited(source, driving)
        still = self._express(state, driving, options)
        notes = self._keep_closed_eyes(state, still)
        head = self._follow(source, driving, options)
        points = still if head is None else head.apply(still)
        if head is not None and head.is_limited:
            notes.append("The head turns less than the driving head: more would break the picture.")
        return WarpMotion(points=points, notes=notes, driving=driving, still=still, head=head)

    def _express(self, state: WarpState, driving: Driving, options: Options) -> Points:
        neutral = driving.neutral.points if driving.neutral is not None else None
        source = state.source.points
        moved = self.expression.transfer(
            source,
            driving.face.points,
            strength=options.strength,
            region=options.region,
            source_neutral=state.source.neutral,
            driving_neutral=neutral,
            mode=options.mode,
        )
        moved = source + state.give[:, None] * (moved - source)
        if neutral is not None and options.mode == "relative":
            moved = _quiet(source, moved)
        return unfold(source, moved)

    def _keep_closed_eyes(self, state: WarpState, still: Points) -> list[str]:
        """Lids of eyes that are closed in the source stay closed: nothing is known behind them."""
        source, kept = state.source.points, False
        for eye in (RIGHT_EYE, LEFT_EYE):
            part = list(eye)
            if is_closed(source, eye) and not is_closed(still, eye):
                corners = [eye[0], eye[len(eye) // 2]]
                shift = (still[corners] - source[corners]).mean(0)
                still[part] = source[part] + shift
                kept = True
        return ["The source's eyes are closed; they stay closed."] if kept else []

    def _follow(self, source: Points, driving: Driving, options: Options) -> HeadMotion | None:
        if not options.follow_pose or options.region != "all" or options.strength == 0:
            return None
        if driving.neutral is not None and options.mode == "relative":
            return follow_motion(source, driving.face.points, driving.neutral.points)
        return follow_still(source, driving.face.points)

    def render(self, state: WarpState, motions: Sequence[WarpMotion]) -> Tensor:
        import torch

        return torch.cat([to_tensor(self.render_frame(state, motion)) for motion in motions])

    def render_frame(self, state: WarpState, motion: WarpMotion) -> Frame:
        """(S, S, 3) uint8 crop, without the way through tensors."""
        image, here, there = state.source.image, state.source.points, motion.points
        canvas = move_skin(image, self._mesh(state, motion), state.window)
        draw_eyes(canvas, image, here, there)
        draw_mouth(canvas, here, there, state.tone, _interior(motion.driving))
        return canvas

    def mask(self, state: WarpState, motion: WarpMotion) -> NDArray[np.float32]:
        """1 inside the rings; the displacement itself is 0 at their edge, so no seam is seen."""
        return state.fade

    def _mesh(self, state: WarpState, motion: WarpMotion) -> MovedMesh:
        """Face and rings, before and after."""
        here, still, rings = state.source.points, motion.still, state.rings
        head = rings.points if motion.head is None else motion.head.apply(rings.points)
        oval = list(OVAL)
        moved_rings = rings.move(still[oval] - here[oval], head)
        source = np.concatenate([here[:FACE_POINTS], rings.points])
        output = np.concatenate([motion.points[:FACE_POINTS], moved_rings])
        depth = output[state.triangles, 2].mean(1) + state.layers * _LAYER_PX
        return MovedMesh(source[:, :2], output[:, :2], state.triangles, depth)


def _edited(source: Points, driving: Driving) -> WarpMotion:
    """Landmarks as a person put them, and the head turned as far as the picture allows."""
    still = driving.points.astype(np.float32)
    if driving.head is None:
        return WarpMotion(points=still, driving=driving, still=still)
    head = turned(source, driving.head)
    return WarpMotion(points=head.apply(still), driving=driving, still=still, head=head)


def _quiet(source: Points, moved: Points) -> Points:
    """The moved mesh without the landmarks' noise, which the difference of two frames doubles."""
    move = moved - source
    length = np.linalg.norm(move, axis=1, keepdims=True)
    share = length**2 / (length**2 + (_NOISE * eye_distance(source)) ** 2)
    share[FACE_POINTS:] = 1  # irises
    return (source + share * move).astype(np.float32)


def _window(rings: Rings, side: int) -> Window:
    """The rectangle of the outermost ring, which holds all that moves, inside the crop."""
    outer = rings.points[-len(OVAL) :, :2]
    low = np.clip(np.floor(outer.min(0)).astype(int), 0, side - 2)
    high = np.clip(np.ceil(outer.max(0)).astype(int) + 1, low + 2, side)
    width, height = (int(v) for v in high - low)
    step = max(1.0, max(width, height) / MAX_MAP_PX)
    return Window(int(low[0]), int(low[1]), width, height, step)


def _interior(driving: Driving | None) -> Interior | None:
    if driving is None or driving.frame is None or driving.face is None:
        return None
    return Interior(driving.frame, driving.face.points)


def _visible(source: SourceCrop) -> tuple[float, float, float, float]:
    """The part of the crop that lies inside the picture, pixels."""
    height, width = source.crop.frame_size
    corners = np.array([[0, 0], [width - 1, height - 1]], np.float32)
    (x0, y0), (x1, y1) = source.crop.to_crop(corners)
    end = source.image.shape[0] - 1
    return max(x0, 0.0), max(y0, 0.0), min(x1, end), min(y1, end)


def _fade(side: int, rings: Rings) -> NDArray[np.float32]:
    """(S, S) 1 inside the outermost ring, 0 outside of it, with a soft edge between."""
    outer = rings.points[-len(OVAL) :, :2]
    small = min(side, 256)
    mask = np.zeros((small, small), np.uint8)
    cv2.fillPoly(mask, [np.round((outer + 0.5) * small / side - 0.5).astype(np.int32)], 255)
    inside = cv2.distanceTransform(np.pad(mask, 1), cv2.DIST_L2, 3)[1:-1, 1:-1]
    soft = np.clip(inside / 4.0, 0, 1).astype(np.float32)
    return cv2.resize(soft, (side, side)) if small != side else soft
