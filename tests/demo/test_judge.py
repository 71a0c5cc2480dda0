"""Figures of a comparison, on the demo's own rendered people."""

from __future__ import annotations

import numpy as np
import pytest

from demo.examples import EXAMPLES_DIR
from demo.judge import Judge
from reenact.errors import FaceNotFoundError, InputError
from reenact.images import load_picture
from reenact.types import Options


@pytest.fixture(scope="module")
def pictures():
    names = ("source_1", "driving_smile", "target_smile")
    return [load_picture(EXAMPLES_DIR / f"{name}.jpg") for name in names]


@pytest.fixture(scope="module")
def judge(pictures):
    return Judge(*pictures, Options())


def values(figures):
    return {figure.name: figure.value for figure in figures}


def test_the_truth_is_better_than_the_untouched_source(judge, pictures):
    source, _, target = pictures
    same, true = values(judge(source)), values(judge(target))
    assert same["identity_distance"] == pytest.approx(0, abs=1e-3)
    assert 0 < true["identity_distance"] < 0.6
    assert true["landmark_distance_px"] < 0.7 * same["landmark_distance_px"]
    assert true["ssim"] == pytest.approx(1)
    assert same["ssim"] < 0.99


def test_each_figure_has_that_of_the_untouched_source_beside_it(judge, pictures):
    source = pictures[0]
    for figure in judge(source):
        if figure.value is not None:
            assert figure.value == pytest.approx(figure.unchanged, abs=1e-6)


def test_an_output_without_a_face_has_reasons_in_place_of_figures(judge, pictures):
    figures = {figure.name: figure for figure in judge(np.full_like(pictures[0], 90))}
    assert figures["identity_distance"].value is None
    assert "No face found in `output`" in figures["identity_distance"].reason
    assert figures["ssim"].value is not None


def test_the_face_that_was_chosen_is_measured(pictures):
    source, driving, target = (picture[:, 60:-60] for picture in pictures)
    judge = Judge(np.hstack([source, source]), driving, None, Options(), (1, None))
    right, left = np.hstack([source, target]), np.hstack([target, source])
    moved, still = values(judge(right)), values(judge(left))
    assert still["identity_distance"] == pytest.approx(0, abs=1e-3)
    assert moved["identity_distance"] > 0.05
    assert moved["landmark_distance_px"] < 0.8 * still["landmark_distance_px"]
    (alone, *_) = judge(np.hstack([source, np.full_like(source, 90)]))
    assert alone.value is None and "where the source's face is" in alone.reason


def test_without_a_ground_truth_nothing_is_compared_with_it(pictures):
    source, driving, _ = pictures
    assert {"ssim", "lpips"}.isdisjoint(values(Judge(source, driving, None, Options())(source)))


def test_lpips_has_a_number_or_the_command_that_gets_its_weights(judge, pictures):
    (lpips,) = [figure for figure in judge(pictures[2]) if figure.name == "lpips"]
    if lpips.value is None:
        assert "python -m bench weights" in lpips.reason
        assert lpips.shown == "not computed"
    else:
        assert lpips.value < 0.01


def test_a_figure_that_cannot_be_measured_still_says_which_way_is_better(pictures):
    source, driving, target = pictures
    smaller = np.ascontiguousarray(target[::2, ::2])
    figures = Judge(source, driving, smaller, Options())(source)
    (ssim,) = [figure for figure in figures if figure.name == "ssim"]
    assert ssim.value is None and ssim.reason and ssim.arrow == "↑"


def test_a_ground_truth_of_another_shape_is_refused(pictures):
    source, driving, target = pictures
    with pytest.raises(
        InputError, match="must have the shape of the source picture, got 512 x 400"
    ):
        Judge(source, driving, target[:400], Options())


def test_pictures_without_a_face_are_named(pictures):
    source, driving, _ = pictures
    with pytest.raises(FaceNotFoundError, match="`driving`"):
        Judge(source, np.full_like(driving, 90), None, Options())
