"""Network E alone, on people left out: how much of an expression comes through it, whose it is.

    python -m bench.gcgan embedding --data ../shared/data [FILE ...]

Landmarks only, no picture. A driving face goes through E_enc and E_dec, what E_dec says since the
source's own face at rest is added to the source's landmarks. Then:

- `similarity`: cosine of the expression of source and driving face, each from their own rest, by
  the rules of `bench/metrics/expression.py`; `gain` is how much of its strength is left.
- `mouth`, `eyes`, `brows`: correlation of the motion with the true one, and its strength.
- `person`: share of the two people's difference at rest that comes along; 0 is best.
- `told apart`: area under the curve of distances of z_g for pairs of different people with equal
  and with other expressions; 0.5 is chance.

Two rows stand for no E: the true motion, and all of the driving face's shape (what SPG is told).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from bench.g2gan_cases import LONDON, RENDERED, cases_of
from bench.gcgan_cases import lively
from bench.metrics.expression import REST, expression_similarity, expression_vector, measures
from reenact.geometry.expression import ExpressionModel
from reenact.methods.gcgan.embedding import Embedding
from reenact.methods.gcgan.geometry import geometry
from reenact.methods.gcgan.labels import apart, mesh_faces
from reenact.methods.gcgan.pretrain import BROWS, EYES
from reenact.training.expression import CACHE
from reenact.training.expression_meshes import load_meshes

PARTS = {"mouth": slice(48, 68), "eyes": EYES, "brows": BROWS}
MESHES, PUT_TOGETHER = "meshes", "put together"
_SOURCES, _MOST, _FACES = 3, 200, 48
Motion = Callable[[NDArray, NDArray, NDArray], NDArray]
"""(N, 136) motion of the source, of the driving face, its rest, and the source's rest."""


@dataclass(frozen=True)
class Faces:
    """(N, 136) faces with an expression, the same people at rest, and (N,) the expression."""

    face: NDArray[np.float32]
    rest: NDArray[np.float32]
    label: NDArray


def held_out_faces(data: Path) -> dict[str, Faces]:
    """All kinds: of meshes (cached), London, rendered people; SFHQ's, whose rest is estimated."""
    model = ExpressionModel.load()
    meshes = load_meshes("ict", data, data.resolve().parent / "models", CACHE)
    made = mesh_faces(meshes, model, "held_out")
    found = {MESHES: Faces(made.geometry, made.rest, made.label)}
    for kind in (LONDON, RENDERED):
        cases = [case for case in cases_of(data / "london") if case.kind == kind]
        faces, rests = (
            np.array([geometry(shot.face.points, model.mean) for shot in shots])
            for shots in zip(*((case.expression, case.neutral) for case in cases), strict=True)
        )
        found[kind] = Faces(faces, rests, np.array([case.label for case in cases]))
    split = [apart(shot.face.points, model) for shot in lively(data / "sfhq", _FACES)]
    rests, moves = (np.array(column, np.float32) for column in zip(*split, strict=True))
    found[PUT_TOGETHER] = Faces(rests + moves, rests, np.arange(len(rests)))
    return found


def through(network: Embedding) -> Motion:
    """What an E says of the driving face since the source's rest."""

    def motion(driving: NDArray, _: NDArray, source: NDArray) -> NDArray:
        with torch.no_grad():
            made, own = (network(torch.from_numpy(faces))[1] for faces in (driving, source))
        return (made - own).numpy()

    return motion


ROWS: dict[str, Motion] = {
    "true motion": lambda driving, rest, source: driving - rest,
    "driving shape": lambda driving, rest, source: driving - source,
}


def survived(faces: Faces, motion: Motion, seed: int = 0) -> dict[str, float]:
    """The figures at the top of this file, `told apart` excepted."""
    rng = np.random.default_rng(seed)
    drawn = rng.permutation(len(faces.face))[:_MOST].repeat(_SOURCES)
    far = np.abs(faces.rest[drawn, None] - faces.rest[None]).max(2) > 1e-6  # another person
    others = np.array([rng.choice(np.flatnonzero(row)) for row in far])
    driving, rest, source = faces.face[drawn], faces.rest[drawn], faces.rest[others]
    moved, true = motion(driving, rest, source), driving - rest
    pairs = []
    for made, wanted, own, here in zip(source + moved, driving, rest, source, strict=True):
        found, goal = _vector(made, here), _vector(wanted, own)
        if np.linalg.norm(goal) >= REST:
            pairs.append((expression_similarity(found, goal), float(found @ goal / (goal @ goal))))
    similarity, gain = np.mean(pairs, axis=0)
    out = {"similarity": float(similarity), "gain": float(gain)}
    for name, part in PARTS.items():
        one, other = (x.reshape(-1, 68, 2)[:, part].ravel() for x in (moved, true))
        out[name] = float(one @ other / np.sqrt((one @ one) * (other @ other) + 1e-12))
        out[f"{name} gain"] = float(one @ other / (other @ other))
    people = (rest - source).ravel()
    out["person"] = float((moved - true).ravel() @ people / (people @ people))
    return out


def told_apart(faces: Faces, network: Embedding, seed: int = 0) -> float:
    """See the top of this file; anybody's rest with each expression where labels are unique."""
    seen, label = faces.face, faces.label
    if len(np.unique(label)) == len(label):
        people = np.random.default_rng(seed).integers(len(label), size=(_SOURCES, len(label)))
        seen = (faces.rest[people] + (faces.face - faces.rest)).reshape(-1, seen.shape[1])
        label = np.tile(label, _SOURCES)
    else:
        _, first = np.unique(faces.rest, axis=0, return_index=True)
        seen = np.concatenate([seen, faces.rest[first]])
        label = np.concatenate([label, np.full(len(first), "rest")])
    with torch.no_grad():
        codes = network.encoder(torch.from_numpy(np.float32(seen))).numpy()
    one, other = np.triu_indices(len(codes), 1)
    squares = ((codes[one] - codes[other]) ** 2).sum(1)
    return area(squares, label[one] != label[other])


def area(values: NDArray, is_high: NDArray) -> float:
    """Area under the curve: chance that a value that should be high is above one that should not.

    Example:
        >>> area(np.array([1.0, 2.0, 3.0]), np.array([False, True, True]))
        1.0
    """
    ranks = np.empty(len(values))
    ranks[np.argsort(values)] = np.arange(1, len(values) + 1)
    high, low = int(is_high.sum()), int((~is_high).sum())
    return float((ranks[is_high].sum() - high * (high + 1) / 2) / (high * low))


def _vector(face: NDArray, rest: NDArray) -> NDArray[np.float64]:
    return expression_vector(*(measures(one.reshape(68, 2)) for one in (face, rest)))
