"""An engine for the tab *Style fusion*: real networks of tiny size, and one face."""

from __future__ import annotations

import functools

from reenact.errors import FaceNotFoundError
from reenact.methods import stylefusion
from reenact.methods.stylefusion.config import TINY
from reenact.types import Face, Frame
from tests.demo.stand_in import StandIn


@functools.cache
def tiny():
    """`stylefusion` with random networks of 16 pixels."""
    return stylefusion.build("tiny")


class StyleEngine(StandIn):
    """Every picture of the portrait's size shows its face; others show none."""

    def __init__(self, face: Face) -> None:
        super().__init__()
        self.known = face

    def method_names(self) -> tuple[str, ...]:
        return ("warp", "stylefusion")

    def style_config(self):
        return TINY

    def style_fusion(self):
        return tiny()

    def face(self, frame: Frame, index: int | None, name: str) -> Face:
        if frame.shape[:2] != self.known.frame_size:
            height, width = frame.shape[:2]
            raise FaceNotFoundError(f"No face found in `{name}` ({width} x {height}). Try another.")
        return self.known

    def faces(self, frame: Frame) -> list[Face]:
        return [self.known] if frame.shape[:2] == self.known.frame_size else []
