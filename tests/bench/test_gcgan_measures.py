"""Figures of GC-GAN's transfers: what each rewards, and thresholds by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bench.g2gan_cases import Shot
from bench.gcgan_cases import Transfer
from bench.gcgan_measures import Judges, best_threshold, judged, measure, measure_truth
from reenact.face.detect import make_face
from reenact.methods import gcgan, warp

_LIP = 0  # of the mesh: middle of the upper lip


def bent(face, shift, gap):
    """(478, 3) with brows higher and all below the upper lip lower; shares of the face's width."""
    size = np.ptp(face.points[:, 0])
    points = face.points.copy()
    brows = points[:, 1] < np.percentile(points[:, 1], 25)
    lower = points[:, 1] > points[_LIP, 1]
    points[brows, 1] -= shift * size
    points[lower, 1] += gap * size
    return points


@pytest.fixture(scope="module")
def case(portrait, portrait_face):
    """Somebody with high brows opens the mouth; the truth opens it and keeps its own brows."""

    def made(shift, gap):
        return Shot(portrait, make_face(bent(portrait_face, shift, gap), 1.0, portrait.shape[:2]))

    own, other = made(0, 0), made(0.06, 0)
    return Transfer("made", "p", own, made(0.06, 0.1), made(0, 0.1), own, other)


def test_own_similarity_rewards_the_truth_and_the_one_against_people_rewards_copied_shape(case):
    judges = Judges({})
    truth = measure_truth(case, judges)
    copied = judged(case, case.source.frame, case.driving.face.points, judges)
    assert copied["similarity"] == pytest.approx(1.0)
    assert truth["own_similarity"] > 0.97 > copied["own_similarity"]
    assert truth["similarity"] < 0.97


def test_own_similarity_needs_both_at_rest_and_an_expression(case):
    judges, wanted = Judges({}), case.driving.face.points
    unknown = Transfer("made", "p", case.source, case.driving, source_rest=case.source_rest)
    assert "own_similarity" not in judged(unknown, case.source.frame, wanted, judges)
    still = Transfer(
        "made", "p", case.source, case.driving_rest, None, case.source_rest, case.driving_rest
    )
    assert "own_similarity" not in judged(still, case.source.frame, wanted, judges)


def test_a_method_is_measured_by_all_judges(case):
    judges = Judges({"z_similarity": gcgan.create(), "z_of_full": gcgan.create()}, 0.4)
    found = measure(case, warp.create(), judges)
    assert {"ssim", "psnr", "verified", "verified_fitted", "own_similarity"} <= found.keys()
    assert found["z_similarity"] == pytest.approx(found["z_of_full"])
    assert found["verified_fitted"] == float(found["identity_distance"] < 0.4)


def test_the_threshold_lies_in_the_middle_of_the_widest_best_gap():
    assert best_threshold(np.array([0.1, 0.3]), np.array([0.5, 0.9])) == pytest.approx(0.4)
    # one genuine pair among the impostors: to refuse it costs less than to accept two of three
    genuine, impostor = np.array([0.1, 0.2, 0.3, 0.7]), np.array([0.5, 0.6, 0.9])
    assert best_threshold(genuine, impostor) == pytest.approx(0.4)
