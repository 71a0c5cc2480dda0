"""What the papers' tasks share: pictures with their faces, crops, and the people of a data set."""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from bench.tasks import Seen, Unusable
from reenact.data.sets import DataSet, load_set
from reenact.errors import InputError, ReenactError
from reenact.face.align import Crop, face_crop
from reenact.face.detect import find_faces, make_face, pick_face
from reenact.images import load_picture
from reenact.types import Face

_EYES = ((33, 133), (362, 263))
"""Corners of both eyes in mediapipe478; their middle is the eye's place."""


class Pictures:
    """Pictures with their largest face. The last ones are kept, so pairs of a source share it."""

    def __init__(self, kept: int = 32) -> None:
        self.kept = kept
        self._seen: OrderedDict[Path, Seen | str] = OrderedDict()

    def __call__(self, path: Path) -> Seen | str:
        """A picture and its face; or why it cannot be used."""
        if path not in self._seen:
            self._seen[path] = _look(path)
            if len(self._seen) > self.kept:
                self._seen.popitem(last=False)
        self._seen.move_to_end(path)
        return self._seen[path]

    def all(self, name: str, group: str, **paths: Path) -> dict[str, Seen] | Unusable:
        """Pictures by what they are for; or that the pair is unusable, if one of them is."""
        found: dict[str, Seen] = {}
        for kind, path in paths.items():
            seen = self(path)
            if isinstance(seen, str):
                return Unusable(name, group, f"{kind}: {seen}")
            found[kind] = seen
        return found


def _look(path: Path) -> Seen | str:
    try:
        frame = load_picture(path, name="picture")
    except ReenactError as error:
        return str(error)
    faces = find_faces(frame)
    return (frame, pick_face(faces, None, "data", frame)) if faces else f"no face in {path.name}"


def load_data(name: str, folder: Path) -> DataSet:
    """A data set in its publisher's layout.

    Raises:
        InputError: it is not there; says where to get it.
    """
    try:
        return load_set(name, folder)
    except InputError as error:
        raise InputError(str(error).replace(f"`{name}` must", "`data` must", 1)) from error


def crop_of(face: Face, settings: Mapping[str, Any]) -> Crop:
    """The upright square in which pixels are compared."""
    return face_crop(face, scale=settings["crop_scale"], size=settings["crop_px"])


def laid_on_eyes(seen: Seen, onto: Seen) -> Seen:
    """A picture turned, scaled and moved so that its eyes lie where another picture's do.

    The papers align all faces by their eyes before anything else, so where a head has moved between
    two pictures of one person does not count. The result has the other picture's size.
    """
    frame, face = seen
    here, there = _eyes(face), _eyes(onto[1])
    a, b = (complex(*(eyes[1] - eyes[0])) for eyes in (here, there))
    turn = b / a
    linear = np.array([[turn.real, -turn.imag], [turn.imag, turn.real]])
    matrix = np.column_stack([linear, there.mean(0) - linear @ here.mean(0)])
    height, width = onto[0].shape[:2]
    moved = cv2.warpAffine(
        frame, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    points = face.points.astype(np.float64)
    points = np.column_stack([points[:, :2] @ linear.T + matrix[:, 2], points[:, 2] * abs(turn)])
    return moved, make_face(points.astype(np.float32), face.score, (height, width))


def _eyes(face: Face) -> np.ndarray:
    """(2, 2) middles of both eyes, pixels."""
    return np.array([face.points[list(eye), :2].mean(0) for eye in _EYES], np.float64)


def circle(people: Sequence[str], seed: int) -> list[str]:
    """People in a shuffled ring: each one's driver is the next."""
    order = sorted(people)
    random.Random(seed).shuffle(order)
    return order


def next_in(ring: Sequence[str], person: str) -> list[str]:
    """Everybody else of a ring, from the next one on."""
    at = ring.index(person)
    return [*ring[at + 1 :], *ring[:at]]
