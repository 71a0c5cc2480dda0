"""`g2gan`: the expression is removed, the shape model gives landmarks, the expression is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reenact.base import Driving, MethodInfo, Motion, SourceCrop
from reenact.face.schemes import convert
from reenact.geometry.canonical import Placement, canonicalize, place
from reenact.geometry.expression import SAME, ExpressionModel
from reenact.geometry.landmark_flow import landmark_flow
from reenact.geometry.relax import unfold
from reenact.landmark_driven import (
    AROUND_FOLLOWS,
    AROUND_TURNED,
    FACE_PX,
    LandmarkDriven,
    LandmarkState,
    around_face,
    around_in,
    points_in,
    turned_flow,
    window_mask,
)
from reenact.methods.g2gan.inputs import make_runner, runner_inputs
from reenact.methods.g2gan.networks import Generators
from reenact.methods.g2gan.shape import Parameters, Shape, ShapeModel, neutral_of
from reenact.nn.compose import compose, laid, moved_share, warm_mouth
from reenact.nn.runner import Runner, as_picture
from reenact.types import Frame, Options, Points

_SMALL = FACE_PX // 4
_BEYOND = 1.15  # times the ring around the face: the second one
_AT_REST = "at_rest"  # a motion's `extra` of expression removal


@dataclass
class G2GANState(LandmarkState):
    """The source without its expression.

    Attributes:
        shape: (478, 3) canonical shape. neutral: s_0 of the person, canonical. placement: back.
        rest_points: (478, 3) the neutral landmarks, pixels of the crop.
        rest: (S, S, 3) the crop with the expression removed, I_N.
        rest_face: (256, 256, 3) its window.
    """

    shape: Shape
    neutral: Shape
    placement: Placement
    rest_points: Points
    rest: Frame
    rest_face: Frame


class G2GAN(LandmarkDriven):
    """G2-GAN with the light generators or the paper's.

    Args:
        expression: tells a person's neutral shape where no neutral picture is at hand, and what a
            region of the face is.
        generators: G_E and G_N.
        shapes: the individual-specific shape model.
        is_fast: use OpenVINO; None where it is installed.
    """

    name = "g2gan"
    info = MethodInfo(
        title="G2-GAN",
        summary="Removes the expression, then draws the wanted one from heat maps.",
        paper="Geometry Guided Adversarial Facial Expression Synthesis",
        year=2017,
        link="https://arxiv.org/abs/1712.03474",
        weights_license="MIT; trained on SFHQ (MIT), London (CC BY 4.0), LivePortrait clips (MIT), "
        "own renders",
        trained=True,
    )
    removes_expressions = True

    def __init__(
        self,
        expression: ExpressionModel,
        generators: Generators,
        shapes: ShapeModel,
        is_fast: bool | None = None,
    ) -> None:
        super().__init__(expression)
        self.generators, self.shapes = generators, shapes
        self.is_light = generators.config.kind == "light"
        self.is_residual = generators.config.is_residual
        self.express_runner = make_runner(generators.express, is_fast)
        self.remove_runner = make_runner(generators.remove, is_fast)

    def encode(self, source: SourceCrop) -> G2GANState:
        self.express_runner.prepare()
        plain = super().encode(source)
        shape, placement = canonicalize(source.points, self.expression.mean)
        rest_points = source.neutral
        if rest_points is None:
            rest_points = neutral_of(self.expression, source.points, self.shapes)
        neutral = placement.undo(rest_points.astype(np.float64))
        rest = self._removed(plain, rest_points)
        return G2GANState(
            source,
            plain.window,
            plain.face,
            plain.points,
            shape=shape,
            neutral=neutral,
            placement=placement,
            rest_points=np.asarray(rest_points, np.float32),
            rest=rest,
            rest_face=plain.window.cut(rest),
        )

    def at_rest(self, state: G2GANState) -> Motion:
        """The motion whose picture is the source without its expression."""
        return Motion(state.rest_points.copy(), extra={_AT_REST: True})

    def express(self, state: G2GANState, driving: Driving, options: Options) -> Points:
        """Eq. 11 and 12, in the source's own pose.

        Where nobody gives the driving person's neutral face, the expression model reads it off
        the landmarks. What the modes cannot say of the source's own expression stays, so strength
        0 is the source as it is, and 1 the driving expression.
        """
        theirs = canonicalize(driving.face.points, self.expression.mean)[0]
        is_relative = options.mode == "relative" and driving.neutral is not None
        since = None
        if driving.neutral is not None:
            since = canonicalize(driving.neutral.points, self.expression.mean)[0]
        start = since if is_relative else state.shape
        if options.strength == 0 or np.abs(theirs - start).max() < SAME:
            return state.source.points.astype(np.float32)
        wanted = self._read(theirs, since)
        if not is_relative:
            known = None if state.source.neutral is None else state.neutral
            wanted = wanted - self._read(state.shape, known)
        move = options.strength * self.shapes.move(wanted)
        moved = state.shape + move
        self.expression.openings.solve(
            moved, state.shape, theirs, since if is_relative else None, options.strength
        )
        moved = state.shape + self.expression.regions[options.region] * (moved - state.shape)
        return state.placement.apply(moved).astype(np.float32)

    def _read(self, shape: Shape, neutral: Shape | None) -> Parameters:
        """Eq. 11, the neutral shape read off the shape itself where it is not known."""
        if neutral is None:
            neutral = shape - self.expression.motion(shape, None)
        return self.shapes.parameters(shape, neutral)

    def motion_of(self, state: G2GANState, parameters: Parameters) -> Motion:
        """Eq. 10: the source's own neutral shape with any parameters, such as a named direction's.

        Example:
            method.motion_of(state, method.shapes.direction("surprise", 0.8))
        """
        moved = self.shapes.shape(parameters, state.neutral)
        points = state.placement.apply(moved).astype(np.float32)
        return Motion(unfold(state.rest_points, points))

    def draw(self, state: G2GANState, motion: Motion) -> Frame:
        """Eq. 13, laid over the source where its own landmarks have moved."""
        if motion.extra.get(_AT_REST):
            return state.rest
        is_turned = motion.extra.get("head") is not None and self._draws_motion
        still = Motion(motion.extra["still"]) if is_turned else motion
        here, there = (points_in(state.window, one) for one in (state.rest_points, still.points))
        around = _around(state, state.rest_points, still, self.expression.mean)
        heat = self._points68(state, still.points)
        inputs = runner_inputs(state.rest_face, heat, here, there, self.is_light, around)
        turn = turned_flow(state.window, motion, there) if is_turned else None
        drawn = self._composed(self.express_runner, state.rest, state, inputs, turn)
        if is_turned:
            there = points_in(state.window, motion.points)
            around = around_in(state.window, state.source.points, motion, AROUND_TURNED)
        flow = landmark_flow(state.points, there, FACE_PX, _SMALL, around)
        return _laid_over(state, drawn, moved_share(flow))

    @property
    def _draws_motion(self) -> bool:
        return self.is_light and self.is_residual

    def _removed(self, state: LandmarkState, rest_points: Points) -> Frame:
        """(S, S, 3) I_N = I_E + G_N(I_E, H_E)."""
        there = points_in(state.window, rest_points)
        if np.abs(there - state.points).max() < SAME:
            return state.source.image.copy()
        heat = self._points68(state, state.source.points)
        motion = Motion(rest_points)
        around = _around(state, state.source.points, motion, self.expression.mean)
        inputs = runner_inputs(state.face, heat, state.points, there, self.is_light, around)
        drawn = self._composed(self.remove_runner, state.source.image, state, inputs)
        flow = landmark_flow(state.points, there, FACE_PX, _SMALL, around)
        return _laid_over(state, drawn, moved_share(flow))

    def _composed(
        self,
        runner: Runner,
        picture: Frame,
        state: LandmarkState,
        inputs: tuple[NDArray, ...],
        turn: NDArray[np.float32] | None = None,
    ) -> Frame:
        """A generator's output, at the resolution of the source's crop, and turned by `turn`."""
        outputs = runner(*inputs)
        if not self._draws_motion:
            return state.lay_back(as_picture(outputs[-1] if self.is_light else outputs[0]))
        flow, tone, mask, paint = (one[0] for one in outputs)
        paint = warm_mouth(paint, inputs[2][0, 0])
        return compose(picture, state.window, flow, tone, mask, paint, turn)

    @staticmethod
    def _points68(state: LandmarkState, points: Points) -> Points:
        return convert(state.window.to_crop(points), "mediapipe478", "ibug68")[:, :2]

    def mask(self, state: G2GANState, motion: Motion) -> NDArray[np.float32]:
        """1 inside of the upright window. Its border never moves, so no seam is seen."""
        if not self._draws_motion:
            return super().mask(state, motion)
        return window_mask(state)


def _around(
    state: LandmarkState, mesh: Points, motion: Motion, mean: Shape
) -> tuple[Points, Points]:
    """Places beside the face before and after a motion, pixels of the window.

    Those of `around_face`, and a second ring that only the head moves. Where landmarks are given
    as they are, how the head has moved is read off them (`mean` is the canonical mean face).
    """
    head, driving = motion.extra.get("head"), motion.driving
    quiet = Motion(mesh if head is None else head.apply(mesh), extra=motion.extra)
    (ring, after), (_, still) = (around_face(mesh, one) for one in (motion, quiet))
    carried = still - ring
    if head is None and driving is not None and driving.points is not None:
        own, moved = (place(one, mean) for one in (state.source.points, motion.points))
        rigid = moved.apply(own.undo(ring)) - ring
        after, carried = after + AROUND_FOLLOWS * rigid, AROUND_FOLLOWS * rigid
    middle = ring.mean(0)
    beyond = (middle + _BEYOND * (ring - middle))[::2]
    before = np.concatenate([ring, beyond])
    after = np.concatenate([after, beyond + carried[::2]])
    return state.window.to_crop(before)[:, :2], state.window.to_crop(after)[:, :2]


def _laid_over(state: LandmarkState, drawn: Frame, share: NDArray) -> Frame:
    """The source's own pixels where nothing moved, the drawn ones elsewhere."""
    side = state.source.image.shape[0]
    full = laid(share[..., None], state.window, (0, 0, side, side))
    source = state.source.image
    mixed = source + full * (drawn.astype(np.float32) - source)
    return np.clip(np.rint(mixed), 0, 255).astype(np.uint8)
