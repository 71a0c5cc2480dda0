"""Sources by name."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from reenact.errors import InputError, UnknownNameError
from reenact.people import by_name

PICTURE = np.zeros((64, 64, 3), np.uint8)


def portrait(name: str) -> np.ndarray:
    if name != "anna":
        raise UnknownNameError("person", name, ["anna"])
    return PICTURE


KNOWS = SimpleNamespace(info=SimpleNamespace(people=("anna",)), portrait=portrait)
TAKES_ALL = SimpleNamespace(name="freenet", info=SimpleNamespace(people=()))


def test_a_name_is_its_portrait():
    assert by_name("anna", KNOWS) is PICTURE
    assert by_name(Path("anna"), KNOWS) is PICTURE
    with pytest.raises(UnknownNameError, match="Unknown person 'ana'. Did you mean 'anna'"):
        by_name("ana", KNOWS)


def test_files_and_pictures_are_what_they_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "anna").write_bytes(b"a picture without a suffix")
    for source in ("anna", "absent.png", "folder/anna", tmp_path / "x.jpg", PICTURE):
        assert by_name(source, KNOWS) is source
    assert by_name("nobody", TAKES_ALL) == "nobody"


@pytest.mark.parametrize("name", ["london/001", "anna.final"])
def test_names_of_folders_and_files_are_names_too(name):
    knows = SimpleNamespace(info=SimpleNamespace(people=(name,)), portrait=lambda _: PICTURE)
    assert by_name(name, knows) is PICTURE


def test_a_person_of_another_method_is_said_to_be_one():
    with pytest.raises(InputError, match="'carl' is a person of landmarkgan, not of freenet"):
        by_name("carl", TAKES_ALL)


@pytest.mark.parametrize("odd", ["x" * 5000, "a\0b", ""])
def test_what_can_be_no_name_is_left_alone(odd):
    assert by_name(odd, TAKES_ALL) == odd
