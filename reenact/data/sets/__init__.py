"""Loaders over the layouts that publishers ship: `load_set("london", folder)`.

Pictures stay where they are; every item knows its person, and splits are by person.
"""

from __future__ import annotations

from pathlib import Path

from reenact.data.sets import clips, people, portraits, sequences
from reenact.data.sets.items import (
    HELD_OUT,
    TRAIN,
    DataSet,
    Item,
    SetSpec,
    Skipped,
    split,
    split_of,
)
from reenact.errors import UnknownNameError

__all__ = ["HELD_OUT", "TRAIN", "DataSet", "Item", "SetSpec", "Skipped"]
__all__ += ["load_set", "set_names", "set_spec", "split", "split_of"]

_SPECS = (
    portraits.LONDON,
    portraits.OMI,
    portraits.SFHQ,
    clips.SPEC,
    people.ICT,
    people.RAFD,
    people.CELEBV,
    people.MULTIPIE,
    sequences.CKPLUS,
    sequences.OULU,
    sequences.BU4DFE,
    portraits.CELEBA,
    portraits.FFHQ,
)
SETS: dict[str, SetSpec] = {spec.name: spec for spec in _SPECS}


def set_names() -> tuple[str, ...]:
    """Names of all data sets that can be loaded."""
    return tuple(SETS)


def set_spec(name: str) -> SetSpec:
    """How a set is laid out and where to get it.

    Raises:
        UnknownNameError: no such set.
    """
    if name not in SETS:
        raise UnknownNameError("data set", name, SETS)
    return SETS[name]


def load_set(name: str, folder: str | Path) -> DataSet:
    """The items of a data set. Pictures are read later, one by one.

    Args:
        name: one of `set_names()`.
        folder: as its publisher lays it out.

    Raises:
        UnknownNameError: no such set.
        InputError: the folder is missing, empty or half there; says where to get the set.
    """
    spec, folder = set_spec(name), Path(folder)
    if not folder.is_dir():
        raise spec.missing(folder, "is a file" if folder.exists() else "does not exist")
    items = spec.read(folder)
    if not items:
        raise spec.missing(folder, "holds nothing of that kind")
    return DataSet(name, folder, items, spec.is_centered)
