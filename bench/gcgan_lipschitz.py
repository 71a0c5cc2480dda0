"""Lipschitz ratios of `gcgan` and SPG (equation 3) along equal steps between two expressions.

G's own output as it comes from the network, -1..1 at 64 x 64, over what was stepped through, in
three units:

- `own`: z_g, or for SPG landmarks, as equation 3 has it; units differ.
- `way`: the share of the way, 0 to 1; one unit for all. Equal steps of the method's own condition.
- `landmarks`: equal steps of landmarks for all, over those landmarks.

And `stored`: as `own`, of the finished picture of whole levels 0 to 255. A face that hardly
moves takes steps smaller than what rounding adds, and the first one leaves the source's own picture
behind, which a face at rest is given instead of G's output.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
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

KINDS = ("own", "way", "landmarks", "stored")
Column = tuple[list[float], list[str]]
"""Figures, and whose they are."""
STEPS = 10
_SIDE = 64


def lipschitz(
    method: GCGAN, between: Sequence[tuple[str, Shot, Shot]], steps: int = STEPS
) -> dict[str, Column]:
    """Ratios and their people, by `KINDS`; ratios of steps that change nothing are left out.

    Args:
        between: people, and two pictures of each between whose expressions to go.
        steps: how many, all equal.
    """
    found: dict[str, Column] = {kind: ([], []) for kind in KINDS}
    for person, first, second in between:
        reenactor = Reenactor(first.frame, method, source_face=first.face)
        for motions, conditions in _clips(method, reenactor, second.face, steps):
            made = np.stack([_generated(method, reenactor, motion) for motion in motions])
            for kind, condition in conditions.items():
                _note(found[kind], person, lipschitz_ratios(made, condition))
            if "own" in conditions:
                stored = np.stack([_stored(method, reenactor, motion) for motion in motions])
                _note(found["stored"], person, lipschitz_ratios(stored, conditions["own"]))
    return found


def _note(column: Column, person: str, ratios: NDArray) -> None:
    known = ratios[~np.isnan(ratios)].tolist()
    column[0].extend(known)
    column[1].extend([person] * len(known))


def _clips(
    method: GCGAN, reenactor: Reenactor, second: Face, steps: int
) -> Iterator[tuple[list[Motion], dict[str, NDArray]]]:
    """Motions, and by kind what they were stepped through."""
    state, mean = reenactor.state, method.expression.mean
    shares = np.linspace(0, 1, steps + 1)
    here = reenactor.state.source.points
    there = place(here, mean).apply(place(second.points, mean).undo(second.points))
    meshes = [((1 - share) * here + share * there).astype(np.float32) for share in shares]
    shapes = np.stack([geometry(mesh, mean) for mesh in meshes])
    way = shares[:, None]
    if isinstance(method, Spg):
        motions = [method.at(state, mesh, 1.0) for mesh in meshes]
        yield motions, {"own": shapes, "way": way, "landmarks": shapes}
        return
    motions = list(method.between(state, here, there, steps + 1))
    yield motions, {"own": np.stack([motion.extra["z"] for motion in motions]), "way": way}
    motions = [method.towards(state, method.embed(mesh)) for mesh in meshes]
    yield motions, {"landmarks": shapes}


def _generated(method: GCGAN, reenactor: Reenactor, motion: Motion) -> NDArray[np.float64]:
    """(64, 64, 3) what G gives, -1..1."""
    made = method.generated(reenactor.state, motion).transpose(1, 2, 0)
    return 2 * cv2.resize(made, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float64) - 1


def _stored(method: GCGAN, reenactor: Reenactor, motion: Motion) -> NDArray[np.float64]:
    """(64, 64, 3) the face in the finished picture, -1..1."""
    image = method.render_frame(reenactor.state, motion)
    source = reenactor.state.source
    window = face_window(source.points, method.expression.mean, _SIDE, image.shape[:2])
    return window.cut(image).astype(np.float64) / 127.5 - 1
