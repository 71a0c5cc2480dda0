"""Teeth and tongue for edits, where no driving picture shows a mouth's inside.

Two layers of our own (`reenact/training/mouth_layers.py`): the upper teeth stay with the skull, the
lower ones and the tongue go with the jaw, so that an opening mouth shows what a mouth shows.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.face.pose import rotation_of
from reenact.geometry.canonical import eye_distance
from reenact.geometry.regions import INNER_LIP_CENTER
from reenact.methods.warp.tone import Tone, match_tone
from reenact.types import Frame, Points

LAYERS = Path(__file__).parents[2] / "weights" / "mouth_layers.png"
LEFT_CM, PX_PER_CM = -3.4, 40
_EYES_CM = 8.918  # outer eye corners of the head that the layers were drawn from
_BEHIND_CM = 0.8  # how far the teeth lie behind the point below the nose
_NOSE = 2  # below the nose, where skull and skin are close
_UPPER_CM = 2.33  # from there down to the edge of the upper teeth
_SHOWN_CM = (0.16, 0.85)  # least and most of the upper teeth below the upper lip
_FADE_CM = 0.7
_LOWER_CM = 0.22  # how far the lower teeth stand above the lower lip
_DARK = 0.3  # behind teeth and tongue, over a mouth without them
_OWN = Tone(np.array([0.72, 0.68, 0.61], np.float32), 0.2)


class Layer(Enum):
    """A picture around the edge of a row of teeth.

    Attributes:
        edge: height of the incisors' edge in the head model, centimetres.
        up, down: how far the picture goes from there, centimetres.
    """

    UPPER = (-3.53, 2.2, 0.2)
    LOWER = (-3.33, 1.2, 1.7)

    def __init__(self, edge: float, up: float, down: float) -> None:
        self.edge, self.up, self.down = edge, up, down


def paint_teeth(grid: NDArray, there: Points, tone: Tone, cavity: Frame) -> Frame:
    """A mouth's inside with teeth and tongue.

    Args:
        grid: (h, w, 2) pixels of the crop.
        there: (478, 3) output landmarks, pixels of the crop.
        tone: tone of the source's face.
        cavity: (h, w, 3) what lies behind.

    Returns:
        (h, w, 3) uint8.
    """
    x, y = _centimetres(grid, there)
    marks = there[list(INNER_LIP_CENTER), :2][None]
    upper_lip, lower_lip = _centimetres(marks, there)[1][0]
    upper = float(np.clip(_UPPER_CM, *(upper_lip + shown for shown in _SHOWN_CM)))
    lower = float(max(lower_lip - _LOWER_CM, upper - 0.25))
    light = _on_teeth(tone)
    picture = cavity.astype(np.float32) * _DARK
    dark = float(np.clip((lower_lip - upper_lip) / 1.2, 0.35, 1.0))
    for layer, edge, shade in ((Layer.LOWER, lower, 0.8 * dark), (Layer.UPPER, upper, 1.0)):
        drawn = _sample(layer, x, y - edge)
        color = match_tone(drawn[..., :3], _OWN, light).astype(np.float32) * shade
        picture += drawn[..., 3:].astype(np.float32) / 255 * (color - picture)
    return np.round(picture).astype(np.uint8)


def _on_teeth(tone: Tone) -> Tone:
    """The face's light with teeth's own color where it is bluer: the whites of eyes often are."""
    brightness = float(tone.light.mean())
    color = _OWN.light / float(_OWN.light.mean())
    warmth = float(tone.light[0] - tone.light[2]) / max(brightness, 1e-3)
    keep = float(np.clip(0.25 + 1.5 * warmth, 0.25, 0.85))
    light = keep * tone.light + (1 - keep) * brightness * color
    return Tone(light.astype(np.float32), tone.chroma)


def _centimetres(grid: NDArray, there: Points) -> tuple[NDArray, NDArray]:
    """x and y of pixels in the head model's centimetres, from the teeth under the nose, y down."""
    scale = eye_distance(there) / _EYES_CM
    turn = rotation_of(there)[:2] * scale  # pixels for each centimetre to the right, down, back
    start = there[_NOSE, :2] + turn[:, 2] * _BEHIND_CM
    x, y = np.moveaxis((grid - start) @ np.linalg.inv(turn[:, :2]).T, -1, 0)
    return x, y


def _sample(layer: Layer, x: NDArray, y: NDArray) -> NDArray[np.uint8]:
    """(h, w, 4) RGBA of a layer at centimetres from its edge; nothing outside of it."""
    map_x = ((x - LEFT_CM) * PX_PER_CM - 0.5).astype(np.float32)
    map_y = ((y + layer.up) * PX_PER_CM - 0.5).astype(np.float32)
    drawn = cv2.remap(_layer(layer), map_x, map_y, cv2.INTER_LINEAR, borderValue=(0, 0, 0, 0))
    # The throat begins in the dark, not at an edge.
    fade = np.clip((y + layer.up) / _FADE_CM, 0, 1)
    drawn[..., 3] = (drawn[..., 3] * fade).astype(np.uint8)
    return drawn


@lru_cache(maxsize=2)
def _layer(layer: Layer) -> NDArray[np.uint8]:
    from PIL import Image

    with Image.open(LAYERS) as image:
        both = np.asarray(image.convert("RGBA"))
    first = round((Layer.UPPER.up + Layer.UPPER.down) * PX_PER_CM)
    return np.ascontiguousarray(both[:first] if layer is Layer.UPPER else both[first:])
