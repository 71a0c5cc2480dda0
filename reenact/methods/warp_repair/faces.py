"""Pictures and meshes that pairs are made of, split by person."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reenact.data.sets import HELD_OUT, TRAIN
from reenact.data.sets.items import split_of
from reenact.face.detect import make_face
from reenact.geometry.regions import EYE_CORNERS_OUTER, INNER_LIP_CENTER
from reenact.images import load_picture
from reenact.types import Face, Frame, Points

HELD_OUT_CLIPS = ("clips/d10", "clips/d19")
HELD_OUT_SHARE = {"london": 0.3, "sfhq": 0.2}
OPEN = 0.06
"""Lip gap over eye corner distance from which teeth show."""

_MIN_EYES_PX = 60.0


@dataclass(frozen=True)
class FacePicture:
    """One face: where its picture is, its mesh, whose it is.

    Attributes:
        set: `london`, `sfhq` or `clips`. person: unique over the sets.
        expression: the publisher's folder, empty where there is none.
        path: the picture, or the clip. frame: its number in the clip.
        points: (478, 3) pixels of the picture. size: (height, width).
    """

    set: str
    person: str
    expression: str
    path: Path
    frame: int
    points: Points = field(repr=False)
    size: tuple[int, int]

    @property
    def face(self) -> Face:
        return make_face(self.points, 1.0, self.size)

    @property
    def gap(self) -> float:
        upper, lower = (self.points[i] for i in INNER_LIP_CENTER)
        return float(np.linalg.norm(upper - lower)) / self.eyes_px

    @property
    def eyes_px(self) -> float:
        left, right = (self.points[i] for i in EYE_CORNERS_OUTER)
        return float(np.linalg.norm(left - right))

    @property
    def split(self) -> str:
        if self.set == "clips":
            return HELD_OUT if self.person in HELD_OUT_CLIPS else TRAIN
        return split_of(self.person, 0, HELD_OUT_SHARE[self.set])

    def read(self) -> Frame:
        """(H, W, 3) the picture."""
        if self.set == "clips":
            return _clip(self.path)[self.frame]
        return load_picture(self.path)


def faces_of(name: str, data: Path, meshes: dict[str, NDArray]) -> list[FacePicture]:
    """All faces of a set that are large enough.

    Args:
        name: `london`, `sfhq` or `clips`.
        data: the folder that holds the set's folder.
        meshes: of `reenact.training.expression_meshes.load_meshes`.
    """
    rows = zip(meshes["names"], meshes["points"], meshes["size"], strict=True)
    faces = [_face(name, data, str(label), points, size) for label, points, size in rows]
    return [face for face in faces if face.eyes_px >= _MIN_EYES_PX]


def _face(name: str, data: Path, label: str, points: NDArray, size: NDArray) -> FacePicture:
    parts = label.split("/")
    frame, expression = 0, ""
    if name == "clips":
        path, frame = data / "clips" / parts[1], int(parts[2])
        person = f"clips/{path.stem}"
    else:
        path = data / label
        person = f"{name}/{path.stem}"
        expression = parts[1] if len(parts) > 2 else ""
    size = (int(size[0]), int(size[1]))
    return FacePicture(name, person, expression, path, frame, points.astype(np.float32), size)


@lru_cache(maxsize=2)
def _clip(path: Path) -> list[Frame]:
    from reenact.video import ClipReader

    with ClipReader(path) as clip:
        return [frame for _, _, frame in clip]
