"""`gcgan`: the driving face is a place on the manifold of expressions; one decoder draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from reenact.base import Driving, MethodInfo, Motion, SourceCrop
from reenact.errors import InputError
from reenact.face.align import Crop
from reenact.geometry.expression import ExpressionModel
from reenact.geometry.relax import unfold
from reenact.landmark_driven import LandmarkDriven, LandmarkState
from reenact.methods.gcgan.embedding import Embedding
from reenact.methods.gcgan.geometry import (
    STEP,
    face_window,
    geometry,
    mouth_maps,
    shifted,
    turn_between,
    window_flow,
    window_points,
)
from reenact.methods.gcgan.inside import mouth_layer, mouth_paint
from reenact.methods.gcgan.light import LightGenerator
from reenact.nn.compose import compose, edge_fade
from reenact.nn.mover import composed
from reenact.nn.runner import Runner, as_input, as_picture
from reenact.types import Face, Frame, Options, Points

if TYPE_CHECKING:
    from reenact.methods.gcgan.networks import Generator

_SIDEWAYS = 0.5
"""Of what E_dec says that the contour moves sideways, so much is left out: expressions move it
hardly, but between two clusters of the manifold it grew wide and narrow again."""
_LOUDER = 1.1
"""How much more than E_dec says: what cannot be known of a stranger it says weakly."""
_CONTOUR_X = np.repeat(np.arange(68) < 17, 2).astype(np.float32) * np.tile(np.float32([1, 0]), 68)
_TURNED = 15.0  # degrees from which it is said that the head stays


@dataclass
class GCGANState(LandmarkState):
    """The source's face in its window, and what E makes of it.

    Attributes:
        z: (32,) its embedding.
    """

    z: NDArray[np.float32]


class _Joint(nn.Module):
    """Picture, guide, own embedding and motion to what the light G gives."""

    def __init__(self, generator: LightGenerator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, source, guide, own, begin, mouth):
        return self.generator.fields(source, guide, own, begin, mouth)


class GCGAN(LandmarkDriven):
    """GC-GAN, with the light generator or the paper's.

    Args:
        expression: what is a head's pose, and which landmarks belong to a region of the face.
        generator: G. embedding: E.
        is_fast: use OpenVINO; None where it is installed.
    """

    name = "gcgan"
    turns_head = False
    info = MethodInfo(
        title="GC-GAN",
        summary="Expressions as places on a learned manifold: any face drives any other, and no "
        "neutral picture is needed.",
        paper="Geometry-Contrastive GAN for Facial Expression Transfer",
        year=2018,
        link="https://arxiv.org/abs/1802.01822",
        weights_license="MIT; trained on SFHQ (MIT), London (CC BY 4.0), LivePortrait clips (MIT), "
        "ICT-FaceKit (MIT)",
        trained=True,
    )

    def __init__(
        self,
        expression: ExpressionModel,
        generator: Generator | LightGenerator,
        embedding: Embedding,
        is_fast: bool | None = None,
    ) -> None:
        super().__init__(expression)
        self.generator, self.embedding = generator.eval(), embedding.eval()
        self.size = generator.config.size
        self.runner = self._runner(is_fast)

    def _runner(self, is_fast: bool | None) -> Runner:
        side, numbers = self.size, self.embedding.config.size
        shapes: list[tuple[int, ...]] = [(1, 3, side, side), (1, numbers)]
        if not isinstance(self.generator, LightGenerator):
            return Runner(self.generator, shapes, is_fast)
        small, mouth = side // STEP, self.generator.config.mouth
        shapes += [(1, numbers), (1, 2, small, small), (1, mouth, side // 2, side // 2)]
        return Runner(_Joint(self.generator), shapes, is_fast)

    def embed(self, points: Points) -> NDArray[np.float32]:
        """(32,) z_g of a face's landmarks (478, 3), of any pose and scale."""
        seen = torch.from_numpy(geometry(points, self.expression.mean)[None])
        with torch.inference_mode():
            return self.embedding.encoder(seen)[0].numpy()

    def decode(self, z: NDArray) -> NDArray[np.float32]:
        """(136,) landmarks that an embedding (32,) still shows: E_dec."""
        with torch.inference_mode():
            return self.embedding.decoder(torch.from_numpy(np.float32(z)[None]))[0].numpy()

    def encode(self, source: SourceCrop) -> GCGANState:
        self.runner.prepare()
        side = source.image.shape[0]
        window = face_window(source.points, self.expression.mean, self.size, (side, side))
        points = window_points(window, source.points)
        face = window.cut(source.image)
        return GCGANState(source, window, face, points, self.embed(source.points))

    def retarget(self, state: GCGANState, driving: Driving, options: Options) -> Motion:
        """Equation 1: the driving landmarks on the manifold; `strength` scales the way there."""
        if driving.points is not None:
            points = driving.points.astype(np.float32)
            return Motion(points, driving=driving, extra={"z": self.embed(points)})
        goal = self.embed(driving.face.points)
        if options.mode == "relative" and driving.neutral is not None:
            motion = self._moved_since(state, goal, driving.neutral, options.strength)
        else:
            motion = self.towards(state, state.z + options.strength * (goal - state.z))
        if options.region != "all":
            share = self.expression.regions[options.region]
            still = state.source.points
            points = (still + share * (motion.points - still)).astype(np.float32)
            motion = Motion(points, extra={"z": self.embed(points)})
        motion.driving = driving
        if options.follow_pose and options.strength > 0:
            turned = turn_between(state.source.points, driving.face.points, self.expression.mean)
            if turned > _TURNED:
                motion.notes.append("The head stays as it is: GC-GAN transfers expressions alone.")
        return motion

    def towards(self, state: GCGANState, z: NDArray) -> Motion:
        """The source's face at a place (32,) of the manifold."""
        motion = self._shifted(state, self.decode(z) - self.decode(state.z))
        motion.extra["z"] = np.float32(z)
        return motion

    def _shifted(self, state: GCGANState, shift: NDArray) -> Motion:
        """The source's face, its landmarks moved by so much of a geometry (136,)."""
        shift = _LOUDER * shift * (1 - _SIDEWAYS * _CONTOUR_X)
        points = shifted(state.source.points, state.window, shift)
        if np.abs(shift).max() > 0:
            points = unfold(state.source.points, points)
        return Motion(points)

    def _moved_since(
        self, state: GCGANState, goal: NDArray, neutral: Face, strength: float
    ) -> Motion:
        """The source's face with the motion since the driving person's neutral face.

        That way is gone where it was seen, and carried over as landmarks: the same steps from the
        source's own place would leave the manifold, where E_dec tears faces.
        """
        shift = strength * (self.decode(goal) - self.decode(self.embed(neutral.points)))
        motion = self._shifted(state, shift)
        motion.extra["z"] = self.embed(motion.points)
        return motion

    def between(
        self, state: GCGANState, first: Points, second: Points, count: int
    ) -> Sequence[Motion]:
        """Equal steps on the manifold from one face to another (section 4.3), both included.

        Args:
            state: whose face is drawn.
            first, second: (478, 3) anybody's landmarks.
            count: of the steps' ends, 2 or more.
        """
        if count < 2:
            raise InputError(f"`count` must be 2 or more, got {count}.")
        here, there = self.embed(first), self.embed(second)
        return [
            self.towards(state, here + share * (there - here)) for share in np.linspace(0, 1, count)
        ]

    def draw(self, state: GCGANState, motion: Motion) -> Frame:
        inputs = self.inputs(state, motion)
        if not isinstance(self.generator, LightGenerator):
            return state.lay_back(as_picture(self.runner(*inputs)[0]))
        return composed_crop(state, motion, self.runner(*inputs), inputs[-1])

    def inputs(self, state: GCGANState, motion: Motion) -> list[NDArray[np.float32]]:
        """What the runner takes."""
        z = motion.extra.get("z")
        z = self.embed(motion.points) if z is None else z
        found = [as_input(state.face), np.float32(z)[None]]
        if not isinstance(self.generator, LightGenerator):
            return found
        return [*found, state.z[None], *self.begin(state, motion)]

    def generated(self, state: GCGANState, motion: Motion) -> NDArray[np.float32]:
        """(3, S, S) 0..1 what G draws in its window, before it becomes a picture."""
        inputs = self.inputs(state, motion)
        with torch.inference_mode():
            found = self.runner.network(*(torch.from_numpy(one) for one in inputs))
        if not isinstance(self.generator, LightGenerator):
            return found[0].numpy()
        return composed_window(state, motion, [one.numpy() for one in found], inputs[-1])

    def begin(self, state: GCGANState, motion: Motion) -> tuple[NDArray[np.float32], ...]:
        """(1, 2, 32, 32) motion of the landmarks, window pixels; (1, mouth, 64, 64) their mouth."""
        there = window_points(state.window, motion.points)
        flow = window_flow(state.points, there, self.size)
        return flow[None], mouth_maps(there, self.size, self.generator.config.mouth)[None]

    def mask(self, state: GCGANState, motion: Motion) -> NDArray[np.float32]:
        """1 inside of the window, at whose border nothing changes."""
        if not isinstance(self.generator, LightGenerator):
            return super().mask(state, motion)
        side = state.source.image.shape[0]
        inside = (edge_fade(self.size) > 0).astype(np.float32)
        flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(inside, state.window.matrix, (side, side), flags=flags)


