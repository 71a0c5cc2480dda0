"""What LandmarkGAN learns from: pictures of each person with their landmarks, by number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.data.pack import Pack
from reenact.data.sets.items import HELD_OUT, TRAIN
from reenact.data.warped_faces import WarpedFaces
from reenact.errors import InputError
from reenact.face.schemes import convert
from reenact.geometry.regions import OVAL
from reenact.methods.landmarkgan.space import seen_in_crop
from reenact.types import Points

TOGETHER = 4
"""Faces of one person that lie one after another, so that a batch needs few of the networks."""


@dataclass(frozen=True)
class People:
    """The people of a pack who are trained on.

    Attributes:
        names: in the order of the networks' numbers.
        rows: of each in the pack. held_out: rows of each that are never trained on.
        meshes: (N, 478, 3) of each, pixels of the pack's crops, in the order of `rows`.
        warped: more faces of each; empty for none.
    """

    names: tuple[str, ...]
    rows: tuple[list[int], ...]
    held_out: tuple[list[int], ...]
    meshes: tuple[NDArray[np.float32], ...]
    warped: tuple[WarpedFaces, ...] = ()

    @classmethod
    def of(cls, pack: Pack) -> People:
        """Everybody with faces to train on.

        Raises:
            InputError: there is nobody.
        """
        train, held = pack.by_person(TRAIN), pack.by_person(HELD_OUT)
        if not train:
            raise InputError(f"{pack.path} must hold people to train on, all are held out.")
        rows = tuple(train.values())
        meshes = tuple(pack.all_points(one) for one in rows)
        return cls(tuple(train), rows, tuple(held.get(name, []) for name in train), meshes)

    def points(self, side: int) -> list[NDArray[np.float32]]:
        """(N, 106, 2) normalized points of each person, those of warped faces last.

        Args:
            side: of the pack's crops.
        """
        points = [[seen_in_crop(mesh, side) for mesh in one] for one in self.meshes]
        for own, more in zip(points, self.warped, strict=False):
            own += [seen_in_crop(mesh, more.pictures.shape[1]) for mesh in more.meshes]
        return [np.stack(one) for one in points]

    def all_meshes(self, person: int) -> list[NDArray[np.float32]]:
        """All of one person, each in pixels of its own picture."""
        more = self.warped[person].meshes if self.warped else ()
        return [*self.meshes[person], *more]


class PersonFaces:
    """Faces by number, moved a little; see `Trainable.data`.

    Args:
        pack: where from. people: who.
        rows: of each person.
        size: side of the pictures, pixels.
        seed: of the draws; None takes each person's rows in turn, unmoved (sample sheets).
        share: of warped faces, where there are any.
    """

    def __init__(
        self,
        pack: Pack,
        people: People,
        rows: Sequence[list[int]],
        size: int,
        seed: int | None,
        share: float = 0.0,
    ) -> None:
        self.pack, self.people, self.rows, self.size, self.seed = pack, people, rows, size, seed
        self.share = share if people.warped else 0.0
        self._kept: dict[int, tuple[NDArray[np.uint8], Points]] = {}

    def __len__(self) -> int:
        return sum(len(rows) for rows in self.rows)

    def __getitem__(self, number: int) -> dict[str, NDArray]:
        count = len(self.rows)
        if self.seed is None:
            person, place = number % count, number // count
            row = self.rows[person][(7 * place + 3) % len(self.rows[person])]
            return self._item(person, *self._face(row))
        rng = np.random.default_rng([self.seed, number])
        person = number // TOGETHER % count
        picture, mesh = self._drawn(rng, person)
        return self._item(person, *_moved(rng, picture, mesh))

    def _drawn(self, rng: np.random.Generator, person: int) -> tuple[NDArray[np.uint8], Points]:
        """A face of a person to learn from, real or warped."""
        if rng.random() >= self.share:
            return self._face(int(rng.choice(self.rows[person])))
        more = self.people.warped[person]
        place = rng.integers(len(more.pictures))
        return more.pictures[place], more.meshes[place]

    def _face(self, row: int) -> tuple[NDArray[np.uint8], Points]:
        """(S, S, 3) picture and (478, 3) mesh of a row, decoded once."""
        if row not in self._kept:
            picture, side = self.pack.image(row), self.size
            how = cv2.INTER_AREA if side < self.pack.size else cv2.INTER_CUBIC
            ratio = side / self.pack.size
            mesh = self.pack.points(row) * ratio
            mesh[:, :2] += 0.5 * (ratio - 1)
            self._kept[row] = cv2.resize(picture, (side, side), interpolation=how), mesh
        return self._kept[row]

    def _item(self, person: int, picture: NDArray[np.uint8], mesh: Points) -> dict[str, NDArray]:
        return {
            "points": seen_in_crop(mesh, self.size),
            "wanted": convert(mesh, "mediapipe478", "ibug68")[:, :2].astype(np.float32),
            "target": np.ascontiguousarray(picture.transpose(2, 0, 1)),
            "face": _face_map(mesh, self.size),
            "person": np.int64(person),
        }


def _moved(rng: np.random.Generator, picture: NDArray, mesh: Points) -> tuple[NDArray, Points]:
    """The picture and its mesh, turned, scaled and shifted a little."""
    side = picture.shape[0]
    turn, grow, x, y = rng.normal(size=4)
    middle = (side - 1) / 2
    matrix = cv2.getRotationMatrix2D((middle, middle), 1.5 * turn, float(np.exp(0.015 * grow)))
    matrix[:, 2] += 0.008 * side * np.array([x, y])
    flags = {"flags": cv2.INTER_CUBIC, "borderMode": cv2.BORDER_REFLECT_101}
    moved = cv2.warpAffine(picture, matrix, (side, side), **flags)
    zoom = float(np.hypot(*matrix[0, :2]))
    flat = mesh[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    return moved, np.column_stack([flat, mesh[:, 2] * zoom]).astype(np.float32)


def _face_map(mesh: Points, side: int) -> NDArray[np.uint8]:
    """(1, side, side) 255 in the face, softly 0 beside it."""
    out = np.zeros((side, side), np.uint8)
    oval = mesh[list(OVAL), :2]
    grown = oval.mean(0) + 1.12 * (oval - oval.mean(0))
    cv2.fillConvexPoly(out, cv2.convexHull(np.round(grown).astype(np.int32)), 255)
    return cv2.blur(out, (side // 16, side // 16))[None]
