"""Sets of picture sequences, each one person's way to an expression: CK+, Oulu-CASIA, BU-4DFE."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from reenact.data.sets.clips import spread
from reenact.data.sets.items import Item, SetSpec, few, pictures_in
from reenact.types import Points

CKPLUS_LABELS = ("neutral", "anger", "contempt", "disgust", "fear", "happy", "sadness", "surprise")
"""By the number in `Emotion/`."""

OULU_LABELS = {
    "Anger": "anger",
    "Disgust": "disgust",
    "Fear": "fear",
    "Happiness": "happy",
    "Sadness": "sadness",
    "Surprise": "surprise",
}
BU4DFE_LABELS = {
    "Angry": "anger",
    "Disgust": "disgust",
    "Fear": "fear",
    "Happy": "happy",
    "Sad": "sadness",
    "Surprise": "surprise",
}
BU4DFE_FRAMES = 20
"""Frames taken from each of BU-4DFE's sequences of about 100, evenly spread."""


def read_ckplus(folder: Path) -> list[Item]:
    """`cohn-kanade-images/S005/001/S005_001_00000001.png` ..., from neutral to the peak."""
    images, emotions = folder / "cohn-kanade-images", folder / "Emotion"
    for part in (images, emotions):
        if not part.is_dir():
            raise CKPLUS.missing(folder, f"has no {part.name}/")
    items = []
    for sequence in _folders(_folders([images])):
        paths = pictures_in(sequence)
        inner = sequence.relative_to(images)
        label = _ckplus_label(folder, emotions / inner)
        marks = folder / "Landmarks" / inner
        for frame, path in enumerate(paths):
            level = frame / max(1, len(paths) - 1)
            items.append(
                Item(
                    "ckplus",
                    f"ckplus/{inner.parts[0]}",
                    path,
                    expression="neutral" if frame == 0 else label,
                    frame=frame,
                    level=level,
                    points=_ckplus_points(folder, marks / f"{path.stem}_landmarks.txt"),
                )
            )
    return items


def _ckplus_label(folder: Path, emotion: Path) -> str:
    """The emotion of a sequence; empty for the third of them that has none."""
    for path in sorted(emotion.glob("*_emotion.txt")):
        try:
            return CKPLUS_LABELS[int(float(path.read_text()))]
        except (ValueError, IndexError) as error:
            raise CKPLUS.missing(folder, f"has a damaged label in {path.name}") from error
    return ""


def _ckplus_points(folder: Path, path: Path) -> Points | None:
    """(68, 2) points, pixels; None where the set's landmarks were not fetched."""
    if not path.is_file():
        return None
    try:
        return np.array(path.read_text().split(), np.float32).reshape(68, 2)
    except ValueError as error:
        raise CKPLUS.missing(folder, f"has damaged landmarks in {path.name}") from error


def read_oulu(folder: Path) -> list[Item]:
    """`OriginalImg/VL/Strong/P001/Anger/000.jpeg` ...: visible light, from neutral to the peak."""
    root = folder if folder.name == "OriginalImg" else folder / "OriginalImg"
    if not (root / "VL" / "Strong").is_dir():
        raise OULU.missing(folder, "has no OriginalImg/VL/Strong/")
    people = list(_folders([root / "VL" / "Strong"]))
    return _posed("oulu", OULU, folder, people, OULU_LABELS, most=10**6, peak=1.0)


def read_bu4dfe(folder: Path) -> list[Item]:
    """`F001/Angry/000.jpg` ...: the texture pictures, from neutral to the peak and back."""
    people = [one for one in _folders([folder]) if one.name[:1] in "FM" and one.name[1:].isdigit()]
    return _posed("bu4dfe", BU4DFE, folder, people, BU4DFE_LABELS, most=BU4DFE_FRAMES, peak=0.5)


def _posed(
    name: str,
    spec: SetSpec,
    folder: Path,
    people: list[Path],
    labels: dict[str, str],
    *,
    most: int,
    peak: float,
) -> list[Item]:
    """People with one sequence for each of the labels; `peak` is where in it the peak lies."""
    items, lost = [], []
    for person in people:
        for word, label in labels.items():
            paths = pictures_in(person / word)
            if not paths:
                lost.append(f"{person.name}/{word}")
                continue
            for frame in spread(len(paths), most):
                at = frame / max(1, len(paths) - 1)
                level = min(at / peak, (1 - at) / (1 - peak) if peak < 1 else 1.0)
                items.append(
                    Item(
                        name,
                        f"{name}/{person.name}",
                        paths[frame],
                        expression="neutral" if frame == 0 else label,
                        frame=frame,
                        level=level,
                    )
                )
    if lost:
        raise spec.missing(folder, f"lacks pictures of {len(lost)} sequences: {few(lost)}")
    return items


def _folders(parents: Iterable[Path]) -> Iterable[Path]:
    """Folders in some folders, sorted."""
    for parent in parents:
        yield from sorted(p for p in parent.iterdir() if p.is_dir() and p.name[:1] != ".")


CKPLUS = SetSpec(
    "ckplus",
    "the Extended Cohn-Kanade Dataset, CK+ (research only)",
    "https://www.jeffcohn.net/Resources/",
    "cohn-kanade-images/S005/001/S005_001_00000001.png ... and Emotion/S005/001/*_emotion.txt",
    read_ckplus,
)
OULU = SetSpec(
    "oulu",
    "Oulu-CASIA NIR&VIS (research only)",
    "https://www.oulu.fi/en/university/faculties-and-units/"
    "faculty-information-technology-and-electrical-engineering/"
    "center-for-machine-vision-and-signal-analysis",
    "OriginalImg/VL/Strong/P001/Anger/000.jpeg ..., six expressions a person",
    read_oulu,
)
BU4DFE = SetSpec(
    "bu4dfe",
    "BU-4DFE (research only)",
    "https://www.cs.binghamton.edu/~lijun/Research/3DFE/3DFE_Analysis.html",
    "F001/Angry/000.jpg ..., six expressions a person",
    read_bu4dfe,
)
