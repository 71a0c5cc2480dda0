"""Sources by name."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from reenact.errors import UnknownNameError
from reenact.people import by_name

PICTURE = np.zeros((64, 64, 3), np.uint8)


def portrait(name: str) -> np.ndarray:
    if name != "anna":
        raise UnknownNameError("person", name, ["anna"])
    return PICTURE


KNOWS = SimpleNamespace(info=SimpleNamespace(people=("anna",)), portrait=portrait)
TAKES_ALL = SimpleNamespace(info=SimpleNamespace(people=()))


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
