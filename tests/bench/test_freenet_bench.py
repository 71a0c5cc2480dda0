"""The bench of freenet on held-out people: its cases, its figures, its network times."""

from __future__ import annotations

import numpy as np
import pytest

from bench import freenet as bench
from bench.baselines import Copy
from bench.speed_networks import network_speeds
from reenact.data.sets import HELD_OUT
from reenact.data.sets.items import split_of
from reenact.errors import InputError
from reenact.images import save_picture
from reenact.methods import freenet


@pytest.fixture
def london(portrait, tmp_path):
    """Ten people in London's layout, who all look like the astronaut."""
    for mood in ("neutral", "smiling"):
        folder = tmp_path / "london" / mood
        folder.mkdir(parents=True)
        for number in range(1, 11):
            save_picture(portrait, folder / f"{number:03d}.jpg")
    return tmp_path


def test_cases_are_of_held_out_people_only(london):
    held_out = [n for n in range(1, 11) if split_of(f"london/{n:03d}") == HELD_OUT]
    cases = list(bench.cases_of(london))
    assert held_out and len(cases) == 2 * len(held_out)
    assert {case.kind for case in cases} == {"london, own smile", "london, other's smile"}


def test_an_empty_folder_is_said(tmp_path):
    with pytest.raises(InputError, match="held-out"):
        list(bench.cases_of(tmp_path))


def test_the_source_itself_is_perfect_where_it_is_the_truth(london):
    case = next(bench.cases_of(london, 1))
    figures, made = bench.measure(case, Copy())
    assert made.shape == (256, 256, 3)
    assert figures["ssim"] > 0.95 and figures["psnr"] > 30
    assert figures["lmk"] < 1 and figures["identity_distance"] < 0.02


def test_what_happens_outside_of_the_face_counts_for_the_whole_alone(london):
    case = next(bench.cases_of(london, 1))
    _, target = bench.measure(case, Copy())
    crop = bench.face_crop(case.source.face, size=bench.CROP_PX)
    points = crop.to_crop(case.source.face.points)
    assert bench.of_the_face(target, target, points)["face_ssim"] == pytest.approx(1)
    outside, inside = target.copy(), target.copy()
    outside[:8] = 255 - outside[:8]
    x, y = points[1, :2].astype(int)  # the tip of the nose
    inside[y - 8 : y + 8, x - 8 : x + 8] ^= 128
    assert bench.of_the_face(outside, target, points)["face_psnr"] > 90
    changed = bench.of_the_face(inside, target, points)
    assert changed["face_ssim"] < 0.99 and changed["face_psnr"] < 40


def test_differences_are_taken_pair_by_pair():
    own = {key: [1.0, 2.0, 3.0] for key in bench.FIGURES}
    rival = {key: [0.0, 1.0, 2.0] for key in bench.FIGURES}
    assert "ssim +1.0000 ± 0.0000" in bench.differences(own, rival)
    rival["psnr"] = [0.0, 2.0, 4.0]
    # Gaps 1, 0, -1: mean 0, deviation 1, so 1.96 / sqrt(3).
    assert "psnr +0.0000 ± 1.1316" in bench.differences(own, rival)


def test_the_part_without_a_converter_takes_the_driving_points_as_they_are(london):
    case = next(bench.cases_of(london, 1))
    full = freenet.build("tiny")
    alone = bench.FreeNet(full.expression, None, full.gag, is_fast=False)
    figures, _ = bench.measure(case, alone)
    # The same face drives itself, so its landmarks stay where they are.
    assert figures["lmk"] < 1


def test_network_times_are_of_both_ways():
    pytest.importorskip("openvino")
    (speed,) = network_speeds(2, ("tiny",))
    assert speed.network == "tiny"
    assert 0 < speed.torch_ms <= speed.torch_p50_ms and 0 < speed.fast_ms <= speed.fast_p50_ms
    assert np.isclose(speed.gain, speed.torch_ms / speed.fast_ms)
