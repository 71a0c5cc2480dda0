"""Splits by person: who is tested, and nobody on both sides."""

from __future__ import annotations

import pytest

from bench.splits import people_to_test
from reenact.data.sets import HELD_OUT, split_of
from reenact.errors import InputError

PEOPLE = [f"multipie/{number:03d}" for number in range(1, 347)]
SHARE = {"share": 0.2, "seed": 0}
NUMBERS = {"train": [1, 250], "test": [251, 346]}


def test_whom_training_holds_out_is_tested(tmp_path):
    found = people_to_test(PEOPLE, SHARE, tmp_path)
    assert found == [p for p in PEOPLE if split_of(p) == HELD_OUT]  # training's own default
    assert set(people_to_test(PEOPLE, {"share": 0.1, "seed": 0}, tmp_path)) < set(found)


def test_numbers_of_people_and_everybody(tmp_path):
    assert people_to_test(PEOPLE, NUMBERS, tmp_path)[0] == "multipie/251"
    assert len(people_to_test(PEOPLE, NUMBERS, tmp_path)) == 96
    assert people_to_test(PEOPLE, {"all": True}, tmp_path) == PEOPLE


def test_overlapping_numbers_are_refused(tmp_path):
    with pytest.raises(InputError, match="number 250 is in both"):
        people_to_test(PEOPLE, {"train": [1, 250], "test": [250, 346]}, tmp_path)


def test_too_few_people_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"2 people or more of the test split, got 1 \(of 1"):
        people_to_test(["multipie/300"], NUMBERS, tmp_path, least=2)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("person,split\n300,train", "'multipie/300' is in both: split.csv says train"),
        ("person,split\n300,test\nmultipie/300,train", "has 'multipie/300' in both"),
        ("person,split\n999,train", "'999' is not among them"),
        ("person,split\n300,val", "say train or test for '300', got 'val'"),
        ("who,side\n300,train", "columns person and split"),
    ],
)
def test_a_wrong_split_file_is_refused_in_one_line(lines, message, tmp_path):
    (tmp_path / "split.csv").write_text(lines)
    with pytest.raises(InputError, match=message) as told:
        people_to_test(PEOPLE, NUMBERS, tmp_path)
    assert "\n" not in str(told.value)


def test_a_split_file_that_agrees_is_fine(tmp_path):
    (tmp_path / "split.csv").write_text("person,split\n001,train\n300,test\n")
    assert len(people_to_test(PEOPLE, NUMBERS, tmp_path)) == 96
