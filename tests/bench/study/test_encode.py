"""Blind JPEGs and pictures that say what to choose."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from bench.study.encode import catch_picture, to_jpeg, to_one_length
from bench.study.wording import wording


def test_padding_changes_the_length_and_no_pixel():
    draw = np.random.default_rng(0)
    pictures = {"a": np.zeros((64, 64, 3), np.uint8), "b": draw.integers(0, 255, (64, 64, 3))}
    data = {name: to_jpeg(frame.astype(np.uint8)) for name, frame in pictures.items()}
    padded = to_one_length(data)
    assert len(data["a"]) < len(data["b"]) == len(padded["a"]) == len(padded["b"])
    for name in data:
        first, second = (Image.open(io.BytesIO(d[name])) for d in (data, padded))
        assert np.array_equal(np.asarray(first), np.asarray(second))


def test_catch_pictures_say_different_things():
    words = wording("real-or-generated", is_rendered=False, exposure_ms=None)
    real, made, blank = (
        catch_picture(what, words, 256) for what in ("say:real", "say:generated", "blank")
    )
    assert real.shape == (256, 256, 3)
    assert len(np.unique(blank)) == 1
    assert (real != made).any() and (real != blank).any()
    assert (real[:, :8] == 128).all() and (made[:, -8:] == 128).all()  # the words fit
