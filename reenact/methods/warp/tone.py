"""Color and brightness of a face, and what turns one face's into another's."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.geometry.regions import LEFT_EYE, OVAL, RIGHT_EYE
from reenact.types import Frame, Points

_SIDE_PX = 96  # faces are shrunk to this before they are measured

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
_WHITEN = 0.4  # how far teeth go towards grey
# Exponents: 1 matches fully, 0 not at all.
_MATCH_LIGHT, _MATCH_DEPTH, _MATCH_COLOR = 0.8, 0.4, 0.55


@dataclass(frozen=True)
class Tone:
    """What one face looks like.

    Attributes:
        light: (3,) linear RGB of what is white in it: the light on the face. The whites of the
            eyes tell it whatever the complexion; where they are not seen, the brightest skin does.
        chroma: mean distance from grey, 0..1.
    """

    light: NDArray[np.float32]
    chroma: float


def measure_tone(frame: Frame, points: Points) -> Tone:
    """The tone of a face.

    Args:
        frame: (H, W, 3) picture.
        points: (478, 3) landmarks in it.
    """
    oval = points[list(OVAL), :2]
    low = np.maximum(np.floor(oval.min(0)).astype(int), 0)
    high = np.minimum(np.ceil(oval.max(0)).astype(int) + 1, frame.shape[1::-1])
    if (high - low).min() < 2:
        return Tone(np.full(3, 0.5, np.float32), 0.1)
    part = frame[low[1] : high[1], low[0] : high[0]]
    zoom = _SIDE_PX / max(part.shape[:2])
    small = cv2.resize(part, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
    inside = np.zeros(small.shape[:2], np.uint8)
    cv2.fillConvexPoly(inside, np.round((oval - low) * zoom).astype(np.int32), 1)
    pixels = small[inside > 0]
    if len(pixels) < 8:
        pixels = small.reshape(-1, 3)
    linear = to_linear(pixels)
    light = _light(np.percentile(linear, 90, axis=0), _eye_white(frame, points))
    spread = (pixels.max(1).astype(np.float32) - pixels.min(1)) / 255
    return Tone(light, float(spread.mean()))


def _light(skin: NDArray, white: NDArray | None) -> NDArray[np.float32]:
    """(3,) linear RGB of the light, from the brightest skin and the whites of the eyes."""
    if white is None or white @ _LUMINANCE < 0.5 * (skin @ _LUMINANCE):
        return skin.astype(np.float32)
    # Eyes lie in the shade of the brows: teeth may be as bright as lit skin at least.
    brightness = max(float(white @ _LUMINANCE), 0.9 * float(skin @ _LUMINANCE))
    return (white * brightness / float(white @ _LUMINANCE)).astype(np.float32)


def _eye_white(frame: Frame, points: Points) -> NDArray[np.float32] | None:
    """(3,) linear RGB of the brightest seventh of the open eyes; None where too little is seen."""
    seen = []
    for eye in (RIGHT_EYE, LEFT_EYE):
        ring = points[list(eye), :2]
        low = np.maximum(np.floor(ring.min(0)).astype(int), 0)
        high = np.minimum(np.ceil(ring.max(0)).astype(int) + 1, frame.shape[1::-1])
        if (high - low).min() < 3:
            continue
        part = frame[low[1] : high[1], low[0] : high[0]]
        inside = np.zeros(part.shape[:2], np.uint8)
        cv2.fillPoly(inside, [np.round(ring - low).astype(np.int32)], 1)
        seen.append(part[inside > 0])
    pixels = np.concatenate(seen) if seen else np.zeros((0, 3), np.uint8)
    if len(pixels) < 24:
        return None
    linear = to_linear(pixels)
    luminance = linear @ _LUMINANCE
    # The very brightest are reflections.
    low, high = np.percentile(luminance, [83, 97])
    whites = linear[(luminance >= low) & (luminance <= high)]
    return whites.mean(0) if len(whites) else None


def match_tone(picture: Frame, own: Tone, wanted: Tone) -> Frame:
    """The picture as if it had been taken in the wanted light.

    Args:
        picture: (h, w, 3) part of a face with tone `own`.
        own: tone of the face it comes from.
        wanted: tone of the face it goes to.
    """
    ratio = np.clip(wanted.light / np.maximum(own.light, 1e-3), 0.2, 3.0)
    brightness = float(ratio @ _LUMINANCE)
    # Skin and eyes differ in color more than the light on them does: color is matched less.
    linear = to_linear(picture) * (ratio / brightness) ** _MATCH_COLOR
    linear = _light_up(linear, brightness, float(wanted.light @ _LUMINANCE))
    if wanted.chroma < 0.6 * own.chroma:
        grey = (linear @ _LUMINANCE)[..., None]
        keep = np.clip(wanted.chroma / max(0.6 * own.chroma, 1e-3), 0, 1)
        keep = 0.0 if wanted.chroma < 0.03 else keep
        linear = grey + (linear - grey) * keep
    return to_srgb(linear)


def _light_up(linear: NDArray, brightness: float, light: float) -> NDArray[np.float32]:
    """The inside of a mouth in another light: teeth fully, the dark and red around them less.

    Args:
        linear: (h, w, 3) inside of the mouth.
        brightness: of the wanted light over its own.
        light: luminance of what is white in that light; teeth are not brighter, and less yellow.
    """
    grey = linear @ _LUMINANCE
    top = max(float(np.percentile(grey, 98)), 1e-3)
    bright = np.clip((grey / top - 0.25) / 0.5, 0, 1)
    # Tongue and gums may be bright too, but they are red.
    highest = np.maximum(linear.max(-1), 1e-3)
    pale = np.clip((0.75 - (highest - linear.min(-1)) / highest) / 0.15, 0, 1)
    tooth = (bright * pale)[..., None]
    linear = linear + (grey[..., None] - linear) * (_WHITEN * tooth)
    depth = _MATCH_DEPTH if brightness > 1 else _MATCH_LIGHT
    linear = linear * brightness ** (depth + (_MATCH_LIGHT - depth) * tooth)
    top = max(float(np.percentile(linear @ _LUMINANCE, 98)), 1e-3)
    return linear * min(1.0, 1.05 * light / top)


_TO_LINEAR = ((np.arange(256) / 255.0) ** 2.2).astype(np.float32)


def to_linear(picture: Frame) -> NDArray[np.float32]:
    """8-bit sRGB as light, 0..1 (gamma 2.2)."""
    return _TO_LINEAR[picture]


def to_srgb(linear: NDArray) -> Frame:
    """Light 0..1 as 8-bit sRGB."""
    return np.round(np.clip(linear, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)
