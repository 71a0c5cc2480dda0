"""What the expression model learns from: people at rest, and expressions without people.

Within one person the difference of two canonical meshes is expression alone. Such
differences (london, clips, ICT-FaceKit) and faces at rest can be added to one
another freely: any person with any expression, and the same expression on
another person as the truth. Single pictures (sfhq) give both after a ridge
regression on the teacher's coefficients tells the expression from the person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from reenact.geometry.canonical import canonicalize, eye_distance, place
from reenact.geometry.regions import POINT_COUNT, STABLE

Meshes = dict[str, dict[str, NDArray]]
MAX_YAW, MAX_PITCH = 28.0, 18.0  # degrees; beyond, the hidden side of a mesh is a guess


@dataclass
class Split:
    """Who is left out: a fold 0 or 1 leaves half of london, every fifth ICT person, three clips."""

    fold: int | None = None

    def london(self, count: int) -> NDArray[np.bool_]:
        """(count,) people to fit on, in the order of their file names."""
        return np.ones(count, bool) if self.fold is None else np.arange(count) % 2 != self.fold

    def ict(self, person: NDArray) -> NDArray[np.bool_]:
        return np.ones(len(person), bool) if self.fold is None else person % 5 != self.fold

    def clip(self, index: int) -> bool:
        return self.fold is None or (index < 3) != (self.fold == 0)


@dataclass
class Sets:
    """Canonical meshes to learn from. `names` are the teacher's coefficients.

    Attributes:
        mean, mirror: (478, 3) symmetric mean face; (478,) each point's mirror image.
        people: (N, 478, 3) faces at rest, by data set.
        moves: (N, 478, 3) expressions as differences from rest, by data set.
        pairs: (N, 2, 2, 478, 3) two people, each at rest and with one and the same expression.
        meshes, coef: faces with the teacher's coefficients, for the reader.
        basis: (52, 478, 3) what each coefficient does to a mesh.
        rest_coef: (52,) mean coefficients of faces at rest.
    """

    names: list[str]
    mean: NDArray
    mirror: NDArray
    people: dict[str, NDArray] = field(default_factory=dict)
    moves: dict[str, NDArray] = field(default_factory=dict)
    pairs: dict[str, Callable] = field(default_factory=dict)
    meshes: NDArray | None = None
    coef: NDArray | None = None
    basis: NDArray | None = None
    rest_coef: NDArray | None = None

    def flip(self, meshes: NDArray) -> NDArray:
        """Meshes (..., 478, 3) as their mirror images."""
        return meshes[..., self.mirror, :] * np.array([-1, 1, 1], np.float32)


def mean_face(points: NDArray) -> tuple[NDArray, NDArray]:
    """The symmetric canonical mean of (N, 478, 3) meshes, upright, and its mirror index (478,)."""
    from scipy.optimize import linear_sum_assignment

    mean = points[0].astype(np.float64) / eye_distance(points[0])
    for _ in range(3):
        mean = np.mean([canonicalize(p.astype(np.float64), mean)[0] for p in points], axis=0)
        mean = (mean - mean[list(STABLE)].mean(axis=0)) / eye_distance(mean)
    along = mean[263] - mean[33]
    x = along / np.linalg.norm(along)
    z = np.cross(x, mean[152] - mean[10])
    z /= np.linalg.norm(z)
    mean = mean @ np.stack([x, np.cross(z, x), z], axis=1)
    flipped = mean * np.array([-1, 1, 1])
    distance = np.linalg.norm(flipped[:, None] - mean[None], axis=-1)
    mirror = linear_sum_assignment(distance)[1]
    mean = (mean + flipped[mirror]) / 2
    return mean / eye_distance(mean), mirror


def canonical(points: NDArray, mean: NDArray) -> NDArray[np.float32]:
    """(N, 478, 3) pixel meshes as canonical ones."""
    return np.array([canonicalize(p.astype(np.float64), mean)[0] for p in points], np.float32)


def turns(points: NDArray, mean: NDArray) -> NDArray[np.float64]:
    """(N, 2) yaw and pitch in degrees, signs as they come."""
    forward = np.array([place(p.astype(np.float64), mean).rotation[2] for p in points])
    yaw = np.arctan2(forward[:, 0], forward[:, 2])
    return np.degrees(np.stack([yaw, np.arcsin(forward[:, 1].clip(-1, 1))], axis=1))


def london_pairs(data: dict[str, NDArray]) -> tuple[NDArray, NDArray]:
    """(82,) rows of the neutral pictures, and of the same people smiling."""
    neutral = np.flatnonzero([name.startswith("london/neutral") for name in data["names"]])
    smiling = np.flatnonzero([name.startswith("london/smiling") for name in data["names"]])
    return neutral, smiling


def clip_rests(data: dict[str, NDArray]) -> list[tuple[str, NDArray, NDArray]]:
    """Each clip's name, its rows, and the five rows nearest to a face at rest."""
    clips = np.array([str(name).rsplit("/", 1)[0] for name in data["names"]])
    moving = ["Look" not in name and name != "_neutral" for name in data["coef_names"]]
    activity = np.nan_to_num(data["coef"], nan=99)[:, moving].sum(axis=1)
    found = []
    for clip in np.unique(clips):
        rows = np.flatnonzero(clips == clip)
        found.append((clip, rows, rows[np.argsort(activity[rows])[:5]]))
    return found


