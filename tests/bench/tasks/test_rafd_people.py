"""FReeNet's table 1 on drawn people in RaFD's layout."""

from __future__ import annotations

import numpy as np
import pytest

from bench.baselines import make_method
from bench.measure import Output, measure
from bench.tasks import Unusable
from bench.tasks.rafd_people import square
from bench.ways import Maker
from reenact.face.detect import make_face
from tests.bench.tasks.drawn import rafd


@pytest.fixture(scope="module")
def people(faces, tmp_path_factory):
    root = tmp_path_factory.mktemp("rafd")
    rafd(root, faces, ("01", "02", "03"))
    return root


def test_everybody_is_driven_by_others_and_compared_at_the_own_angle(of, people):
    found = of("freenet-table1", people, 1)
    assert len(found) == 2 * 3 * 3 * 2  # all that others show from three angles
    assert {p.person for p in found} == {"rafd/01"}
    assert {p.driving_person for p in found} == {"rafd/02", "rafd/03"}
    assert all(not p.options.follow_pose and p.way is None for p in found)
    by_label = {p.label: p for p in found}
    copy = Maker(make_method("copy"))
    still, happy = (by_label[name] for name in ("neutral", "happy"))
    assert measure("ssim", still, Output(copy(still))) == 1.0  # the drawn truth is the source
    assert measure("ssim", happy, Output(copy(happy))) < 0.99


def test_draws_do_not_depend_on_the_limit(of, people):
    few = [p.name for p in of("freenet-table1", people, 1)]
    more = [p.name for p in of("freenet-table1", people, 2)]
    assert more[: len(few)] == few and len(more) == 2 * len(few)


def test_without_conversion_the_drivers_shape_stays(of, people):
    given = of("freenet-table1-unconverted", people, 1)
    pair = next(p for p in given if p.label == "happy")
    assert not pair.way.converts
    plain = next(p for p in of("freenet-table1", people, 1) if p.name == pair.name)
    maker = Maker(make_method("warp"))
    error = [measure("landmark_distance", p, Output(maker(p))) for p in (plain, pair)]
    assert error[0] < error[1]


def test_a_missing_truth_is_unusable(of, faces, tmp_path):
    rafd(tmp_path, faces, ("01", "02"))
    (tmp_path / "Rafd045_01_Caucasian_female_happy_frontal.jpg").unlink()
    lost = [p for p in of("freenet-table1", tmp_path, 1) if isinstance(p, Unusable)]
    assert all(p.reason == "the data lack rafd/01_045_happy_frontal" for p in lost)


def test_the_square_lies_around_the_face():
    points = np.array([[100, 50, 0], [140, 90, 0]], np.float32)
    crop = square(make_face(points, 1.0, (300, 300)), 60, 30)
    np.testing.assert_allclose(crop.to_crop(np.array([[120.0, 70.0]])), [[14.5, 14.5]])
    assert crop.scale == pytest.approx(0.5)
