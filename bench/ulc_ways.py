"""What the landmark converter is compared with: no network, no training, or a line.

`label mean` is told the driving picture's true expression label, which no converter is; it shows
how far knowing the kind of expression goes. `class mean` guesses the label from the points, and
`class ridge` says besides how the source's shape changes what each label does. Both count each
training person twice, once mirrored. Their three constants were chosen on folds of the training
people, never on the held-out ones.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reenact.face.schemes import mirror_order
from reenact.methods.freenet.config import CROP_PX
from reenact.training.ulc_pairs import Pairs, all_pairs
from reenact.training.ulc_tables import FaceTable

RIDGE = 3e3  # px^2; of the two faces' coordinates
CLASS_RIDGE, CLASS_SHARPNESS = 0.3, 0.5  # px^2 in the class covariance; of the log odds
SHAPE_RIDGE = 100.0  # px^2 in the covariance of shapes


def baselines(train: FaceTable, test: FaceTable, pairs: Pairs) -> dict[str, NDArray]:
    """(N,) ACE of each pair, crop pixels, by way.

    Args:
        train: the people that `ridge` and both means learn from.
        test, pairs: whom to measure on.
    """
    source, driving, truth = pairs.faces(test)
    rest = test.points[pairs.driving, pairs.driving_view, test.rest, pairs.driving_variant]
    both = with_mirrored(train)
    means = expression_shifts(both).mean(axis=0)  # (V, E, K, 2)
    odds, each = class_odds(both, test), np.broadcast_to(means, (len(test.people), *means.shape))
    outputs = {
        "copy": source,
        "driving's own shift": source + driving - rest,
        "ridge": source + ridge_shifts(train, source, driving),
        "class mean": source + _expected(odds, each, pairs),
        "class ridge": source + _expected(odds, shape_shifts(both, test), pairs),
        "label mean (told the label)": source + means[pairs.view, pairs.expression],
    }
    return {way: np.abs(output - truth).mean(axis=(1, 2)) for way, output in outputs.items()}


def expression_shifts(table: FaceTable) -> NDArray[np.float32]:
    """(P, V, E, K, 2) how far each person's expressions are from rest, variant 0."""
    return table.points[:, :, :, 0] - table.points[:, :, table.rest, 0][:, :, None]


def ridge_shifts(train: FaceTable, source: NDArray, driving: NDArray) -> NDArray:
    """(N, K, 2) shifts by ridge regression on both faces' coordinates."""
    own, moving, truth = train_faces = all_pairs(train, 12_000).faces(train)
    shift = (truth - own).reshape(len(own), -1)
    inputs = np.concatenate(train_faces[:2], axis=1).reshape(len(own), -1).astype(np.float64)
    mean, middle = inputs.mean(axis=0), shift.mean(axis=0)
    rows = inputs - mean
    gram = rows.T @ rows / len(rows) + RIDGE / len(train.people) * np.eye(rows.shape[1])
    weights = np.linalg.solve(gram, rows.T @ (shift - middle) / len(rows))
    asked = np.concatenate([source, driving], axis=1).reshape(len(source), -1)
    return ((asked - mean) @ weights + middle).reshape(source.shape)


def class_odds(train: FaceTable, test: FaceTable) -> NDArray[np.float64]:
    """(P, V, E, G, E) chance of each label for each test face: linear discriminants in a view."""
    people, views, expressions, variants = test.points.shape[:4]
    odds = np.zeros((people, views, expressions, variants, expressions))
    for view in range(views):
        flat = train.points[:, view].reshape(len(train.people), expressions, variants, -1)
        flat = flat.astype(np.float64)
        centers = flat.mean(axis=(0, 2))  # (E, 2 K)
        rest = (flat - centers[None, :, None]).reshape(-1, flat.shape[-1])
        covariance = rest.T @ rest / len(rest) + CLASS_RIDGE * np.eye(rest.shape[1])
        middle = centers.mean(axis=0)
        weights = np.linalg.solve(covariance, (centers - middle).T)  # (2 K, E)
        bias = -0.5 * ((centers - middle).T * weights).sum(axis=0)
        asked = test.points[:, view].reshape(people, expressions, variants, -1) - middle
        odds[:, view] = asked @ weights + bias
    odds = np.exp(CLASS_SHARPNESS * (odds - odds.max(axis=-1, keepdims=True)))
    return odds / odds.sum(axis=-1, keepdims=True)


def shape_shifts(train: FaceTable, test: FaceTable) -> NDArray[np.float64]:
    """(P, V, E, K, 2) each test person's shift for each label: ridge regression on the shape."""
    people, views = len(test.people), test.points.shape[1]
    found = np.zeros((people, *train.points.shape[1:3], *train.points.shape[4:]))
    for view in range(views):
        shape = train.points[:, view, train.rest, 0].reshape(len(train.people), -1)
        mean = shape.mean(axis=0, dtype=np.float64)
        rows = shape - mean  # (N, 2 K)
        gram = rows.T @ rows / len(rows) + SHAPE_RIDGE * np.eye(rows.shape[1])
        asked = test.points[:, view, test.rest, 0].reshape(people, -1) - mean
        weights = asked @ np.linalg.solve(gram, rows.T / len(rows))  # (P, N)
        moved = expression_shifts(train)[:, view]  # (N, E, K, 2)
        middle = moved.mean(axis=0)
        found[:, view] = middle + np.tensordot(weights, moved - middle, 1)
    return found


def with_mirrored(table: FaceTable) -> FaceTable:
    """The people of a table, and each of them mirrored."""
    points = table.points[:, list(table.mirror_views)][:, :, :, list(table.mirror_variants)]
    points = np.stack([CROP_PX - points[..., 0], points[..., 1]], axis=-1)
    points = points[..., mirror_order("face106"), :]
    names = tuple(f"{name} mirrored" for name in table.people)
    both = np.concatenate([table.points, points])
    return replace(table, points=both, people=(*table.people, *names))


def _expected(odds: NDArray, shifts: NDArray, pairs: Pairs) -> NDArray:
    """(N, K, 2) mean shift over the labels that a driving face may have.

    Args:
        odds: (P, V, E, G, E) of `class_odds`.
        shifts: (P, V, E, K, 2) of each source person.
    """
    at = pairs.driving, pairs.driving_view, pairs.expression, pairs.driving_variant
    return np.einsum("ne,nekd->nkd", odds[at], shifts[pairs.source, pairs.view])
