"""Recipes are checked, saved and read back; method options are parsed by type."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from reenact.errors import InputError, UnknownNameError
from reenact.training.recipe import Recipe, read_settings


@dataclass(frozen=True)
class Settings:
    width: int = 32
    rate: float = 1e-4
    cycle: bool = True
    kind: str = "gag"
    features: str = "on"


def test_a_recipe_comes_back_from_its_file(tmp_path):
    recipe = Recipe("freenet", ("pack=a.pack",), options={"width": "16"}, minutes=2.5)
    (tmp_path / "options.json").write_text(recipe.to_json())
    assert Recipe.from_json(tmp_path / "options.json") == recipe
    (tmp_path / "options.json").write_text("{}")
    with pytest.raises(InputError, match="options of a training run"):
        Recipe.from_json(tmp_path / "options.json")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "must end"),
        ({"steps": 0}, "steps"),
        ({"steps": 1, "batch_size": 0}, "batch_size"),
        ({"minutes": -1.0}, "minutes"),
        ({"minutes": float("inf")}, "minutes"),
        ({"steps": 1, "seed": -1}, "seed"),
        ({"steps": 1, "seed": 2**32}, "seed"),
        ({"steps": 1, "average": 1.0}, "average"),
        ({"steps": 1, "precision": "fp8"}, "precision"),
        ({"steps": 1, "save_every": 0}, "save_every"),
        ({"steps": 1, "clip": -1.0}, "clip"),
        ({"steps": 1, "clip": float("nan")}, "clip"),
        ({"steps": 1, "workers": -1}, "workers"),
    ],
)
def test_values_out_of_range_are_named(values, message):
    with pytest.raises(InputError, match=message):
        Recipe("freenet", **values).checked()


def test_options_are_read_by_their_type():
    wanted = {"width": "16", "rate": "3e-4", "cycle": "no"}
    assert read_settings(Settings, wanted) == Settings(16, 3e-4, False)
    assert read_settings(Settings, {"features": "off"}).features == "off"
    for name, text in (
        ("width", "x"),
        ("width", "1.5"),
        ("rate", "fast"),
        ("rate", "nan"),
        ("cycle", "maybe"),
        ("features", "no"),
    ):
        with pytest.raises(InputError, match=f"Option '{name}' must be .*, got '{text}'"):
            read_settings(Settings, {name: text})


def test_an_option_that_does_not_exist_is_answered_with_the_closest_one():
    with pytest.raises(UnknownNameError, match="Unknown option 'widht'. Did you mean 'width'"):
        read_settings(Settings, {"widht": "16"})
