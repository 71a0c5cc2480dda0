"""What the generators see of one face, as arrays, and the runners that they see it in."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from reenact.errors import InputError
from reenact.geometry.landmark_flow import landmark_flow
from reenact.geometry.landmark_maps import landmark_maps
from reenact.landmark_driven import FACE_PX
from reenact.methods.g2gan.config import POINTS
from reenact.methods.g2gan.networks import Geometry, LightUNet, UNet, heat_maps
from reenact.nn.runner import Runner, as_input
from reenact.types import Frame, Points

_SMALL = FACE_PX // 4
_LEAST_SEEN = 0.5  # of the points must lie in the picture


class _Fields(nn.Module):
    """`LightUNet.fields` as a network."""

    def __init__(self, generator: LightUNet) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, picture: Tensor, maps: Tensor, mouth: Tensor, flow: Tensor):
        return self.generator.fields(picture, maps, mouth, flow)


class _Whole(nn.Module):
    """The paper's U-Net on plain tensors."""

    def __init__(self, generator: UNet) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, picture: Tensor, maps: Tensor) -> Tensor:
        return self.generator(picture, Geometry(maps))


def make_runner(generator: UNet | LightUNet, is_fast: bool | None) -> Runner:
    """A generator ready for `runner_inputs`."""
    side = FACE_PX
    if isinstance(generator, UNet):
        return Runner(_Whole(generator), [(1, 3, side, side), (1, POINTS, side, side)], is_fast)
    shapes = [(1, 3, side, side), (1, POINTS, _SMALL, _SMALL)]
    shapes += [(1, 1, side // 2, side // 2), (1, 2, _SMALL, _SMALL)]
    return Runner(_Fields(generator), shapes, is_fast)


def runner_inputs(
    face: Frame,
    heat: Points,
    here: Points,
    there: Points,
    is_light: bool,
    around: tuple[Points, Points] | None = None,
) -> tuple[NDArray[np.float32], ...]:
    """Picture and heat maps; for the light generator also mouth and motion. A batch of one.

    Args:
        face: (256, 256, 3) the window.
        heat: (68, 2) points of H_E. here, there: (106, 2) landmarks before and after; all pixels
            of the window.
        around: (N, 2) places beside the face before and after.

    Raises:
        InputError: most of the points lie off the picture.
    """
    check_heat(heat)
    kind = "light" if is_light else "paper"
    maps = heat_maps(torch.from_numpy(np.ascontiguousarray(heat[None])), FACE_PX, kind).numpy()
    if not is_light:
        return as_input(face), maps
    mouth = np.float32(landmark_maps(there, FACE_PX, FACE_PX // 2)[None, 2:3]) / 255
    flow = landmark_flow(here, there, FACE_PX, _SMALL, around)[None]
    return as_input(face), maps, mouth, flow


def check_heat(points: Points) -> None:
    """Heat maps off the picture say nothing.

    Raises:
        InputError: fewer than half of the points lie in the window of the face.
    """
    seen = ((points > -0.5) & (points < FACE_PX - 0.5)).all(1).mean()
    if not np.isfinite(points).all() or seen < _LEAST_SEEN:
        raise InputError(
            f"Landmarks must lie on the face, {seen:.0%} of the 68 do. Move them back into the "
            "picture of the face."
        )
