"""Landmark interpolation and manipulation, section 4.6, figures 10 and 11.

    reenactor = Reenactor(load_picture("me.jpg"), "freenet")
    faces = interpolated(reenactor, smile, surprise, steps=7)     # landmarks between two drivings
    faces = manipulated(reenactor, "mouth", steps=7)              # closed to open
    save_picture(strip(faces), "strip.png")

`reenact.interpolation` does the first for every method, from files and presets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from reenact.base import Driving
from reenact.errors import InputError, UnknownNameError
from reenact.face.align import face_crop
from reenact.geometry.canonical import canonicalize, eye_distance
from reenact.geometry.expression import ExpressionModel
from reenact.geometry.regions import (
    EYE_CORNERS_OUTER,
    INNER_LIP_CENTER,
    IRISES,
    LEFT_EYE,
    OVAL,
    RIGHT_EYE,
)
from reenact.geometry.shape_model import ShapeModel
from reenact.pipeline import Reenactor
from reenact.types import Face, Frame, Points, Result

AMOUNTS: dict[str, tuple[float, float]] = {
    "mouth": (0.0, 0.30),
    "contour": (0.06, -0.08),
    "eyes": (-9.0, 9.0),
}
"""From and to: lip gap in eye distances, width of the contour over its own, degrees."""


def interpolated(reenactor: Reenactor, first: Face, second: Face, steps: int) -> Iterator[Result]:
    """The source with landmarks between those of two driving faces, both ends among them.

    Args:
        reenactor: the source and the method.
        first, second: driving faces.
        steps: how many pictures, at least 2.
    """
    method, options = reenactor.method, reenactor.options
    ends = [
        method.retarget(reenactor.state, Driving(face=face), options).points
        for face in (first, second)
    ]
    for share in _shares(steps):
        points = ends[0] + np.float32(share) * (ends[1] - ends[0])
        yield reenactor.edit(reenactor.crop.to_frame(points))


def manipulated(reenactor: Reenactor, what: str, steps: int) -> Iterator[Result]:
    """The source with one thing changed, step by step.

    Args:
        reenactor: the source and the method.
        what: `mouth` (closed to open), `contour` (wide to thin) or `eyes` (turned).
        steps: how many pictures, at least 2.
    """
    if what not in AMOUNTS:
        raise UnknownNameError("manipulation", what, AMOUNTS)
    low, high = AMOUNTS[what]
    move = {"mouth": _mouth, "contour": _contour, "eyes": _eyes}[what]
    mesh = reenactor.face.points
    for share in _shares(steps):
        yield reenactor.edit(move(mesh, low + share * (high - low)).astype(np.float32))


def strip(results: Iterable[Result], side: int = 192) -> Frame:
    """(side, N * side, 3) the faces side by side, cut around the first one."""
    results = list(results)
    points = results[0].landmarks.astype(np.float32)
    box = (*points.min(0).tolist(), *points.max(0).tolist())
    mesh = np.column_stack([points, np.zeros(len(points), np.float32)])
    crop = face_crop(Face(mesh, box, 1.0, results[0].image.shape[:2]), scale=1.45, size=side)
    return np.concatenate([crop.cut(result.image) for result in results], axis=1)


def _shares(steps: int) -> NDArray[np.float64]:
    if steps < 2:
        raise InputError(f"`steps` must be at least 2, got {steps}.")
    return np.linspace(0, 1, steps)


def _mouth(mesh: Points, gap: float) -> NDArray[np.float64]:
    """The jaw dropped until the inner lips are `gap` eye distances apart, as jaws drop."""
    own, placement = canonicalize(mesh, ExpressionModel.load().mean)
    move = ShapeModel.load().shape({"jawOpen": 1.0})
    upper, lower = INNER_LIP_CENTER
    share = (gap - (own[lower] - own[upper])[1]) / (move[lower] - move[upper])[1]
    return placement.apply(own + share * move)


def _contour(mesh: Points, wider: float) -> NDArray[np.float64]:
    """Jaw and cheeks wider or thinner, fading out towards the middle of the face."""
    out = mesh.astype(np.float64)
    down = _down(mesh)
    across = np.array([down[1], -down[0]])
    oval = out[list(OVAL), :2]
    middle = oval.mean(0)
    aside = (out[:, :2] - middle) @ across
    half = np.abs((oval - middle) @ across).max()
    low = np.clip(0.7 + (out[:, :2] - middle) @ down / np.ptp((oval - middle) @ down), 0, 1)
    share = np.clip(np.abs(aside) / half, 0, 1) ** 2 * low
    out[:, :2] += (wider * aside * share)[:, None] * across
    return out


def _eyes(mesh: Points, degrees: float) -> NDArray[np.float64]:
    """Each eye turned around its own middle, mirrored: outer corners up or down."""
    out = mesh.astype(np.float64)
    for eye, sign in ((RIGHT_EYE, 1.0), (LEFT_EYE, -1.0)):
        middle = out[list(eye), :2].mean(0)
        gap = out[:, :2] - middle
        reach = np.linalg.norm(gap, axis=1) / (0.35 * eye_distance(mesh[:, :2]))
        angle = np.radians(sign * degrees) * np.exp(-(reach**2))
        angle[list(IRISES)] = 0
        turned = np.stack(
            [
                np.cos(angle) * gap[:, 0] - np.sin(angle) * gap[:, 1],
                np.sin(angle) * gap[:, 0] + np.cos(angle) * gap[:, 1],
            ],
            axis=1,
        )
        out[:, :2] = middle + turned
    return out


def _down(mesh: Points) -> NDArray[np.float64]:
    """The unit vector from the eyes towards the chin."""
    left, right = (mesh[i, :2].astype(np.float64) for i in EYE_CORNERS_OUTER)
    across = (right - left) / max(float(np.linalg.norm(right - left)), 1e-9)
    return np.array([-across[1], across[0]])
