"""Portraits of the people whom methods draw."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from demo.engine import OWN_METHODS
from demo.people import PEOPLE_DIR, find_portraits


class Engine:
    """Knows methods with people: `landmarkgan`, and training runs of the owner."""

    def __init__(self, people: dict[str, tuple[str, ...]]) -> None:
        self.people = people

    def method_info(self, name: str) -> SimpleNamespace:
        return SimpleNamespace(people=self.people[name])

    def method(self, name: str) -> SimpleNamespace:
        return SimpleNamespace(portrait=lambda _: np.full((32, 32, 3), 200, np.uint8))


def test_embedded_people_have_their_portraits_among_the_examples(tmp_path):
    engine = Engine({"landmarkgan": ("ada", "carl"), "warp": ()})
    found = find_portraits(engine, ["landmarkgan", "warp"], tmp_path)
    assert {one.file for one in found["landmarkgan"]} == {
        PEOPLE_DIR / "ada.jpg",
        PEOPLE_DIR / "carl.jpg",
    }
    assert list(found) == ["landmarkgan"] and not list(tmp_path.iterdir())


@pytest.mark.parametrize("names", [("carl",), ("london/001", "anna.final"), ("..",)])
def test_people_of_ones_own_run_have_their_own_whatever_they_are_called(
    names, tmp_path, monkeypatch
):
    monkeypatch.setenv(OWN_METHODS, "a/me,b/me")
    engine = Engine(dict.fromkeys(("a/me", "b/me"), names))
    found = find_portraits(engine, ["a/me", "b/me"], tmp_path / "public")
    files = [one.file for people in found.values() for one in people]
    assert len(set(files)) == 2 * len(names)
    for file in files:
        assert file.parent == tmp_path / "public"
        assert np.asarray(Image.open(file)).mean() > 190
