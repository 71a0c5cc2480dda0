"""`pix2pix`: landmarks as a fourth channel."""

from __future__ import annotations

import numpy as np

from reenact.base import MethodInfo, Motion, SourceCrop
from reenact.geometry.expression import ExpressionModel
from reenact.geometry.landmark_maps import landmark_image
from reenact.landmark_driven import FACE_PX, LandmarkDriven, LandmarkState, points_in
from reenact.methods.pix2pix.networks import LightPix2Pix, Pix2Pix
from reenact.nn.runner import Runner, as_input, as_picture
from reenact.types import Frame


class Pix2PixMethod(LandmarkDriven):
    """The baseline that FReeNet must beat.

    Args:
        expression: gives the source's landmarks the driving expression.
        network: the generator.
        is_fast: use OpenVINO; None where it is installed.
    """

    name = "pix2pix"
    info = MethodInfo(
        title="pix2pix (baseline)",
        summary="FReeNet's baseline: redraws the face from the photograph and its landmarks.",
        paper="Image-to-Image Translation with Conditional Adversarial Networks",
        year=2017,
        link="https://arxiv.org/abs/1611.07004",
        weights_license="MIT; trained on SFHQ (MIT), London (CC BY 4.0), LivePortrait clips (MIT)",
        trained=True,
    )

    def __init__(
        self,
        expression: ExpressionModel,
        network: Pix2Pix | LightPix2Pix,
        is_fast: bool | None = None,
    ) -> None:
        super().__init__(expression)
        self.network = network
        side = FACE_PX
        self.runner = Runner(network, [(1, 3, side, side), (1, 1, side, side)], is_fast)

    def encode(self, source: SourceCrop) -> LandmarkState:
        self.runner.prepare()
        return super().encode(source)

    def draw(self, state: LandmarkState, motion: Motion) -> Frame:
        points = points_in(state.window, motion.points)
        face = as_input(state.face)
        lines = np.float32(landmark_image(points, FACE_PX, FACE_PX)[None]) / 255
        return state.lay_back(as_picture(self.runner(face, lines)[0]))
