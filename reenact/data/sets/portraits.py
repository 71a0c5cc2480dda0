"""Sets of single portraits: the London set, One Million Impressions, SFHQ, CelebA, FFHQ."""

from __future__ import annotations

import re
from pathlib import Path

from reenact.data.sets.items import Item, SetSpec, few, pictures_in

_LADDER = re.compile(r"(\w+?)_smile_([012])$")


def read_london(folder: Path) -> list[Item]:
    """`neutral/` and `smiling/`; one file name is one person."""
    neutral, smiling = pictures_in(folder / "neutral"), pictures_in(folder / "smiling")
    for name, found in (("neutral", neutral), ("smiling", smiling)):
        if not found:
            raise LONDON.missing(folder, f"has no pictures in {name}/")
    odd = sorted({p.name for p in neutral} ^ {p.name for p in smiling})
    if odd:
        raise LONDON.missing(folder, f"has {len(odd)} people with one picture only: {few(odd)}")
    kinds = [("neutral", 0.0, path) for path in neutral] + [
        ("smile", 1.0, path) for path in smiling
    ]
    items = [
        Item("london", f"london/{path.stem}", path, expression=kind, level=level)
        for kind, level, path in kinds
    ]
    return sorted(items, key=lambda item: (item.person, item.level))


def read_omi(folder: Path) -> list[Item]:
    """Single pictures `ID.jpg` and ladders `ID_smile_0.jpg` to `_2`: reserved to smiling."""
    items, ladders = [], {}
    for path in pictures_in(folder):
        match = _LADDER.match(path.stem)
        if match is None:
            items.append(Item("omi", f"omi/{path.stem}", path))
            continue
        person, step = match[1], int(match[2])
        ladders.setdefault(person, []).append(step)
        label = ("reserved", "half_smile", "smile")[step]
        items.append(Item("omi", f"omi/{person}", path, expression=label, level=step / 2))
    broken = [person for person, steps in ladders.items() if sorted(steps) != [0, 1, 2]]
    if broken:
        raise OMI.missing(folder, f"lacks steps of {len(broken)} people: {few(broken)}")
    return items


def read_sfhq(folder: Path) -> list[Item]:
    """Any pictures, each of another generated person; subfolders are part of the name."""
    return _one_each("sfhq", folder, pictures_in(folder, deep=True))


def read_ffhq(folder: Path) -> list[Item]:
    """`00000/00000.png` ... as published, or all pictures in one folder; one person each."""
    return _one_each("ffhq", folder, pictures_in(folder, deep=True), stem=True)


def read_celeba(folder: Path) -> list[Item]:
    """`img_align_celeba/` (or `img_celeba/`) with the lists of identities and attributes."""
    pictures = []
    for name in ("img_align_celeba", "img_celeba", "Img/img_align_celeba", "Img/img_celeba"):
        pictures = pictures or pictures_in(folder / name)
    if not pictures:
        raise CELEBA.missing(folder, "has no pictures in img_align_celeba/")
    people = _celeba_people(folder)
    smiles = _celeba_smiles(folder)
    unknown = [path.name for path in pictures if path.name not in people]
    if unknown:
        raise CELEBA.missing(folder, f"names no person for {len(unknown)} pictures: {few(unknown)}")
    there = {path.name for path in pictures}
    lost = sorted(name for name in people if name not in there)
    if lost:
        raise CELEBA.missing(folder, f"lacks {len(lost)} listed pictures: {few(lost)}")
    items = []
    for path in pictures:
        smile = smiles.get(path.name)
        label = "" if smile is None else ("smile" if smile else "no_smile")
        items.append(Item("celeba", f"celeba/{people[path.name]}", path, expression=label))
    return items


def _celeba_people(folder: Path) -> dict[str, str]:
    """File name to number of the person."""
    path = _first(folder, "identity_CelebA.txt", "Anno/identity_CelebA.txt")
    if path is None:
        raise CELEBA.missing(folder, "has no identity_CelebA.txt")
    rows = (line.split() for line in path.read_text(errors="replace").splitlines())
    return {row[0]: row[1] for row in rows if len(row) == 2}


def _celeba_smiles(folder: Path) -> dict[str, bool]:
    """File name to the attribute `Smiling`; empty without the list."""
    path = _first(folder, "list_attr_celeba.txt", "Anno/list_attr_celeba.txt")
    if path is None:
        return {}
    lines = path.read_text(errors="replace").splitlines()
    if len(lines) < 3 or "Smiling" not in lines[1].split():
        raise CELEBA.missing(folder, f"has a damaged {path.name}")
    column = lines[1].split().index("Smiling") + 1
    rows = (line.split() for line in lines[2:])
    return {row[0]: row[column] == "1" for row in rows if len(row) > column}


def _first(folder: Path, *names: str) -> Path | None:
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _one_each(name: str, folder: Path, paths: list[Path], *, stem: bool = False) -> list[Item]:
    keys = (
        path.stem if stem else path.relative_to(folder).with_suffix("").as_posix() for path in paths
    )
    return [Item(name, f"{name}/{key}", path) for key, path in zip(keys, paths, strict=True)]


LONDON = SetSpec(
    "london",
    "the Face Research Lab London Set (CC BY 4.0)",
    "https://doi.org/10.6084/m9.figshare.5047666",
    "the frontal pictures as neutral/001.jpg ... and smiling/001.jpg ..., one name a person",
    read_london,
)
OMI = SetSpec(
    "omi",
    "One Million Impressions (CC BY-NC-SA 4.0)",
    "https://github.com/jcpeterson/omi",
    "ID.jpg ..., and ID_smile_0.jpg to ID_smile_2.jpg for expression ladders",
    read_omi,
)
SFHQ = SetSpec(
    "sfhq",
    "SFHQ or SFHQ-T2I (MIT)",
    "https://github.com/SelfishGene/SFHQ-dataset",
    "pictures, each of another generated person",
    read_sfhq,
)
FFHQ = SetSpec(
    "ffhq",
    "FFHQ (pictures CC BY-NC-SA and others)",
    "https://github.com/NVlabs/ffhq-dataset",
    "images1024x1024/00000/00000.png ... or thumbnails128x128/00000/00000.png ...",
    read_ffhq,
)
CELEBA = SetSpec(
    "celeba",
    "CelebA (non-commercial research)",
    "https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html",
    "img_align_celeba/000001.jpg ..., identity_CelebA.txt and list_attr_celeba.txt",
    read_celeba,
)
