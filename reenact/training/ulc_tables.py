"""Landmarks of many people with the same expressions, as one array: what the converter learns from.

A `FaceTable` is full: each person in each view with each expression. RaFD's published points are
one (`rafd_table`); synthetic people are another (`ulc_people.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reenact.errors import InputError
from reenact.methods.freenet.config import CROP_PX

RAFD_FILE = "rafd_106.npz"
RAFD_CROP_PX = 416  # in RaFD's own pixels, section 4.1
RAFD_ANGLES = ("Rafd045", "Rafd090", "Rafd135")
RAFD_GAZES = ("frontal", "left", "right")
HELD_OUT_STEP = 7


@dataclass(frozen=True)
class FaceTable:
    """Landmarks of P people in V views with E expressions in G variants.

    Attributes:
        points: (P, V, E, G, K, 2) crop pixels.
        people: (P,) names.
        expressions: (E,) names.
        rest: which expression is the face at rest. Variant 0 is the one to convert to.
        mirror_views, mirror_variants: (V,), (G,) what each becomes in the mirror.
    """

    points: NDArray[np.float32]
    people: tuple[str, ...]
    expressions: tuple[str, ...]
    rest: int
    mirror_views: tuple[int, ...]
    mirror_variants: tuple[int, ...]

    def select(self, rows: NDArray) -> FaceTable:
        """The table of some people, by their numbers."""
        people = tuple(self.people[i] for i in rows)
        return replace(self, points=self.points[rows], people=people)


def split_people(count: int, step: int = HELD_OUT_STEP) -> tuple[NDArray, NDArray]:
    """Numbers of the people to train on, and of every `step`-th one, from the first, held out."""
    held = np.arange(count) % step == 0
    return np.flatnonzero(~held), np.flatnonzero(held)


def face_crop(points: NDArray, crop_px: float) -> NDArray[np.float32]:
    """Points (..., K, 2) in the square of `crop_px` around their bounding box, enlarged to 256.

    Each face is centered by itself, as in the authors' code.
    """
    center = (points.min(axis=-2, keepdims=True) + points.max(axis=-2, keepdims=True)) / 2
    return ((points - center + crop_px / 2) * (CROP_PX / crop_px)).astype(np.float32)


def rafd_table(folder: str | Path) -> FaceTable:
    """RaFD's 106 points, 67 people x 3 angles x 8 expressions x 3 gazes.

    Args:
        folder: with `rafd_106.npz`, or that file.

    Raises:
        InputError: the file is not there, cannot be read, or lacks a picture of somebody.
    """
    path = Path(folder)
    path = path / RAFD_FILE if path.is_dir() else path
    if not path.is_file():
        raise InputError(
            f"RaFD's points must be in {path}, it is not there. The 106 points are published with "
            "FReeNet (https://github.com/zhangzjn/FReeNet); pack `names` and `points`."
        )
    try:
        with np.load(path, allow_pickle=False) as file:
            names, points = [str(name) for name in file["names"]], file["points"]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{path} must hold `names` and `points`, it cannot be read.") from error
    return _rafd_grid(names, points, path)


def _rafd_grid(names: list[str], points: NDArray, path: Path) -> FaceTable:
    """Names read RafdANGLE_PERSON_ethnicity_sex_EXPRESSION_GAZE.jpg."""
    rows = [name.rsplit(".", 1)[0].split("_") for name in names]
    if points.shape != (len(rows), 106, 2) or any(len(row) != 6 for row in rows):
        raise InputError(f"{path} must hold 106 points for each RaFD name, got {points.shape}.")
    people = tuple(sorted({row[1] for row in rows}))
    expressions = tuple(sorted({row[4] for row in rows}))
    shape = (len(people), len(RAFD_ANGLES), len(expressions), len(RAFD_GAZES), 106, 2)
    grid = np.full(shape, np.nan, np.float32)
    try:
        for row, face in zip(rows, face_crop(points, RAFD_CROP_PX), strict=True):
            at = people.index(row[1]), RAFD_ANGLES.index(row[0]), expressions.index(row[4])
            grid[(*at, RAFD_GAZES.index(row[5]))] = face
        rest = expressions.index("neutral")
    except ValueError as error:
        raise InputError(f"{path} must hold RaFD's angles, gazes and expressions.") from error
    missing = int(np.isnan(grid[..., 0, 0]).sum())
    if missing:
        raise InputError(f"{path} must hold every picture of each person, {missing} are missing.")
    return FaceTable(grid, people, expressions, rest, (2, 1, 0), (0, 2, 1))
