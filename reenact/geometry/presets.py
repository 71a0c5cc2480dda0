"""A shelf of expressions that fit any face: sliders, and named shapes for what no slider does.

The mixtures are our own, after the action units that people describe these expressions with.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from reenact.errors import UnknownNameError


@dataclass(frozen=True)
class Preset:
    """One expression.

    Attributes:
        title: for people.
        sliders: -1 to 1 by name; see `sliders.py`.
        shapes: weights of named shapes; see `ShapeModel.shape`.
    """

    title: str
    sliders: dict[str, float] = field(default_factory=dict)
    shapes: dict[str, float] = field(default_factory=dict)


PRESETS: dict[str, Preset] = {
    "smile": Preset("Smile", {"smile": 0.8, "right_eye": -0.12, "left_eye": -0.12}),
    "laugh": Preset(
        "Laugh",
        {"smile": 1.0, "mouth_open": 0.45, "right_eye": -0.3, "left_eye": -0.3, "brows_up": 0.15},
        {"mouthUpperUp": 0.25},
    ),
    "surprise": Preset(
        "Surprise",
        {"mouth_open": 0.75, "brows_up": 0.9, "right_eye": 0.6, "left_eye": 0.6},
        {"mouthFunnel": 0.25},
    ),
    "anger": Preset(
        "Anger",
        {"brows_up": -0.7, "brows_in": 1.0, "right_eye": -0.15, "left_eye": -0.15}
        | {"mouth_open": -1.0},
        {"mouthPress": 0.7, "mouthFrown": 0.7, "noseSneer": 0.35},
    ),
    "sadness": Preset(
        "Sadness",
        {"smile": -0.9, "brows_in": 0.35, "right_eye": -0.22, "left_eye": -0.22, "gaze_y": -0.35},
        {"mouthShrugLower": 0.3},
    ),
    "disgust": Preset(
        "Disgust",
        {"brows_up": -0.45, "brows_in": 0.5, "right_eye": -0.3, "left_eye": -0.3},
        {"noseSneer": 0.9, "mouthUpperUp": 0.5, "mouthFrown": 0.5},
    ),
    "wink": Preset("Wink", {"left_eye": -1.0, "smile": 0.5, "brows_up": -0.1}),
    "kiss": Preset(
        "Kiss",
        {"mouth_width": -0.6, "right_eye": -0.2, "left_eye": -0.2, "mouth_open": -1.0},
        {"mouthPucker": 1.0},
    ),
    "smirk": Preset("Smirk", {"right_eye": -0.1}, {"mouthSmileLeft": 0.75, "mouthDimpleLeft": 0.5}),
    "doze": Preset("Eyes shut", {"right_eye": -1.0, "left_eye": -1.0}),
}


def preset(name: str) -> Preset:
    """The preset of a name, or `UnknownNameError` with the closest one."""
    if name not in PRESETS:
        raise UnknownNameError("preset", name, PRESETS)
    return PRESETS[name]
