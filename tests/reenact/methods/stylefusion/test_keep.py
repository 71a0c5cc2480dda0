"""Styles as files: what was saved comes back; whatever else is refused in one line."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from reenact.errors import InputError
from reenact.methods.stylefusion.config import TINY
from reenact.methods.stylefusion.keep import (
    FORMAT,
    FaceStyles,
    OtherGeneratorError,
    load_styles,
    save_styles,
)

HASH = "ab" * 32


@pytest.fixture
def kept() -> FaceStyles:
    rng = np.random.default_rng(0)
    return FaceStyles(
        styles=torch.from_numpy(rng.normal(size=(2, TINY.layers, TINY.style))).float(),
        points=rng.uniform(0, 16, (2, 478, 3)).astype(np.float32),
        losses=rng.uniform(0, 1, (5, 2)).astype(np.float32),
        distance="own encoder in place of VGG-16, components",
        recipe="fast",
    )


@pytest.fixture
def file(kept, tmp_path) -> Path:
    path = tmp_path / "styles.safetensors"
    save_styles(kept, path, HASH)
    return path


def test_what_was_saved_comes_back(kept, file):
    found = load_styles(file, TINY, HASH)
    assert torch.equal(found.styles, kept.styles)
    np.testing.assert_array_equal(found.points, kept.points)
    np.testing.assert_array_equal(found.losses, kept.losses)
    assert (found.distance, found.recipe) == (kept.distance, kept.recipe)


def test_guesses_have_no_losses(kept, tmp_path):
    path = tmp_path / "guess.safetensors"
    save_styles(replace(kept, losses=np.zeros((0, 2), np.float32)), path, HASH)
    assert load_styles(path, TINY, HASH).losses.shape == (0, 2)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_half_a_download_is_refused_in_one_line(file, share):
    data = file.read_bytes()
    file.write_bytes(data[: int(share * len(data))])
    check_refused(file, "damaged or something else")


def test_a_pickle_is_refused_and_not_executed(tmp_path):
    path = tmp_path / "hostile.safetensors"
    witness = tmp_path / "executed"
    path.write_bytes(pickle.dumps(Hostile(str(witness))))
    check_refused(path, "damaged or something else")
    torch.save(Hostile(str(witness)), path)
    check_refused(path, "damaged or something else")
    assert not witness.exists()


class Hostile:
    """Makes a file when it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))


def test_other_generators_are_named(file, kept, tmp_path):
    with pytest.raises(InputError, match="6 layers of 24 numbers, got 2 faces of 6 layers of 16"):
        load_styles(file, replace(TINY, style=24), HASH)
    larger = replace(TINY, size=32, channels=(8, 8, 8, 8))
    with pytest.raises(InputError, match="8 layers of 16 numbers, got 2 faces of 6 layers"):
        load_styles(file, larger, HASH)
    with pytest.raises(InputError, match=f"of this generator \\({'cd' * 6}\\).*{'ab' * 6}"):
        load_styles(file, TINY, "cd" * 32)
    with pytest.raises(OtherGeneratorError) as caught:
        load_styles(file, larger, "cd" * 32)
    assert caught.value.generator == HASH


def test_weights_of_something_else_are_refused(tmp_path):
    path = tmp_path / "weights.safetensors"
    save_file({"a": torch.zeros(3)}, path)
    check_refused(path, "holds something else")
    save_file({"a": torch.zeros(3)}, path, metadata={"format": FORMAT, "generator": HASH})
    check_refused(path, "parts of it are missing or are not styles")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("styles", torch.full((2, TINY.layers, TINY.style), torch.nan)),
        ("styles", torch.full((2, TINY.layers, TINY.style), 1e9)),
        ("styles", torch.zeros(2, TINY.layers, TINY.style, dtype=torch.int64)),
        ("styles", torch.zeros(7)),
        ("points", torch.zeros(2, 10, 3)),
        ("points", torch.full((2, 478, 3), 1e6)),
        ("points", torch.full((2, 478, 3), torch.inf)),
        ("losses", torch.zeros(3)),
    ],
)
def test_numbers_that_cannot_be_are_refused(kept, tmp_path, name, value):
    tensors = {
        "styles": kept.styles,
        "points": torch.from_numpy(kept.points),
        "losses": torch.from_numpy(kept.losses),
    }
    path = tmp_path / "changed.safetensors"
    save_file(tensors | {name: value}, path, metadata={"format": FORMAT, "generator": HASH})
    check_refused(path, "must")


def test_a_large_file_is_not_read(tmp_path):
    path = tmp_path / "large.safetensors"
    save_file({"styles": torch.zeros(1 << 20)}, path, metadata={"format": FORMAT})
    check_refused(path, "at most 2 MB, got 4.0 MB")


def test_words_of_a_file_are_plain_text(kept, tmp_path):
    path = tmp_path / "words.safetensors"
    save_styles(replace(kept, distance="<script>alert(1)</script>" + 500 * "x"), path, HASH)
    found = load_styles(path, TINY, HASH).distance
    assert "<" not in found and len(found) <= 120


def check_refused(path: Path, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        load_styles(path, TINY, HASH)
    assert "\n" not in str(caught.value)
