"""Mistakes in a recipe are said before any picture is read or packed."""

from __future__ import annotations

from dataclasses import fields

import pytest

from reenact.errors import InputError, OutputError, ReenactError, UnknownNameError, WeightsError
from reenact.images import save_picture
from reenact.nn.weights import FOLDER
from reenact.registry import method_names
from reenact.training.early import FILES, KEPT, check_files
from reenact.training.recipe import Recipe
from reenact.training.start import PARTS, packed, training_of


def trained() -> list[str]:
    """Everything that `train` trains."""
    names = list(PARTS)
    for name in method_names():
        try:
            training_of(name)
        except InputError:
            continue
        names.append(name)
    return names


@pytest.fixture
def wrong(portrait, tmp_path):
    """Runs `packed` on a folder of one picture; gives the error, and sees that none was read."""
    save_picture(portrait, tmp_path / "a.png")

    def run(method: str, recipe: str = "light", **options: str) -> ReenactError:
        wanted = Recipe(method, recipe=recipe, options=options, steps=1)
        seen: list[int] = []
        with pytest.raises(ReenactError) as caught:
            packed(
                wanted,
                [("sfhq", str(tmp_path))],
                tmp_path / "runs",
                lambda done, total: seen.append(done),
            )
        assert not seen and not (tmp_path / "runs").exists()
        return caught.value

    return run


@pytest.mark.parametrize("method", trained())
def test_every_method_refuses_a_wrong_recipe_or_option_before_packing(wrong, method):
    error = wrong(method, recipe="papr")
    assert isinstance(error, UnknownNameError) and "Unknown recipe 'papr'" in str(error)
    error = wrong(method, no_such_option="1")
    assert isinstance(error, UnknownNameError) and "'no_such_option'" in str(error)


@pytest.mark.parametrize("method", trained())
def test_every_method_refuses_files_that_are_not_there_before_packing(wrong, method):
    module = training_of(method)
    kind = getattr(module, "Switches", None) or module.LandmarkSettings
    named = {one.name for one in fields(kind) if one.default == ""}
    assert named <= {*FILES, KEPT}, "an option that names a file must be in `early.FILES`"
    for name in named:
        assert f"`{name}` must be a file" in str(wrong(method, **{name: "no/such/file"}))


@pytest.mark.parametrize(
    ("method", "options", "said"),
    [
        ("pix2pix", {"rate": "0"}, "`rate` must be more than 0"),
        ("pix2pix", {"real_share": "2"}, "`real_share` must be 0 to 1"),
        ("pix2pix", {"keep": "-1"}, "`keep` must be 0 or more"),
        ("stylefusion", {"keep": "0"}, "`keep` must be 1 or more"),
        ("landmark-net", {"size": "100"}, "`size` must be a multiple of 32"),
        ("g2gan", {"config": "Z"}, "Unknown configuration 'Z'"),
        ("g2gan", {"config": "C"}, "must name the shape model"),
        ("gcgan", {"guide": "landmark"}, "Did you mean 'landmarks'"),
    ],
)
def test_values_out_of_range_are_refused_before_packing(wrong, method, options, said):
    assert said in str(wrong(method, **options))


@pytest.mark.parametrize("method", ["pix2pix", "freenet", "gcgan"])
@pytest.mark.parametrize("recipe", ["tiny", "paper"])
def test_weights_to_begin_with_must_have_the_recipes_shape(wrong, method, recipe):
    start = str(FOLDER / f"{method}.safetensors")
    options = {"start": start, "perceptual": "off"}
    if method == "pix2pix":
        del options["perceptual"]
    error = wrong(method, recipe=recipe, **options)
    assert isinstance(error, WeightsError) and "must be weights of the recipe's shape" in str(error)


def test_a_clip_that_is_not_there_is_said_before_the_first_one_is_read(tmp_path):
    (tmp_path / "one.mp4").write_bytes(b"no clip, which reading it would say")
    data = [("clip", str(tmp_path / "one.mp4")), ("clip", str(tmp_path / "two.mp4"))]
    with pytest.raises(InputError, match="two.mp4 does not exist"):
        packed(Recipe("landmarkgan", steps=1), data, tmp_path / "runs")


def test_a_folder_of_runs_that_refuses_is_said_before_packing(portrait, tmp_path):
    save_picture(portrait, tmp_path / "a.png")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="`--run` must be a folder"):
        packed(Recipe("pix2pix", steps=1), [("sfhq", str(tmp_path))], tmp_path / "file")


def test_landmarkgan_may_begin_from_nothing():
    check_files(Recipe("landmarkgan", options={"begin": "none", "drivers": ""}, steps=1))
