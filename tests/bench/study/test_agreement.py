"""Alpha on the table that Krippendorff's own paper works through."""

from __future__ import annotations

import numpy as np
import pytest

from bench.study.agreement import krippendorff_alpha

_ = np.nan
# Krippendorff (2011), "D. Nominal data, any number of observers, missing data", and its section E.
PAPER = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
        [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
    ],
    float,
)


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_alpha_is_that_of_the_paper(level, alpha):
    assert krippendorff_alpha(PAPER, level) == pytest.approx(alpha, abs=5e-4)


def test_full_agreement_is_one_and_nothing_to_compare_is_nan():
    same = np.array([[1.0, 2.0, 3.0]] * 3)
    assert krippendorff_alpha(same, "ordinal") == 1
    assert np.isnan(krippendorff_alpha(same[:1], "nominal"))
    assert np.isnan(krippendorff_alpha(np.ones((3, 3)), "nominal"))
    assert np.isnan(krippendorff_alpha(np.full((2, 2), np.nan), "nominal"))


def test_two_people_who_always_differ_are_worse_than_chance():
    # Hand-worked: 2 units, values (1, 2) and (2, 1); observed 1, expected 8 / (4 * 3) = 2 / 3.
    table = np.array([[1.0, 2.0], [2.0, 1.0]])
    assert krippendorff_alpha(table, "nominal") == pytest.approx(1 - 1 / (2 / 3))