def composed_crop(
    state: GCGANState, motion: Motion, fields: Sequence[NDArray], mouth: NDArray
) -> Frame:
    """The source's crop with what the light generator says of the window; `mouth` as in `begin`."""
    flow, tone, mask, paint = (one[0] for one in fields)
    inside, paint = _colored(paint, mouth)
    image, window = state.source.image, state.window
    out = compose(image, window, flow, tone, mask, paint)
    layer = mouth_layer(image, state.source.points, motion.points, window, flow, inside)
    return out if layer is None else layer.over(out)


def composed_window(
    state: GCGANState, motion: Motion, fields: Sequence[NDArray], mouth: NDArray
) -> NDArray[np.float32]:
    """(3, S, S) 0..1 the same in the window alone, at the generator's own resolution."""
    flow, tone, mask, paint = fields
    inside, paint = _colored(paint[0], mouth)
    parts = (as_input(state.face), flow, tone, mask, paint[None])
    face, *rest = (torch.from_numpy(one) for one in parts)
    out = 255 * composed(face, tuple(rest))[0][0].numpy().transpose(1, 2, 0)
    window = Crop(np.eye(2, 3), state.window.size, state.face.shape[:2])
    here, there = (state.window.to_crop(one) for one in (state.source.points, motion.points))
    layer = mouth_layer(state.face, here, there, window, flow[0], inside)
    out = out if layer is None else layer.over(out)
    return np.ascontiguousarray(out.transpose(2, 0, 1)) / 255


def _colored(paint: NDArray, mouth: NDArray) -> tuple[NDArray, NDArray]:
    """(3, w, w) paint as the inside of a mouth, everywhere; and as that only where one is drawn."""
    colored = mouth_paint(paint, mouth[0, 0])
    share = cv2.resize(mouth[0, 0], paint.shape[1:])
    return colored, paint + share * (colored - paint)
