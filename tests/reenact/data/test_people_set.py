"""A set of synthetic people: the same expressions for all, in the layout of the `ict` loader."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np

from reenact.data.sets import load_set
from reenact.data.synthetic.people_set import POSED, expressions, render_people


class Studio:
    """Draws a gray square in place of a person."""

    shots = 0

    def __init__(self, person) -> None:
        self.person = person

    def shoot(self, weights, pose, size):
        Studio.shots += 1
        image = np.full((size, size, 3), 90, np.uint8)
        return SimpleNamespace(image=image, landmarks=np.zeros((68, 2)))


def test_expressions_are_named_ones_first_and_never_change():
    first, second = list(expressions(16)), list(expressions(20))
    assert [one.name for one in first[:12]] == list(POSED)
    assert first == second[:16]
    assert len({one.name for one in second}) == 20
    assert all(0 <= value <= 1 for one in second for value in one.weights.values())


def test_every_person_has_every_expression_and_the_loader_reads_them(tmp_path):
    Studio.shots = 0
    render_people(Studio, tmp_path, 2, 3, size=64)
    items = load_set("ict", tmp_path).items
    assert sorted((item.person, item.expression) for item in items) == [
        (f"ict/{who}", name) for who in (1000, 1001) for name in ("happy", "neutral", "surprise")
    ]
    assert len(json.loads((tmp_path / "1000" / "happy.json").read_text())) == 68


def test_what_is_there_is_not_made_again(tmp_path):
    Studio.shots = 0
    render_people(Studio, tmp_path, 1, 2, size=64)
    (tmp_path / "1000" / "happy.jpg").unlink()
    render_people(Studio, tmp_path, 1, 2, size=64)
    assert Studio.shots == 3
