"""Every portrait by every clip, or as a list says; lists that point nowhere are refused."""

from __future__ import annotations

import numpy as np
import pytest

from bench.protocol import load_protocol
from bench.tasks import Pair, Unusable, pairs
from reenact.errors import InputError
from reenact.images import save_picture
from reenact.video import ClipWriter

PROTOCOL = load_protocol("cross-reenactment")


@pytest.fixture(scope="module")
def data(portrait, tmp_path_factory):
    data = tmp_path_factory.mktemp("cross")
    for name in ("portraits", "clips"):
        (data / name).mkdir()
    save_picture(portrait, data / "portraits" / "ann.png")
    save_picture(np.full_like(portrait, 128), data / "portraits" / "wall.png")
    with ClipWriter(data / "clips" / "ben.mp4", fps=25, size=portrait.shape[:2], crf=1) as clip:
        for index in range(20):
            clip.write(np.roll(portrait, index // 5, axis=1))
    return data


@pytest.fixture
def listed(data):
    yield data / "pairs.csv"
    (data / "pairs.csv").unlink()


def test_three_frames_in_a_row_at_two_places(data):
    found = list(pairs(PROTOCOL, data, None))
    assert [pair.name for pair in found] == [
        f"{who}<ben/{i}" for who in ("ann", "wall") for i in (7, 8, 9, 14, 15, 16)
    ]
    ann, wall = found[:6], found[6:]
    assert all(isinstance(pair, Pair) for pair in ann)
    assert all(isinstance(pair, Unusable) for pair in wall)
    assert ann[0].source is ann[5].source is ann[0].target
    assert (ann[0].group, ann[0].driving_person) == ("ann", "ben")
    assert ann[0].options.mode == "relative" and ann[0].driving_neutral is not None
    assert [pair.name for pair in pairs(PROTOCOL, data, 1)] == [pair.name for pair in ann]


def test_a_list_chooses_pairs(data, listed):
    listed.write_text("portrait,clip\nann.png,ben.mp4\n")
    assert {pair.group for pair in pairs(PROTOCOL, data, None)} == {"ann"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("portrait,clip\nann.png,ben.mp4\nann.png,gone.mp4\n", "line 3: 'gone.mp4' is not among"),
        ("portrait,clip\ngone.png,ben.mp4\n", "line 2: 'gone.png' is not among"),
        ("who,what\na,b\n", "must have the columns portrait and clip"),
        ("portrait,clip\n", "must list pairs, it is empty"),
    ],
)
def test_lists_that_point_nowhere_are_refused(data, listed, text, said):
    listed.write_text(text)
    with pytest.raises(InputError, match=said) as error:
        list(pairs(PROTOCOL, data, None))
    assert "\n" not in str(error.value)
