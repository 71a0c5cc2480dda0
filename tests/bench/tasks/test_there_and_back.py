"""LandmarkGAN's table 1 on drawn people in CelebV's layout."""

from __future__ import annotations

import numpy as np
import pytest

from bench.baselines import make_method
from bench.measure import Output, measure
from bench.metrics import Skipped
from bench.ways import Maker
from reenact.data.person_clip import unrest
from reenact.errors import InputError
from reenact.geometry.expression import ExpressionModel
from tests.bench.tasks.drawn import celebv

WHO = ("Donald_Trump", "Jack_Ma")


@pytest.fixture(scope="module")
def people(faces, tmp_path_factory):
    root = tmp_path_factory.mktemp("celebv")
    celebv(root, faces, WHO)
    return root


def test_the_way_back_is_compared_with_the_frame_it_began_with(of, people):
    found = of("landmarkgan-table1", people, 1)
    assert [p.name for p in found] == [
        f"celebv/Donald_Trump<celebv/Jack_Ma/{frame}" for frame in (16, 17, 18, 19)
    ]
    surprised = found[2]  # frames go neutral, happy, surprise, anger
    assert surprised.target is surprised.driving and surprised.group == "celebv/Jack_Ma"
    back = Maker(make_method("warp"))(surprised)
    assert np.abs(back[:20].astype(int) - surprised.way.back[:20]).mean() < 1  # Jack's picture
    copy = measure("landmark_sum", surprised, Output(Maker(make_method("copy"))(surprised)))
    assert measure("landmark_sum", surprised, Output(back)) < copy
    assert measure("landmark_sum", surprised, Output(surprised.target)) == pytest.approx(0)
    assert surprised.crop.size == 256


def test_identity_is_judged_on_the_way_there_with_another_picture(of, people):
    pair = of("landmarkgan-table1-identity", people, 1)[2]
    assert pair.way.back is None and pair.person == "celebv/Donald_Trump"
    output = Output(Maker(make_method("copy"))(pair))
    assert measure("gallery_distance", pair, output) < 0.6
    with pytest.raises(Skipped):
        measure("expression_accuracy", pair, output)


def test_without_conversion_both_ways_are_direct(of, people):
    pair = of("landmarkgan-unconverted", people, 1)[2]
    plain = of("landmarkgan-table1", people, 1)[2]
    made = Maker(make_method("warp"))
    assert not np.array_equal(made(pair), made(plain))


def test_portraits_are_at_rest_and_were_only_frontal(of, people):
    now, before = (of(f"landmarkgan-table1-identity{v}", people, 1)[0] for v in ("", "@1"))
    model = ExpressionModel.load()
    shown = [
        [unrest(model, face.points) for face in (p.source_face, p.gallery_face)]
        for p in (now, before)
    ]
    assert max(shown[0]) < max(shown[1])


def test_too_few_people_or_frames_are_refused(of, faces, tmp_path):
    celebv(tmp_path, faces, WHO[:1])
    with pytest.raises(InputError, match="2 people or more, got 1"):
        of("landmarkgan-table1", tmp_path)
    celebv(tmp_path, faces, WHO[1:], frames=2)
    with pytest.raises(InputError, match="more frames of celebv/Jack_Ma, got 2"):
        of("landmarkgan-table1", tmp_path)
