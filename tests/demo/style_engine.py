"""An engine for the tab *Style fusion*: real networks of tiny size, and one face."""

from __future__ import annotations

import functools

import numpy as np

import reenact
from reenact.face.detect import make_face
from reenact.methods import stylefusion
from reenact.methods.stylefusion.config import TINY
from reenact.types import Face, Frame
from tests.demo.stand_in import StandIn


@functools.cache
def tiny():
    """`stylefusion` with random networks of 16 pixels."""
    return stylefusion.build("tiny")


class StyleEngine(StandIn):
    """A picture that is the portrait, or several side by side, shows as many faces; others none."""

    def __init__(self, face: Face) -> None:
        super().__init__()
        self.known = face

    def method_names(self) -> tuple[str, ...]:
        return ("warp", "stylefusion")

    def style_config(self):
        return TINY

    def style_fusion(self, weights: str | None = None):
        return tiny() if weights is None else reenact.create("stylefusion", weights)

    def faces(self, frame: Frame) -> list[Face]:
        (height, width), known = frame.shape[:2], self.known
        if height != known.frame_size[0] or width % known.frame_size[1]:
            return []
        starts = range(0, width, known.frame_size[1])
        step = np.array([1, 0, 0], np.float32)
        return [make_face(known.points + x * step, known.score, (height, width)) for x in starts]
