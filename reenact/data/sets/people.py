"""Sets of posed pictures and clips of few people: RaFD, CelebV, Multi-PIE, rendered people."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from reenact.data.sets.items import PICTURES, Item, SetSpec, few, files_in, pictures_in
from reenact.types import Points

RAFD_POINTS = "rafd_106.npz"
_RAFD = re.compile(r"Rafd(\d{3})_(\d{2})_(\w+)_(\w+)_([a-z]+)_(frontal|left|right)$")
_RAFD_LABELS = {
    "angry": "anger",
    "contemptuous": "contempt",
    "disgusted": "disgust",
    "fearful": "fear",
    "happy": "happy",
    "neutral": "neutral",
    "sad": "sadness",
    "surprised": "surprise",
}

MULTIPIE_SHOT = "07"
"""The light taken from Multi-PIE's 20: the frontal flash."""
MULTIPIE_FRONTAL = "05_1"
_MULTIPIE = re.compile(r"(\d{3})_(\d{2})_(\d{2})_(\d{3})_(\d{2})$")
_MULTIPIE_LABELS = {
    ("01", "01"): "neutral",
    ("01", "02"): "smile",
    ("02", "01"): "neutral",
    ("02", "02"): "surprise",
    ("02", "03"): "squint",
    ("03", "01"): "neutral",
    ("03", "02"): "smile",
    ("03", "03"): "disgust",
    ("04", "01"): "neutral",
    ("04", "02"): "neutral",
    ("04", "03"): "scream",
}


def read_rafd(folder: Path) -> list[Item]:
    """`Rafd090_01_Caucasian_female_angry_frontal.jpg` ..., with the 106 points where they lie."""
    pictures = [path for path in pictures_in(folder, deep=True) if _RAFD.match(path.stem)]
    if not pictures:
        has_points = (folder / RAFD_POINTS).is_file()
        raise RAFD.missing(folder, f"has {'the points but ' if has_points else ''}no pictures")
    points = _rafd_points(folder)
    lost = [path.name for path in pictures if points and path.name not in points]
    if lost:
        raise RAFD.missing(folder, f"has no points for {len(lost)} pictures: {few(lost)}")
    items = []
    for path in pictures:
        angle, who, _, _, expression, gaze = _RAFD.match(path.stem).groups()
        pose = "" if (angle, gaze) == ("090", "frontal") else f"{angle}_{gaze}"
        label = _RAFD_LABELS.get(expression, expression)
        found = points.get(path.name)
        items.append(Item("rafd", f"rafd/{who}", path, expression=label, pose=pose, points=found))
    return items


def _rafd_points(folder: Path) -> dict[str, Points]:
    """File name to (106, 2) points, pixels of the 681 x 1024 pictures; empty without the file."""
    path = folder / RAFD_POINTS
    if not path.is_file():
        return {}
    try:
        with np.load(path, allow_pickle=False) as data:
            return dict(zip(map(str, data["names"]), data["points"], strict=True))
    except (OSError, ValueError, KeyError) as error:
        raise RAFD.missing(folder, f"has a damaged {RAFD_POINTS}") from error


def read_celebv(folder: Path) -> list[Item]:
    """`Donald_Trump/Image/` ... with `all_98pt.txt`: 98 points and the name in each line."""
    items = []
    for listing in sorted(folder.glob("*/all_98pt.txt")):
        who, images = listing.parent.name, listing.parent / "Image"
        lines = listing.read_text(errors="replace").splitlines()
        rows = [line.split() for line in lines if line.strip()]
        try:
            points = np.array([row[:-1] for row in rows], np.float32).reshape(-1, 98, 2)
        except ValueError as error:
            raise CELEBV.missing(folder, f"has damaged lines in {who}/all_98pt.txt") from error
        there = {path.name for path in pictures_in(images)}
        lost = [row[-1] for row in rows if row[-1] not in there]
        if lost:
            raise CELEBV.missing(folder, f"lacks {len(lost)} pictures of {who}: {few(lost)}")
        for frame, row in enumerate(rows):
            path = images / row[-1]
            items.append(Item("celebv", f"celebv/{who}", path, frame=frame, points=points[frame]))
    return items


def read_multipie(folder: Path) -> list[Item]:
    """`session01/multiview/001/01/05_1/001_01_01_051_07.png`, alone or below `data/`."""
    root = folder / "data" if (folder / "data").is_dir() else folder
    items = []
    for path in sorted(root.glob(f"session*/multiview/*/*/*/*_{MULTIPIE_SHOT}.*")):
        match = _MULTIPIE.match(path.stem)
        if match is None or path.suffix.lower() not in PICTURES:
            continue
        who, session, recording = match.groups()[:3]
        camera = path.parent.name
        items.append(
            Item(
                "multipie",
                f"multipie/{who}",
                path,
                expression=_MULTIPIE_LABELS.get((session, recording), ""),
                pose="" if camera == MULTIPIE_FRONTAL else camera,
            )
        )
    if not items and any(root.glob("session*")):
        raise MULTIPIE.missing(folder, f"has no pictures of shot {MULTIPIE_SHOT}")
    return items


def read_ict(folder: Path) -> list[Item]:
    """One folder a rendered person, one picture an expression: `0007/jawOpen.png`."""
    items = []
    for path in files_in(folder, PICTURES, deep=True):
        who = path.parent.relative_to(folder).as_posix()
        if who != ".":
            items.append(Item("ict", f"ict/{who}", path, expression=path.stem))
    return items


RAFD = SetSpec(
    "rafd",
    "the Radboud Faces Database (research only), and its 106 points from FReeNet",
    "https://rafd.socsci.ru.nl and https://github.com/zhangzjn/FReeNet",
    f"Rafd090_01_Caucasian_female_angry_frontal.jpg ... and {RAFD_POINTS}",
    read_rafd,
)
CELEBV = SetSpec(
    "celebv",
    "CelebV (research only)",
    "https://github.com/wywu/ReenactGAN",
    "Donald_Trump/all_98pt.txt, Donald_Trump/Image/ ... for each person",
    read_celebv,
)
MULTIPIE = SetSpec(
    "multipie",
    "CMU Multi-PIE (licensed)",
    "https://www.cs.cmu.edu/afs/cs/project/PIE/MultiPie/Multi-Pie/Home.html",
    "data/session01/multiview/001/01/05_1/001_01_01_051_07.png ...",
    read_multipie,
)
ICT = SetSpec(
    "ict",
    "rendered people: make them with `python -m reenact.data.synthetic`, or the mesh model",
    "https://github.com/ICT-VGL/ICT-FaceKit",
    "one folder a person and one picture an expression: 0007/jawOpen.png ...",
    read_ict,
)
