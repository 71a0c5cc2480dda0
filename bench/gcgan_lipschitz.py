"""Lipschitz ratios of `gcgan` and SPG (equation 3) along equal steps between two expressions.

Picture in -1..1 at 64 x 64, over what was stepped through, in three units:

- `own`: z_g, or for SPG landmarks, as equation 3 has it; units differ.
- `way`: the share of the way, 0 to 1; one unit for all. Equal steps of the method's own condition.
- `landmarks`: equal steps of landmarks for all, over those landmarks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bench.g2gan_cases import Shot
from bench.metrics.temporal import lipschitz_ratios
from reenact.base import Motion
from reenact.geometry.canonical import place
from reenact.methods.gcgan.geometry import face_window, geometry
from reenact.methods.gcgan.method import GCGAN
from reenact.methods.gcgan.spg import Spg
from reenact.pipeline import Reenactor
from reenact.types import Face

KINDS = ("own", "way", "landmarks")
Column = tuple[list[float], list[str]]
"""Figures, and whose they are."""
_STEPS = 10
_SIDE = 64


def lipschitz(method: GCGAN, between: Sequence[tuple[str, Shot, Shot]]) -> dict[str, Column]:
    """Ratios and their people, by `KINDS`; ratios of steps that change nothing are left out.

    Args:
        between: people, and two pictures of each between whose expressions to go.
    """
    found: dict[str, Column] = {kind: ([], []) for kind in KINDS}
    for person, first, second in between:
        reenactor = Reenactor(first.frame, method, source_face=first.face)
        for motions, conditions in _clips(method, reenactor, second.face):
            pictures = np.stack([_small(method, reenactor, motion) for motion in motions])
            for kind, condition in conditions.items():
                ratios = lipschitz_ratios(pictures, condition)
                ratios = ratios[~np.isnan(ratios)]
                found[kind][0].extend(ratios.tolist())
                found[kind][1].extend([person] * len(ratios))
    return found


def _clips(
    method: GCGAN, reenactor: Reenactor, second: Face
) -> Iterator[tuple[list[Motion], dict[str, NDArray]]]:
    """Motions, and by kind what they were stepped through."""
    state, mean = reenactor.state, method.expression.mean
    shares = np.linspace(0, 1, _STEPS + 1)
    here = reenactor.state.source.points
    there = place(here, mean).apply(place(second.points, mean).undo(second.points))
    meshes = [((1 - share) * here + share * there).astype(np.float32) for share in shares]
    shapes = np.stack([geometry(mesh, mean) for mesh in meshes])
    way = shares[:, None]
    if isinstance(method, Spg):
        motions = [method.at(state, mesh, 1.0) for mesh in meshes]
        yield motions, {"own": shapes, "way": way, "landmarks": shapes}
        return
    motions = list(method.between(state, here, there, _STEPS + 1))
    yield motions, {"own": np.stack([motion.extra["z"] for motion in motions]), "way": way}
    motions = [method.towards(state, method.embed(mesh)) for mesh in meshes]
    yield motions, {"landmarks": shapes}


def _small(method: GCGAN, reenactor: Reenactor, motion: Motion) -> NDArray[np.float64]:
    """The face at 64 x 64, -1..1."""
    image = method.render_frame(reenactor.state, motion)
    source = reenactor.state.source
    window = face_window(source.points, method.expression.mean, _SIDE, image.shape[:2])
    return window.cut(image).astype(np.float64) / 127.5 - 1
