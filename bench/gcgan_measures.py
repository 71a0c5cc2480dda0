"""Figures of one transfer of `gcgan`: expression, identity, and the truth where there is one.

Expression similarity, four ways, as none says all:

- `similarity`: rules read both faces' landmarks against people's mean face. A driving person with
  a wide mouth seems to smile, so an output that copies the driving person's shape gains by it, and
  the truth itself (row `truth`) does not reach 1.
- `own_similarity`: the same rules, the output against the source person's own face at rest and the
  driving face against the driving person's own. Needs both at rest; nothing is gained by shape.
- `z_similarity`: cosine of z_g of both faces (table 2 as printed), by the embedded E for all.
- `z_of_full`: the same by the E of the row `full`: GC-GAN's own, as in the paper.

Verification: dlib's published threshold, and `verified_fitted`: one fitted on other people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.g2gan_cases import laid
from bench.gcgan_cases import Transfer, training_portraits
from bench.metrics.expression import (
    REST,
    expression_similarity,
    expression_vector,
    mesh_measures,
)
from bench.metrics.identity import descriptor, identity_distance, is_same_person
from bench.metrics.pixels import psnr, ssim
from reenact.base import Method
from reenact.face.detect import make_face
from reenact.face.landmarks import mesh_in_box
from reenact.methods.gcgan.method import GCGAN
from reenact.pipeline import Reenactor
from reenact.types import Frame, Options, Points

FIGURES = (
    *("similarity", "own_similarity", "z_similarity", "z_of_full"),
    *("verified", "verified_fitted", "identity_distance", "ssim", "psnr"),
)


@dataclass(frozen=True)
class Judges:
    """What outputs are judged by.

    Attributes:
        embeddings: E by the name of its figure (`z_similarity`, `z_of_full`).
        threshold: of dlib's distance, for `verified_fitted`; None leaves that out.
    """

    embeddings: Mapping[str, GCGAN]
    threshold: float | None = None


def measure(case: Transfer, method: Method, judges: Judges) -> dict[str, float]:
    """The figures of one transfer; those of the truth and of rests only where there are any."""
    source = case.source
    reenactor = Reenactor(
        source.frame, method, options=Options(follow_pose=False), source_face=source.face
    )
    output = reenactor.drive(case.driving.frame, case.driving.face).image
    mesh = mesh_in_box(output, np.array(source.face.box))
    mesh = source.face.points if mesh is None else mesh
    found = judged(case, output, mesh, judges)
    if case.truth is not None:
        target, made = laid(case.truth, source)[0], source.crop.cut(output)
        found |= {"ssim": ssim(made, target), "psnr": psnr(made, target)}
    return found


def measure_truth(case: Transfer, judges: Judges) -> dict[str, float]:
    """The same figures of the source person's real picture: what a perfect method would reach."""
    assert case.truth is not None
    return judged(case, case.truth.frame, case.truth.face.points, judges)


def judged(case: Transfer, output: Frame, mesh: Points, judges: Judges) -> dict[str, float]:
    """Expression and identity of an output whose landmarks are (478, 3)."""
    wanted = case.driving.face.points
    found = {"similarity": _similarity(mesh, wanted)}
    if case.source_rest is not None and case.driving_rest is not None:
        rests = case.source_rest.face.points, case.driving_rest.face.points
        if np.linalg.norm(_vector(wanted, rests[1])) >= REST:
            found["own_similarity"] = _similarity(mesh, wanted, *rests)
    for name, judge in judges.embeddings.items():
        found[name] = _cosine(judge.embed(mesh), judge.embed(wanted))
    own = descriptor(case.source.frame, case.source.face)
    made = descriptor(output, make_face(mesh, 1.0, output.shape[:2]))
    distance = identity_distance(made, own)
    found |= {"verified": is_same_person(made, own), "identity_distance": distance}
    if judges.threshold is not None:
        found["verified_fitted"] = float(distance < judges.threshold)
    return found


def verification_threshold(london: Path) -> float:
    """dlib distance that best tells London's training people from one another (none is tested).

    Genuine pairs are a person neutral and smiling, impostors all others.
    """
    people = [
        [descriptor(shot.frame, shot.face) for shot in pictures]
        for pictures in training_portraits(london)
    ]
    neutral, smiling = np.array(people).transpose(1, 0, 2)
    distances = np.linalg.norm(neutral[:, None] - smiling[None], axis=2)
    is_same = np.eye(len(distances), dtype=bool)
    return best_threshold(distances[is_same], distances[~is_same])


def best_threshold(genuine: NDArray, impostor: NDArray) -> float:
    """Where the mean of both kinds' accuracy is highest; the middle of the widest such gap.

    Example:
        >>> best_threshold(np.array([0.1, 0.3]), np.array([0.5, 0.9]))
        0.4
    """
    values = np.sort(np.concatenate([genuine, impostor]))
    middles = (values[1:] + values[:-1]) / 2
    accepted = (genuine[None] < middles[:, None]).mean(1)
    refused = (impostor[None] >= middles[:, None]).mean(1)
    accuracy = accepted + refused
    best = np.flatnonzero(accuracy >= accuracy.max() - 1e-9)
    widest = best[np.argmax((values[1:] - values[:-1])[best])]
    return float(middles[widest])


def _similarity(
    output: Points,
    driving: Points,
    output_rest: Points | None = None,
    driving_rest: Points | None = None,
) -> float:
    return expression_similarity(_vector(output, output_rest), _vector(driving, driving_rest))


def _vector(mesh: Points, rest: Points | None = None) -> NDArray[np.float64]:
    return expression_vector(mesh_measures(mesh), None if rest is None else mesh_measures(rest))


def _cosine(first: NDArray, second: NDArray) -> float:
    return float(first @ second / max(np.linalg.norm(first) * np.linalg.norm(second), 1e-9))
