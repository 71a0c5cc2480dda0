"""Expression labels for the contrastive loss, and pairs of landmarks drawn by them.

Three kinds of faces, and labels are compared within one kind only:

- `named`: published labels (London: neutral, smile; rendered people: the name of the expression).
- `meshes`: renders of ICT-FaceKit people, labelled by their entry in a bank of expressions.
- `made`: a face of a photograph at rest plus the expression of another face, both as the project's
  expression model tells them apart. Same face, same label; the label of the rest is a *pseudo
  label*: the cluster of its 52 expression coefficients.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reenact.data.pack import Pack
from reenact.errors import InputError
from reenact.geometry.canonical import canonicalize
from reenact.geometry.expression import ExpressionModel
from reenact.methods.gcgan.geometry import flat, geometry

CLUSTERS = 200
_ROUNDS = 25  # of k-means


@dataclass(frozen=True)
class Labelled:
    """Faces of one kind.

    Attributes:
        geometry: (N, 136). label: (N,) number of the expression.
        move: (N, 136) what the expression adds to the same face at rest.
    """

    geometry: NDArray[np.float32]
    label: NDArray[np.int64]
    move: NDArray[np.float32]

    def draw(self, rng: np.random.Generator, count: int) -> tuple[NDArray, ...]:
        """`count` pairs, half of them with one label.

        Returns:
            Two (count, 136) geometries; (count,) alpha; two (count, 136) moves.
        """
        first = rng.integers(len(self.label), size=count)
        second = rng.integers(len(self.label), size=count)
        for row in range(0, count, 2):
            same = np.flatnonzero(self.label == self.label[first[row]])
            second[row] = rng.choice(same)
        differs = (self.label[first] != self.label[second]).astype(np.float32)
        moves = self.move[first], self.move[second]
        return self.geometry[first], self.geometry[second], differs, *moves

    @property
    def rest(self) -> NDArray[np.float32]:
        """(N, 136) the same faces at rest."""
        return self.geometry - self.move


@dataclass(frozen=True)
class Made:
    """Faces that are put together: anybody's at rest, with anybody's expression.

    Attributes:
        rest: (K, 136) faces at rest. move: (V, 136) what an expression adds.
        label: (V,) cluster of the expression.
        exact: share of equal pairs with the very same expression; the rest share a cluster.
    """

    rest: NDArray[np.float32]
    move: NDArray[np.float32]
    label: NDArray[np.int64]
    exact: float = 0.9

    def draw(self, rng: np.random.Generator, count: int) -> tuple[NDArray, ...]:
        """As `Labelled.draw`."""
        first = rng.integers(len(self.label), size=count)
        second = rng.integers(len(self.label), size=count)
        for row in range(0, count, 2):
            second[row] = first[row]
            if rng.random() > self.exact:
                second[row] = rng.choice(np.flatnonzero(self.label == self.label[first[row]]))
        differs = (self.label[first] != self.label[second]).astype(np.float32)
        moves = self.move[first], self.move[second]
        return self.faces(rng, first), self.faces(rng, second), differs, *moves

    def faces(self, rng: np.random.Generator, moves: NDArray) -> NDArray[np.float32]:
        """(N, 136) somebody with each of some expressions."""
        people = rng.integers(len(self.rest), size=len(moves))
        return self.rest[people] + self.move[moves]


Faces = dict[str, Labelled | Made]


def labelled_faces(
    pack: Pack, meshes: Path | None = None, *, split: str = "train", clusters: int = CLUSTERS
) -> Faces:
    """All that E learns from.

    Args:
        pack: faces; those of `split` are used.
        meshes: `ict.npz` of `reenact.training.expression_meshes`; None for none.
        split: `train` or `held_out`.
        clusters: how many pseudo labels; 0 for none.

    Raises:
        InputError: there are no labels, or `meshes` is no such file.
    """
    model = ExpressionModel.load()
    rows = pack.indices(split)
    found: Faces = {}
    names = [pack.rows[row]["expression"] for row in rows]
    if len(set(names) - {""}) > 1:
        kept = [row for row, name in zip(rows, names, strict=True) if name]
        found["named"] = _named(pack, kept, model)
    if meshes is not None:
        found["meshes"] = _meshes(meshes, model, split)
    if clusters:
        found["made"] = made_faces(pack.all_points(rows), model, clusters)
    if not found:
        raise InputError(
            f"The contrastive loss needs faces with two expression labels or more, {pack.path} has "
            "none. Pack a set with labels (london), or give `meshes`, or `clusters` above 1."
        )
    return found


def made_faces(points: NDArray, model: ExpressionModel, clusters: int, seed: int = 0) -> Made:
    """Rests and moves of faces (N, 478, 3), with pseudo labels."""
    if len(points) < clusters:
        raise InputError(
            f"`clusters` must be at most the {len(points)} faces, got {clusters}: "
            "`--option clusters=N` sets it."
        )
    rests, moves, readings = [], [], []
    for one in points:
        rest, move = apart(one, model)
        rests.append(rest)
        moves.append(move)
        readings.append(model.read(one))
    label = cluster(np.array(readings), clusters, seed)
    return Made(np.array(rests, np.float32), np.array(moves, np.float32), label)


def apart(points: NDArray, model: ExpressionModel) -> tuple[NDArray, NDArray]:
    """(136,) a face at rest, and (136,) what its expression adds, as the expression model says."""
    own = canonicalize(points, model.mean)[0]
    rest = flat(own - model.motion(own))
    return rest, flat(own) - rest


def cluster(readings: NDArray, count: int, seed: int = 0) -> NDArray[np.int64]:
    """k-means: (N,) numbers of the clusters of (N, C) readings."""
    rng = np.random.default_rng([seed, 3])
    middles = readings[rng.choice(len(readings), count, replace=False)]
    label = np.zeros(len(readings), np.int64)
    for _ in range(_ROUNDS):
        away = (middles**2).sum(1) - 2 * readings @ middles.T  # squared, less the same for all
        label = away.argmin(1)
        for number in range(count):
            if (label == number).any():
                middles[number] = readings[label == number].mean(0)
    return label


def _named(pack: Pack, rows: list[int], model: ExpressionModel) -> Labelled:
    """Published labels; faces at rest are those called neutral, else what the model says."""
    names = [pack.rows[row]["expression"] for row in rows]
    numbers = {name: number for number, name in enumerate(sorted(set(names)))}
    rests, faces, moves = {}, [], []
    for row, name in zip(rows, names, strict=True):
        if name == "neutral":
            rests[pack.rows[row]["person"]] = geometry(pack.points(row), model.mean)
    for row in rows:
        points, person = pack.points(row), pack.rows[row]["person"]
        faces.append(geometry(points, model.mean))
        rest = rests[person] if person in rests else apart(points, model)[0]
        moves.append(faces[-1] - rest)
    labels = np.array([numbers[name] for name in names], np.int64)
    return Labelled(np.array(faces), labels, np.array(moves))


def _meshes(file: Path, model: ExpressionModel, split: str) -> Labelled:
    try:
        with np.load(file, allow_pickle=False) as stored:
            meshes = {name: stored[name] for name in ("points", "person", "bank")}
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            f"`meshes` must be an archive of labelled meshes, got '{file}'."
        ) from error
    return mesh_faces(meshes, model, split)


def mesh_faces(meshes: Mapping[str, NDArray], model: ExpressionModel, split: str) -> Labelled:
    """Rendered people, labelled by their entry in the bank; each tenth person is held out.

    Args:
        meshes: `points` (N, 478, 3), `person` (N,), `bank` (N,), below 0 for faces at rest.
        model: what a canonical face is.
        split: `train` or `held_out`.
    """
    person, bank = meshes["person"], meshes["bank"]
    at_rest = np.unique(person[bank < 0])
    in_split = (person % 10 == 0) == (split != "train")
    kept = np.flatnonzero(in_split & np.isin(person, at_rest))
    faces = np.array([geometry(points, model.mean) for points in meshes["points"][kept]])
    who, mood = person[kept], bank[kept].astype(np.int64)
    moves = np.empty_like(faces)
    for one in np.unique(who):
        moves[who == one] = faces[who == one] - faces[(who == one) & (mood < 0)].mean(0)
    return Labelled(faces, mood, moves)
