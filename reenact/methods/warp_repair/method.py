"""`warp-repair`: the warp, and a small network that repairs the mouth and the folds around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reenact.base import MethodInfo, SourceCrop
from reenact.geometry.expression import ExpressionModel
from reenact.methods.warp.method import Warp, WarpMotion, WarpState
from reenact.methods.warp_repair.inference import change_of
from reenact.methods.warp_repair.window import (
    MouthWindow,
    draw_mouth_maps,
    flow_of,
    gate_of,
    keep_dark,
    spare_skin,
)
from reenact.types import Frame

if TYPE_CHECKING:
    from reenact.nn.runner import Runner


class WarpRepair(Warp):
    """`warp` with a repaired mouth; where nothing moves it is `warp`, bit by bit."""

    name = "warp-repair"
    info = MethodInfo(
        title="Warp and repair",
        summary="Bends the photograph itself, then a small network repairs mouth and folds.",
        year=2026,
        weights_license="MIT; trained on SFHQ (MIT), London (CC BY 4.0), LivePortrait clips (MIT)",
        trained=True,
    )
    other_weights = ("expression.safetensors",)

    def __init__(self, expression: ExpressionModel, runner: Runner) -> None:
        super().__init__(expression)
        self.runner = runner

    def encode(self, source: SourceCrop) -> WarpState:
        self.runner.prepare()
        return super().encode(source)

    def render_frame(self, state: WarpState, motion: WarpMotion) -> Frame:
        """(S, S, 3) uint8 crop."""
        canvas = super().render_frame(state, motion)
        window = MouthWindow.around(motion.points, self.runner.network.config)
        flow = flow_of(window, self._mesh(state, motion))
        gate = gate_of(flow, window.size)
        if gate.any():
            drawn = draw_mouth_maps(window, motion.points)
            picture = window.cut(canvas)
            change = change_of(self.runner, picture, drawn, flow)
            change = keep_dark(change, picture, drawn[1])
            change = spare_skin(change, drawn[1])
            window.add(canvas, np.ascontiguousarray(change * gate[..., None], np.float32))
        return canvas
