"""Splits by person, corrupt pictures, empty and half-there folders."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reenact.data.sets import Item, load_set, set_names, split
from reenact.errors import InputError, UnknownNameError
from reenact.images import save_picture


def items(people: int, each: int = 3) -> list[Item]:
    return [
        Item("clips", f"clips/{person}", Path(f"{person}.mp4"), frame=frame)
        for person in range(people)
        for frame in range(each)
    ]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("share", [0.1, 0.2, 0.5])
def test_no_person_is_in_two_splits(seed, share):
    everything = items(400)
    train, held_out = split(everything, seed, share)
    assert len(train) + len(held_out) == len(everything)
    assert not {item.person for item in train} & {item.person for item in held_out}
    assert abs(len(held_out) / len(everything) - share) < 0.08


def test_a_person_stays_on_its_side_when_others_come():
    few, many = split(items(20)), split(items(200))
    assert {item.person for item in few[1]} <= {item.person for item in many[1]}
    assert split(items(200)) == many
    assert split(items(200), seed=1) != many


def test_a_share_beyond_one_is_refused():
    with pytest.raises(InputError, match="held_out"):
        split(items(2), held_out=1.5)


def test_a_corrupt_picture_is_skipped_counted_and_named(tmp_path):
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        save_picture(np.full((80, 80, 3), 120, np.uint8), tmp_path / name)
    data = (tmp_path / "b.jpg").read_bytes()
    (tmp_path / "b.jpg").write_bytes(data[: len(data) // 2])
    found = load_set("sfhq", tmp_path)
    assert [item.path.name for item, _ in found.pictures()] == ["a.jpg", "c.jpg"]
    (skip,) = found.skipped
    assert skip.name == "b.jpg" and "whole picture" in skip.reason


@pytest.mark.parametrize("name", set_names())
def test_missing_and_empty_folders_name_where_to_get_the_set(name, tmp_path):
    for folder in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(InputError, match="Get .* from https?://") as caught:
            load_set(name, folder)
        assert "\n" not in str(caught.value) and f"`{name}` must be" in str(caught.value)


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "set.zip").write_bytes(b"PK")
    with pytest.raises(InputError, match="is a file"):
        load_set("london", tmp_path / "set.zip")


def test_unknown_sets_are_named_with_the_closest():
    with pytest.raises(UnknownNameError, match="Did you mean 'london'"):
        load_set("londn", "x")
