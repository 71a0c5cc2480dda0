"""Made people for the landmark converter: faces at rest plus movements of somebody else's face.

The faces and movements are those that the expression model learns from (`expression_sets.py`):
london, clips, sfhq and ICT-FaceKit; nothing of RaFD. Both are taken to the 106 points in space,
added, turned and laid flat, so that every person makes every expression in every view.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reenact.face.schemes import convert
from reenact.methods.freenet.config import CROP_PX
from reenact.training.expression_sets import Sets
from reenact.training.ulc_tables import FaceTable

YAWS = (-40.0, -20.0, 0.0, 20.0, 40.0)  # degrees
CROP_SCALE = 1.42  # crop side over the larger side of the face at rest, frontal; as RaFD's crops


def made_table(
    sets: Sets, people: int = 160, expressions: int = 100, style: float = 0.25, seed: int = 0
) -> FaceTable:
    """A full table of made people.

    Args:
        sets: canonical meshes to draw from.
        people, expressions: how many of each; expression 0 is rest.
        style: deviation of the log strength with which variant 1, seen only as driving face,
            shows an expression: people are not equally lively.
        seed: of the draws.
    """
    rng = np.random.default_rng(seed)
    rest = _in_space(_draw(sets.people, people, rng))  # (P, K, 3)
    moves = _in_space(_draw(sets.moves, expressions, rng))  # (E, K, 3)
    moves[0] = 0
    lively = np.exp(rng.normal(0, style, (people, expressions, 2, 1, 1)))
    lively[:, :, 0] = 1
    faces = rest[:, None, None] + lively * moves[:, None]  # (P, E, G, K, 3)
    views = np.stack([_laid_flat(faces, yaw) for yaw in YAWS], axis=1)  # (P, V, E, G, K, 2)
    side = np.ptp(rest[..., :2], axis=1).max(axis=-1) * CROP_SCALE
    side = (side * np.exp(rng.normal(0, 0.03, people))).reshape(-1, 1, 1, 1, 1, 1)
    center = (views.min(axis=-2, keepdims=True) + views.max(axis=-2, keepdims=True)) / 2
    points = ((views - center) / side + 0.5) * CROP_PX
    names = tuple(f"made{i}" for i in range(people))
    moods = tuple(f"move{i}" for i in range(expressions))
    order = tuple(range(len(YAWS)))[::-1]
    return FaceTable(points.astype(np.float32), names, moods, 0, order, (0, 1))


def load_made_table(data: Path, models: Path, cache: Path, **how) -> FaceTable:
    """`made_table` of the meshes in a cache, which are extracted on first use."""
    from reenact.training.expression_meshes import DATA_SETS, load_meshes
    from reenact.training.expression_sets import Split, build_sets

    meshes = {name: load_meshes(name, data, models, cache) for name in DATA_SETS}
    return made_table(build_sets(meshes, Split()), **how)


def _draw(pools: dict[str, NDArray], count: int, rng: np.random.Generator) -> NDArray:
    """(count, 478, 3) in equal parts of all pools."""
    names = [list(pools)[i % len(pools)] for i in range(count)]
    return np.stack([pools[name][rng.integers(len(pools[name]))] for name in names])


def _in_space(meshes: NDArray) -> NDArray[np.float32]:
    """(N, 106, 3) of (N, 478, 3): the 106 points are fixed mixtures of vertices."""
    return np.stack([convert(mesh, "mediapipe478", "face106") for mesh in meshes])


def _laid_flat(faces: NDArray, yaw: float) -> NDArray[np.float32]:
    """(..., K, 2) of (..., K, 3), turned by a yaw in degrees."""
    angle = np.radians(yaw)
    x = faces[..., 0] * np.cos(angle) + faces[..., 2] * np.sin(angle)
    return np.stack([x, faces[..., 1]], axis=-1).astype(np.float32)
