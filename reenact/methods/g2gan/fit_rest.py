"""Learn what guessed neutral landmarks leave over, of people whose neutral face is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reenact.data.pack import Pack
from reenact.errors import FaceNotFoundError
from reenact.face.detect import find_face
from reenact.geometry.canonical import canonicalize
from reenact.geometry.expression import ExpressionModel
from reenact.images import load_picture
from reenact.methods.g2gan.shape import LENGTH, Shape, ShapeModel, neutral_of

_NEUTRAL = "neutral"
_RIDGE = 100.0
"""Of 30, 100 and 200 the best on people left out in turn: 1.07 % of the eye distance from 66
smiling Londoners' own neutral landmarks, 1.13 % without; rendered people 0.97, 1.26."""
_RENDERED = 0.6  # weight of a rendered picture; of a photograph 1


@dataclass(frozen=True)
class Known:
    """A canonical shape, the guess of its neutral shape, the true one, (478, 3); its weight."""

    shape: Shape
    guess: Shape
    neutral: Shape
    weight: float


def known_of_pack(pack: Pack) -> Iterable[Known]:
    """Of training people with one picture labelled neutral and others."""
    groups: dict[str, list[int]] = defaultdict(list)
    for row in pack.indices("train"):
        groups[pack.rows[row]["person"]].append(row)
    points, expression = pack.all_points(), ExpressionModel.load()
    for rows in groups.values():
        rest = [row for row in rows if pack.rows[row]["expression"] == _NEUTRAL]
        if len(rest) == 1 and len(rows) > 1:
            meshes = [points[row] for row in rows]
            yield from _known(expression, points[rest[0]], meshes, 1.0)


def known_of_rendered(people: Iterable[Path]) -> Iterable[Known]:
    """Of folders with `neutral.jpg` and others."""
    expression = ExpressionModel.load()
    for person in people:
        meshes = {picture.stem: _mesh(picture) for picture in sorted(person.glob("*.jpg"))}
        found = {name: mesh for name, mesh in meshes.items() if mesh is not None}
        yield from _known(expression, found[_NEUTRAL], list(found.values()), _RENDERED)


def _known(
    expression: ExpressionModel, rest: NDArray, meshes: list[NDArray], weight: float
) -> Iterable[Known]:
    neutral = canonicalize(rest, expression.mean)[0]
    for mesh in meshes:
        own, placement = canonicalize(mesh, expression.mean)
        yield Known(own, placement.undo(neutral_of(expression, mesh)), neutral, weight)


def _mesh(picture: Path) -> NDArray | None:
    try:
        return find_face(load_picture(picture)).points
    except FaceNotFoundError:
        return None


def rest_of(model: ShapeModel, known: Iterable[Known]) -> NDArray[np.float32]:
    """`ShapeModel.rest`, by ridge regression.

    Args:
        model: whose modes it is said in.
        known: people whose neutral face is known.
    """
    known = list(known)
    seen = np.stack([model.seen(one.shape) for one in known])  # (M, N + 1)
    gaps = np.stack([(one.neutral - one.guess).ravel() for one in known]).reshape(-1, LENGTH)
    wanted = gaps @ model.modes.T.astype(np.float64)  # (M, N)
    weighted = seen * np.array([one.weight for one in known])[:, None]
    ridge = _RIDGE * np.eye(seen.shape[1])
    ridge[-1, -1] = 1e-6  # the constant is free
    return np.linalg.solve(weighted.T @ seen + ridge, weighted.T @ wanted).astype(np.float32)
