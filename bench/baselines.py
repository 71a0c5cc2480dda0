"""What a method must beat, `copy`, and what it cannot beat, `truth`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from reenact.base import Driving, Method, MethodInfo, Motion, SourceCrop, SourceState
from reenact.errors import UnknownNameError
from reenact.images import to_tensor
from reenact.registry import create, method_names
from reenact.types import Frame, Options

if TYPE_CHECKING:
    from torch import Tensor

_SEEN = ("london", "clips", "sfhq", "ict_facekit")
_METHODS = ("warp", "warp-repair", "freenet", "pix2pix", "g2gan", "gcgan", "landmarkgan")
TRAINED_ON = dict.fromkeys(_METHODS, _SEEN) | {"stylefusion": (*_SEEN, "omi")}
"""Data folders that a method's embedded weights, or its expression model's, were trained on."""


class Copy(Method):
    """The untouched source."""

    name = "copy"
    info = MethodInfo(title="Copy", summary="The source as it is: what a method must beat.")

    def encode(self, source: SourceCrop) -> SourceState:
        return SourceState(source)

    def retarget(self, state: SourceState, driving: Driving, options: Options) -> Motion:
        return Motion(state.source.points, driving=driving)

    def render(self, state: SourceState, motions: Sequence[Motion]) -> Tensor:
        return to_tensor(state.source.image).repeat(len(motions), 1, 1, 1)

    def render_frame(self, state: SourceState, motion: Motion) -> Frame:
        return state.source.image

    def mask(self, state: SourceState, motion: Motion) -> np.ndarray:
        return np.zeros(state.source.image.shape[:2], np.float32)


class Truth(Copy):
    """The truth itself: what real pictures score, called `original` in papers."""

    name = "truth"
    info = MethodInfo(title="Truth", summary="The real picture: what no method can beat.")


def make_method(name: str) -> Method:
    """A method of the registry, or of a training run's folder, or a baseline.

    Raises:
        UnknownNameError: neither has this name.
    """
    for baseline in (Copy, Truth):
        if name == baseline.name:
            return baseline()
    if name not in method_names() and not Path(name).exists():
        raise UnknownNameError("method", name, (Copy.name, *method_names(), Truth.name))
    return create(name)
