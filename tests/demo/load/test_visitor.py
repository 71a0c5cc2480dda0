"""The load test itself: does it see what it looks for?"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PIL import Image

from demo.load.__main__ import Report
from demo.load.visitor import belongs_to, color_of, mark_source


def test_each_visitors_results_can_be_told_from_all_others(tmp_path):
    colors = np.array([color_of(number) for number in range(64)])
    apart = [np.abs(a - b).max() for a, b in itertools.combinations(colors, 2)]
    assert min(apart) >= 60
    with Image.open(mark_source(3, tmp_path)) as source:
        assert belongs_to(source, 3)
        assert not any(belongs_to(source, other) for other in range(20) if other != 3)


def test_a_watermark_does_not_hide_whose_it_is(tmp_path):
    with Image.open(mark_source(5, tmp_path)) as source:
        noisy = np.asarray(source, int) + np.random.default_rng(0).integers(-10, 11, (424, 384, 3))
    assert belongs_to(Image.fromarray(noisy.clip(0, 255).astype(np.uint8)), 5)


@pytest.mark.parametrize(
    ("change", "bar"),
    [
        ({"errors": ["visitor 1, picture: boom"]}, "no error but 'queue is full'"),
        ({"errors": ["visitor 1: WRONG HANDS"]}, "no result in another's hands"),
        ({"counts": {}}, "no result in another's hands"),
        ({"memory_after_mb": 111.0}, "memory flat (10 %)"),
        ({"files_left": ["x"]}, "temporary folder empty"),
    ],
)
def test_each_bar_can_fail(change, bar):
    good = {"counts": {"picture": 9}, "memory_before_mb": 100.0, "memory_after_mb": 109.0}
    assert all(Report(20, 120, **good).bars.values())
    assert Report(20, 120, **(good | change)).bars[bar] is False
