"""Who is tested: splits by person, and the check that nobody trained on is among them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from reenact.data.sets import HELD_OUT, TRAIN, split_of
from reenact.errors import InputError

FILE = "split.csv"
"""Beside the data, where a method was trained on some of them: columns `person`, `split`."""

_TEST = "test"


def people_to_test(
    people: Sequence[str], rule: Mapping[str, Any], data: Path, *, least: int = 1
) -> list[str]:
    """The people that a protocol tests, sorted.

    Args:
        people: everybody in the data set (`ckplus/S005`).
        rule: `{"all": true}`; or `{"share": 0.2, "seed": 0}`, which takes those whom training here
            holds out (`reenact.data.sets.split`; smaller shares lie within larger ones); or
            `{"train": [1, 250], "test": [251, 346]}`, numbers of people, first and last.
        data: the folder; a `split.csv` in it says who was trained on.
        least: how many there must be.

    Raises:
        InputError: too few are left, or a person is in both splits.
    """
    chosen = sorted(person for person in set(people) if _is_tested(person, rule))
    if len(chosen) < least:
        raise InputError(
            f"`data` must show {least} people or more of the test split, got {len(chosen)} "
            f"(of {len(set(people))} people) in '{data}'."
        )
    if not rule.get("all"):
        check_split(read_split(data / FILE, people), chosen)
    return chosen


def _is_tested(person: str, rule: Mapping[str, Any]) -> bool:
    if rule.get("all"):
        return True
    if "share" in rule:
        return split_of(person, rule["seed"], rule["share"]) == HELD_OUT
    (first, last), (low, high) = rule["test"], rule["train"]
    if max(first, low) <= min(last, high):
        raise InputError(
            f"A person must be in one split, number {max(first, low)} is in both: train {low} to "
            f"{high}, test {first} to {last}."
        )
    digits = "".join(c for c in person.rsplit("/", 1)[-1] if c.isdigit())
    return digits != "" and first <= int(digits) <= last


def read_split(path: Path, people: Sequence[str]) -> dict[str, str]:
    """Person to `train` or `test`, as a file says; empty where there is none.

    Raises:
        InputError: the file is damaged, names a person twice or one whom the data do not show.
    """
    if not path.is_file():
        return {}
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        reader = csv.DictReader(file)
        if not {"person", "split"} <= set(reader.fieldnames or ()):
            raise InputError(f"{path} must have the columns person and split.")
        rows = [(str(row["person"]).strip(), str(row["split"]).strip()) for row in reader]
    known = {name: person for person in people for name in (person, person.rsplit("/", 1)[-1])}
    found: dict[str, str] = {}
    for name, split in rows:
        if split not in (TRAIN, _TEST):
            raise InputError(f"{path} must say train or test for '{name}', got '{split}'.")
        if name not in known:
            raise InputError(f"{path} must name people of the data, '{name}' is not among them.")
        if found.setdefault(known[name], split) != split:
            raise InputError(f"A person must be in one split, {path} has '{name}' in both.")
    return found


def check_split(split: Mapping[str, str], tested: Sequence[str]) -> None:
    """Nobody who is tested may have been trained on.

    Raises:
        InputError: somebody was.
    """
    both = [person for person in tested if split.get(person) == TRAIN]
    if both:
        raise InputError(
            f"A person must be in one split, '{both[0]}' is in both: {FILE} says train, and the "
            f"protocol tests {len(both)} such people. Train without them."
        )
