"""From picture to picture."""

from __future__ import annotations

import numpy as np
import pytest

import reenact
from reenact.errors import FaceNotFoundError, InputError
from reenact.live import LiveReenactor
from reenact.pipeline import Reenactor, check_options
from reenact.types import Options


def test_the_result_says_what_was_done(portrait):
    result = reenact.reenact(portrait, portrait)
    assert result.method == "warp-repair"
    assert {"read", "find", "encode", "retarget", "render", "paste"} <= set(result.seconds)
    assert result.image.shape == portrait.shape
    assert result.mask.shape == portrait.shape[:2]
    assert result.landmarks.shape == (478, 2)


def test_relative_mode_without_a_neutral_picture_is_refused(portrait):
    with pytest.raises(InputError, match="driving_neutral"):
        reenact.reenact(portrait, portrait, options=Options(mode="relative"))


def test_where_the_neutral_picture_shows_the_head_does_not_matter(portrait):
    small = portrait[::2, ::2].copy()
    result = reenact.reenact(
        portrait, portrait, options=Options(mode="relative"), driving_neutral=small
    )
    moved = result.landmarks - Reenactor(portrait).face.points[:, :2]
    assert np.abs(moved).mean() < 1.5


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (Options(region="nose"), "region"),
        (Options(strength=2.0), "strength"),
        (Options(strength=float("nan")), "strength"),
        (Options(mode="fast"), "mode"),
    ],
)
def test_options_out_of_range_are_refused_by_name(options, word):
    with pytest.raises(InputError, match=f"`{word}`"):
        check_options(options)


def test_a_picture_without_a_face_is_named(portrait):
    empty = np.full((200, 300, 3), 90, np.uint8)
    with pytest.raises(FaceNotFoundError, match=r"`driving` \(300 x 200\)"):
        reenact.reenact(portrait, empty)
    with pytest.raises(FaceNotFoundError, match="`source`"):
        reenact.reenact(empty, portrait)


def test_a_lost_face_holds_the_last_motion_and_is_counted(portrait):
    empty = np.full_like(portrait, 90)
    with LiveReenactor(portrait) as live:
        before = live(empty, 0.0)
        assert np.array_equal(before.image, portrait)
        driven = live(portrait, 1.0)
        held = live(empty, 1.04)
    assert np.array_equal(held.image, driven.image)
    assert (live.frames, live.held) == (3, 2)
    assert any("held" in note for note in held.notes)