def build_sets(meshes: Meshes, split: Split) -> Sets:
    """Everything to learn from, without the people that `split` leaves out."""
    london = meshes["london"]
    neutral, smiling = london_pairs(london)
    sets = Sets([str(n) for n in london["coef_names"]], *mean_face(london["points"][neutral]))
    rows: list[tuple[NDArray, NDArray, float]] = []  # coefficients, meshes, weight
    read: list[tuple[NDArray, NDArray]] = []
    _add_london(sets, london, split, rows, read)
    _add_clips(sets, meshes["clips"], split, rows, read)
    _add_ict(sets, meshes["ict"], split, rows, read)
    _add_sfhq(sets, meshes["sfhq"], rows, read)
    sets.meshes = np.concatenate([m for m, _ in read])
    sets.coef = np.nan_to_num(np.concatenate([c for _, c in read]))
    return sets


def _add_london(sets, data, split, rows, read) -> None:
    neutral, smiling = (r[split.london(len(r))] for r in london_pairs(data))
    rest = canonical(data["points"][neutral], sets.mean)
    smile = canonical(data["points"][smiling], sets.mean)
    sets.people["london"], sets.moves["london"] = rest, smile - rest
    rows.append((data["coef"][smiling] - data["coef"][neutral], smile - rest, 1.0))
    read += [(rest, data["coef"][neutral]), (smile, data["coef"][smiling])]
    sets.rest_coef = data["coef"][neutral].mean(axis=0)

    def pairs(rng: np.random.Generator, count: int) -> tuple[NDArray, ...]:
        a, b = rng.integers(len(rest), size=(2, count))
        return rest[a], smile[a], rest[b], smile[b]

    sets.pairs["london"] = pairs


def _add_clips(sets, data, split, rows, read) -> None:
    moves, coefs = [], []
    for index, (_, frames, still) in enumerate(clip_rests(data)):
        if not split.clip(index):
            continue
        rest = canonical(data["points"][still], sets.mean).mean(axis=0)
        frames = frames[:: max(1, len(frames) // 100)]
        faces = canonical(data["points"][frames], sets.mean)
        moves.append(faces - rest)
        coefs.append(data["coef"][frames] - data["coef"][still].mean(axis=0))
        read.append((faces, data["coef"][frames]))
    sets.moves["clips"] = np.concatenate(moves)
    rows.append((np.concatenate(coefs), sets.moves["clips"], 0.3))


def _add_ict(sets, data, split, rows, read) -> None:
    faces, person, bank = canonical(data["points"], sets.mean), data["person"], data["bank"]
    rest, rest_coef = {}, {}
    for who in np.unique(person[split.ict(person) & (bank < 0)]):
        still = (person == who) & (bank < 0)
        rest[who], rest_coef[who] = faces[still].mean(axis=0), data["coef"][still].mean(axis=0)
    keep = np.flatnonzero(np.isin(person, list(rest)) & (bank >= 0))
    moves = np.stack([faces[i] - rest[person[i]] for i in keep])
    sets.people["ict"], sets.moves["ict"] = np.array(list(rest.values())), moves
    rows.append((np.stack([data["coef"][i] - rest_coef[person[i]] for i in keep]), moves, 0.25))
    read.append((faces[keep], data["coef"][keep]))
    groups = [keep[bank[keep] == entry] for entry in np.unique(bank[keep])]
    groups = [group for group in groups if len(group) > 1]

    def pairs(rng: np.random.Generator, count: int) -> tuple[NDArray, ...]:
        picked = rng.integers(len(groups), size=count)
        a, b = np.array([rng.choice(groups[g], 2, replace=False) for g in picked]).T
        rests = [np.stack([rest[person[i]] for i in who]) for who in (a, b)]
        return rests[0], faces[a], rests[1], faces[b]

    sets.pairs["ict"] = pairs


def _add_sfhq(sets, data, rows, read) -> None:
    """Tell person from expression in single pictures; closes the basis on the way."""
    turn = np.abs(turns(data["points"], sets.mean))
    keep = (turn[:, 0] < MAX_YAW) & (turn[:, 1] < MAX_PITCH) & np.isfinite(data["coef"]).all(axis=1)
    faces, coef = canonical(data["points"][keep], sets.mean), data["coef"][keep]
    rows.append((coef - coef.mean(axis=0), faces - faces.mean(axis=0), 0.25))
    sets.basis = fit_basis(rows)
    moves = np.tensordot(coef - sets.rest_coef, sets.basis, 1).astype(np.float32)
    sets.people["sfhq"], sets.moves["sfhq"] = faces - moves, moves
    read.append((faces, coef))


def fit_basis(
    rows: list[tuple[NDArray, NDArray, float]], ridge: float = 3.0
) -> NDArray[np.float32]:
    """(52, 478, 3) ridge regression of mesh differences on coefficient differences.

    Args:
        rows: coefficients (N, 52), meshes (N, 478, 3) and a weight for each data set.
    """
    x = np.concatenate([np.nan_to_num(coef) * w**0.5 for coef, _, w in rows])
    y = np.concatenate([move.reshape(len(move), -1) * w**0.5 for _, move, w in rows])
    basis = np.linalg.solve(x.T @ x + ridge * np.eye(x.shape[1]), x.T @ y)
    return basis.reshape(-1, POINT_COUNT, 3).astype(np.float32)
