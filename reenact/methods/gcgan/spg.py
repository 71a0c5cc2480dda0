"""SPG, what GC-GAN is compared with (section 4.4): landmarks beside the picture, no embedding.

"Similar to PG2 and G2GAN": the guiding landmarks are one more input channel. It is the same light
generator, and where GC-GAN's motion begins with what E_dec says of the landmarks, SPG's begins
with the landmarks themselves; so a driving face brings its own shape along.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from reenact.base import Driving, Motion
from reenact.geometry.landmark_maps import landmark_image
from reenact.geometry.relax import unfold
from reenact.methods.gcgan.geometry import STEP, geometry, shifted, window_points
from reenact.methods.gcgan.method import GCGAN, GCGANState
from reenact.nn.runner import Runner, as_input
from reenact.types import Options, Points


class _Concatenated(torch.nn.Module):
    """Picture, drawn landmarks and motion to what the light G gives."""

    def __init__(self, generator: torch.nn.Module) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, source, lines, begin, mouth):
        return self.generator.fields(source, lines, lines, begin, mouth)


class Spg(GCGAN):
    """See the top of this file; for comparison alone, not registered."""

    def _runner(self, is_fast: bool | None) -> Runner:
        side, small, mouth = self.size, self.size // STEP, self.generator.config.mouth
        shapes = [(1, 3, side, side), (1, 1, side, side), (1, 2, small, small)]
        shapes += [(1, mouth, side // 2, side // 2)]
        return Runner(_Concatenated(self.generator), shapes, is_fast)

    def retarget(self, state: GCGANState, driving: Driving, options: Options) -> Motion:
        if driving.points is not None:
            return Motion(driving.points.astype(np.float32), driving=driving)
        motion = self.at(state, driving.face.points, options.strength)
        motion.driving = driving
        return motion

    def at(self, state: GCGANState, points: Points, strength: float) -> Motion:
        """The source with the landmarks (478, 3) of another face, `strength` of the way there."""
        mean, own = self.expression.mean, state.source.points
        shift = strength * (geometry(points, mean) - geometry(own, mean))
        moved = shifted(own, state.window, shift)
        return Motion(unfold(own, moved) if np.abs(shift).max() > 0 else moved)

    def inputs(self, state: GCGANState, motion: Motion) -> list[NDArray[np.float32]]:
        there = window_points(state.window, motion.points)
        lines = np.float32(landmark_image(there, self.size, self.size)[None]) / 255
        return [as_input(state.face), lines, *self.begin(state, motion)]
