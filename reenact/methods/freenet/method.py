"""`freenet`: the converter gives landmarks, the generator draws them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import nn

from reenact.base import Driving, MethodInfo, Motion, SourceCrop
from reenact.face.schemes import spread_shift
from reenact.geometry.expression import ExpressionModel
from reenact.geometry.landmark_flow import landmark_flow
from reenact.geometry.landmark_maps import MAP_CHANNELS, landmark_image, landmark_maps
from reenact.geometry.likeness import nearer_to_driving
from reenact.landmark_driven import (
    FACE_PX,
    LandmarkDriven,
    LandmarkState,
    around_in,
    points_in,
    turned_flow,
    upright_window,
    window_mask,
)
from reenact.methods.freenet.gag import GAG
from reenact.methods.freenet.light import LightGAG
from reenact.methods.freenet.ulc import ULC, ULCStream
from reenact.nn.compose import compose, warm_mouth
from reenact.nn.runner import Runner, as_input, as_picture
from reenact.types import Face, Frame, Options, Points

_SMALL = FACE_PX // 4
_CONTOUR = 33  # points of it, the first ones
_DOUBT = 4.0  # pixels


@dataclass
class FreeNetState(LandmarkState):
    """The source, its converter, and what the converter makes of the source's own face."""

    stream: Callable[[NDArray], NDArray]
    own: NDArray[np.float32]


class _Fields(nn.Module):
    """`LightGAG.fields` as a network."""

    def __init__(self, gag: LightGAG) -> None:
        super().__init__()
        self.gag = gag

    def forward(self, reference, maps, flow):
        return self.gag.fields(reference, maps, flow)


class FreeNet(LandmarkDriven):
    """FReeNet, with the light generator or the paper's.

    Args:
        expression: what a region of the face is; the converter does the rest.
        ulc: the converter; None takes the driving landmarks as they are (Table 1, GAG alone).
        gag: the generator.
        is_fast: use OpenVINO; None where it is installed.
        blend: share of the expression model in the converted landmarks.
    """

    name = "freenet"
    info = MethodInfo(
        title="FReeNet",
        summary="A landmark converter and a geometry-aware generator, light enough for live use.",
        paper="FReeNet: Multi-Identity Face Reenactment",
        year=2020,
        link="https://arxiv.org/abs/1905.11805",
        weights_license="MIT; trained on SFHQ (MIT), London (CC BY 4.0), LivePortrait clips (MIT)",
        trained=True,
    )

    def __init__(
        self,
        expression: ExpressionModel,
        ulc: ULC | None,
        gag: GAG | LightGAG,
        is_fast: bool | None = None,
        blend: float = 0.5,
    ) -> None:
        super().__init__(expression)
        self.ulc, self.gag = ulc, gag
        self.blend = 0.0 if ulc is None else blend
        side = FACE_PX
        shapes = [(1, 3, side, side)]
        if isinstance(gag, LightGAG):
            shapes += [(1, MAP_CHANNELS, side // 2, side // 2), (1, 2, _SMALL, _SMALL)]
            self.runner = Runner(_Fields(gag), shapes, is_fast)
        else:
            shapes = [*shapes, (1, 1, _SMALL, _SMALL)]
            self.runner = Runner(gag, shapes, is_fast, is_large=True)

    def encode(self, source: SourceCrop) -> FreeNetState:
        self.runner.prepare()
        state = super().encode(source)
        stream = _as_they_are if self.ulc is None else ULCStream(self.ulc, state.points)
        own = stream(state.points)
        return FreeNetState(source, state.window, state.face, state.points, stream, own)

    def express(self, state: FreeNetState, driving: Driving, options: Options) -> Points:
        """Eq. 1, less what the converter makes of a face that shall not move.

        The embedded converter has seen few people, so its answer is averaged with that of the
        project's expression model, which also gives the contour; both err, but not alike
        (README.md). A driving face of the source's own shape needs no converter at all.
        """
        goal = state.stream(_seen(driving.face))
        start = state.own
        if options.mode == "relative" and driving.neutral is not None:
            start = state.stream(_seen(driving.neutral))
        here = state.points
        there = here + options.strength * (goal - start)
        mesh = state.source.points
        if self.blend:
            mesh = super().express(state, driving, options)
            modelled = points_in(state.window, mesh)
            here, there = modelled, self._blended(modelled, there)
        shift = spread_shift(there - here, "face106")
        shift = shift @ np.linalg.inv(state.window.matrix[:, :2]).T  # pixels of the crop
        moved = mesh.copy()
        moved[:, :2] += self.expression.regions[options.region] * shift
        if self.blend:
            moved += self.expression.regions[options.region] * (
                self._nearer(state, driving, options, moved) - moved
            )
        return moved.astype(np.float32)

    def _nearer(
        self, state: FreeNetState, driving: Driving, options: Options, moved: Points
    ) -> Points:
        """Converted landmarks, nearer to the driving ones the more alike both faces' shapes are."""
        neutral = driving.neutral if options.mode == "relative" else None
        return nearer_to_driving(
            self.expression,
            state.source.points,
            driving.face.points,
            moved,
            None if neutral is None else neutral.points,
            options.strength,
        )

    def _blended(self, modelled: NDArray, converted: NDArray) -> NDArray[np.float32]:
        """Between both answers; one far from the expression model's counts less.

        The contour is the expression model's: a jaw that drops far is rare in what the converter
        learned from.
        """
        gap = converted - modelled
        gap[:_CONTOUR] = 0
        length = np.linalg.norm(gap, axis=1, keepdims=True)
        return modelled + (1 - self.blend) * gap / (1 + (length / _DOUBT) ** 2)

    def draw(self, state: FreeNetState, motion: Motion) -> Frame:
        if isinstance(self.gag, GAG):
            face, points = as_input(state.face), points_in(state.window, motion.points)
            drawn = np.float32(landmark_image(points, FACE_PX, _SMALL)[None]) / 255
            return state.lay_back(as_picture(self.runner(face, drawn)[0]))
        still = motion.extra["still"]
        points = points_in(state.window, still)
        around = around_in(state.window, state.source.points, Motion(still))
        inputs = self.inputs(state.face, state.points, points, around)
        flow, tone, mask, paint = (one[0] for one in self.runner(*inputs))
        paint = warm_mouth(paint, inputs[1][0, 2])
        turn = turned_flow(state.window, motion, points)
        return compose(state.source.image, state.window, flow, tone, mask, paint, turn)

    @staticmethod
    def inputs(
        face: Frame, here: Points, there: Points, around: tuple[Points, Points] | None = None
    ) -> tuple[NDArray[np.float32], ...]:
        """What the light generator sees: picture, maps and flow, each with a batch of one.

        Args:
            face: (256, 256, 3) the window. here, there: (106, 2) landmarks before and after.
            around: (N, 2) places beside the face before and after.
        """
        maps = np.float32(landmark_maps(there, FACE_PX, FACE_PX // 2)[None]) / 255
        return as_input(face), maps, landmark_flow(here, there, FACE_PX, _SMALL, around)[None]

    def mask(self, state: FreeNetState, motion: Motion) -> NDArray[np.float32]:
        """1 inside of the upright window. Its border never moves, so no seam is seen."""
        if isinstance(self.gag, GAG):
            return super().mask(state, motion)
        return window_mask(state)


def _as_they_are(points: NDArray) -> NDArray:
    """No converter: the face that is seen is the face that is drawn."""
    return points


def _seen(face: Face) -> NDArray[np.float32]:
    """(106, 2) a driving face as the converter sees it."""
    return points_in(upright_window(face), face.points).astype(np.float32)
