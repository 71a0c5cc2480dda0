"""Sliders over a face: open mouth, smile, gaze, brows, face width ... (FReeNet, figure 11;
LandmarkGAN, figure 4).

Each goes from -1 to 1, 0 is the face as it is. They work on canonical meshes (`canonical.py`:
outer eye corners 1 apart, y down), so that they do the same on every face, in every pose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reenact.errors import EditError, UnknownNameError
from reenact.geometry import regions
from reenact.geometry.contour import contour_give
from reenact.geometry.handles import follow
from reenact.geometry.openings import GAZE_LIMIT, Eye, Openings
from reenact.geometry.shape_model import ShapeModel
from reenact.types import HeadPose

HEAD_DEGREES = HeadPose(yaw=15.0, pitch=11.0, roll=15.0)
"""How far the head turns at the ends of its sliders."""

_MOUTH = 0.34  # gap of the lips' middle at the end of the slider, eye distances
_WIDE = 0.42  # share by which an eye opens further
_GAZE_Y = 0.085  # how far irises go up and down, eye widths


@dataclass(frozen=True)
class Slider:
    """One slider.

    Attributes:
        name: for programs and files.
        title: for people.
        ends: what -1 and 1 mean.
        part: which part of the face it belongs to.
    """

    name: str
    title: str
    ends: tuple[str, str]
    part: str


SLIDERS: dict[str, Slider] = {
    slider.name: slider
    for slider in (
        Slider("mouth_open", "Open mouth", ("closed", "open"), "mouth"),
        Slider("smile", "Smile", ("frown", "smile"), "mouth"),
        Slider("mouth_width", "Mouth width", ("narrow", "wide"), "mouth"),
        Slider("right_eye", "Right eye", ("shut", "wide"), "eyes"),
        Slider("left_eye", "Left eye", ("shut", "wide"), "eyes"),
        Slider("gaze_x", "Look sideways", ("left of picture", "right of picture"), "eyes"),
        Slider("gaze_y", "Look up, down", ("down", "up"), "eyes"),
        Slider("eye_rotation", "Eye rotation", ("outer corners down", "outer corners up"), "eyes"),
        Slider("brows_up", "Brows up", ("down", "up"), "brows"),
        Slider("brows_in", "Brows in", ("apart", "together"), "brows"),
        Slider("face_width", "Face width", ("thin", "wide"), "face"),
        Slider("yaw", "Turn head", ("left of picture", "right of picture"), "head"),
        Slider("pitch", "Nod", ("down", "up"), "head"),
        Slider("roll", "Tilt head", ("counterclockwise", "clockwise"), "head"),
    )
}
HEAD = ("yaw", "pitch", "roll")
"""Sliders that turn the head instead of changing the face."""


def check_sliders(values: Mapping[str, float]) -> dict[str, float]:
    """The values that are not 0, or a clear error."""
    checked = {}
    for name, value in values.items():
        if name not in SLIDERS:
            raise UnknownNameError("slider", str(name), SLIDERS)
        if isinstance(value, bool) or not isinstance(value, int | float) or not -1 <= value <= 1:
            raise EditError(f"Slider '{name}' must be -1 to 1, got {value!r:.40}.")
        if value:
            checked[name] = float(value)
    return checked


def head_turn(values: Mapping[str, float]) -> HeadPose:
    """Degrees that the sliders turn the head by."""
    return HeadPose(*(values.get(name, 0.0) * getattr(HEAD_DEGREES, name) for name in HEAD))


def apply_sliders(
    mesh: NDArray, values: Mapping[str, float], openings: Openings, model: ShapeModel
) -> NDArray[np.float64]:
    """A canonical mesh with the sliders where they are; those of the head do nothing here.

    Args:
        mesh: (478, 3) canonical mesh.
        values: -1 to 1 by name.
        openings: mouth, lids and gaze.
        model: the named shapes.
    """
    values = check_sliders(values)
    moved = np.array(mesh, np.float64)
    for name, change in _CHANGES.items():
        if name in values:
            moved += change(mesh, values[name], model)
    _eyes(moved, mesh, values, openings)
    _mouth(moved, values.get("mouth_open", 0.0), openings)
    # Temples and ears stay where they are, whatever the face does.
    moved = mesh + contour_give(mesh)[:, None] * (moved - mesh)
    if "face_width" in values:
        moved += _face_width(mesh, values["face_width"])
    return moved


def _smile(mesh: NDArray, value: float, model: ShapeModel) -> NDArray:
    if value >= 0:
        smile = {"mouthSmile": 0.8, "mouthDimple": 0.35, "mouthStretch": 0.15, "cheekSquint": 0.7}
        return value * model.shape(smile)
    frown = {"mouthFrown": 1.5, "mouthShrugLower": 0.35, "mouthStretch": 0.15}
    return -value * model.shape(frown)


def _mouth_width(mesh: NDArray, value: float, model: ShapeModel) -> NDArray:
    lips = list(regions.LIPS_OUTER)
    middle = mesh[lips, 0].mean()
    weight = follow(mesh, [*lips, *regions.LIPS_INNER], 0.4)
    out = np.zeros_like(mesh)
    share = 0.24 if value > 0 else 0.3
    out[:, 0] = share * value * weight * (mesh[:, 0] - middle)
    # Corners of a narrow mouth come forward, those of a wide one go back around the teeth.
    out[:, 2] = 0.25 * value * weight * np.abs(mesh[:, 0] - middle)
    return out


def _brows_up(mesh: NDArray, value: float, model: ShapeModel) -> NDArray:
    weight = follow(mesh, [*regions.RIGHT_BROW, *regions.LEFT_BROW], 0.33)
    weight[[*regions.RIGHT_EYE, *regions.LEFT_EYE, *regions.OVAL]] = 0.0
    out = np.zeros_like(mesh)
    out[:, 1] = -(0.085 if value > 0 else 0.055) * value * weight
    return out


def _brows_in(mesh: NDArray, value: float, model: ShapeModel) -> NDArray:
    out = np.zeros_like(mesh)
    inner = follow(mesh, (55, 107, 65, 66, 285, 336, 295, 296), 0.3)
    inner[[*regions.RIGHT_EYE, *regions.LEFT_EYE, *regions.OVAL]] = 0.0
    side = np.clip(mesh[:, 0] / 0.12, -1, 1)
    out[:, 0] = -0.035 * value * inner * side
    out[:, 1] = (0.035 if value > 0 else 0.0) * value * inner
    return out


def _face_width(mesh: NDArray, value: float) -> NDArray:
    middle = (mesh[33, 0] + mesh[263, 0]) / 2
    away = mesh[:, 0] - middle
    below = np.clip((mesh[:, 1] + 0.4) / 0.8, 0, 1)  # cheeks and jaw, hardly the temples
    side = np.clip((np.abs(away) - 0.28) / 0.4, 0, 1)
    weight = side**2 * (3 - 2 * side) * below**2 * (3 - 2 * below)
    out = np.zeros_like(mesh)
    out[:, 0] = 0.17 * value * weight * away
    return out


def _eye_rotation(mesh: NDArray, value: float, model: ShapeModel) -> NDArray:
    out = np.zeros_like(mesh)
    for eye, iris, sign in (
        (regions.RIGHT_EYE, regions.RIGHT_IRIS, 1),
        (regions.LEFT_EYE, regions.LEFT_IRIS, -1),
    ):
        weight = follow(mesh, eye, 0.24)
        weight[list(iris)] = 1.0
        middle = mesh[list(eye), :2].mean(0)
        angle = np.radians(11.0) * value * sign
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        around = mesh[:, :2] - middle
        out[:, :2] += weight[:, None] * (around @ turn - around)
    return out


_CHANGES: dict[str, Callable[[NDArray, float, ShapeModel], NDArray]] = {
    "smile": _smile,
    "mouth_width": _mouth_width,
    "brows_up": _brows_up,
    "brows_in": _brows_in,
    "eye_rotation": _eye_rotation,
}


def _eyes(moved: NDArray, mesh: NDArray, values: Mapping[str, float], openings: Openings) -> None:
    """Lids and irises, in place."""
    x, y = values.get("gaze_x", 0.0), -values.get("gaze_y", 0.0)
    for eye, name in zip(openings.eyes, ("right_eye", "left_eye"), strict=True):
        if x or y:
            _look(eye, moved, np.array([0.2 * x, _GAZE_Y * y]))
        value = values.get(name, 0.0)
        # Lids go along with a gaze up or down.
        lids = -0.16 * max(y, 0) + 0.12 * max(-y, 0)
        opened = 1 + (value if value < 0 else _WIDE * value)
        if value > 0 and eye.closure(mesh) > 0.9:
            opened = 1.0  # nothing is known behind shut lids
        share = max(opened * (1 + lids), 0.0)
        if share != 1:
            eye.lids.set_gaps(moved, eye.lids.gaps(moved).clip(min=0) * share)


def _look(eye: Eye, moved: NDArray, shift: NDArray) -> None:
    own = eye.gaze(moved)
    limit = np.maximum(GAZE_LIMIT * 0.75, np.abs(own))
    eye.set_gaze(moved, np.clip(own + shift, -limit, limit), moved[list(eye.iris)])


def _mouth(moved: NDArray, value: float, openings: Openings) -> None:
    """The mouth opened or closed, in place."""
    gaps = openings.mouth.gaps(moved).clip(min=0)
    middle = len(gaps) // 2
    if value > 0:
        moved += value * max(_MOUTH - 0.5 * gaps[middle], 0.1) * openings.jaw
    elif value < 0:
        moved += (
            max(0.03 - gaps[middle], value * gaps[middle]) * (gaps[middle] > 0.03) * (openings.jaw)
        )
        openings.mouth.set_gaps(moved, openings.mouth.gaps(moved).clip(min=0) * (1 + value))
