"""More pictures of one person than there are: their own, warped by the project's mesh warp.

    faces = warped_faces(pack, rows, drivers, 500, size=128)    # .pictures .meshes

A clip, or a set of portraits, shows few of all expressions. What learns a person from it alone
meets others' expressions, turns and edits later, so it should have seen them of this person too.
The inside of an open mouth comes from a picture in which this person's mouth is open about as far.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reenact.base import Driving, Method
from reenact.data.pack import Pack
from reenact.data.pairs import lip_gap, padded_crop
from reenact.face.align import face_crop
from reenact.face.detect import make_face
from reenact.geometry.canonical import eye_distance
from reenact.geometry.regions import POINT_COUNT
from reenact.geometry.relax import unfold
from reenact.types import Face, Frame, HeadPose, Options, Points

_STRENGTH = 0.4, 1.15
_TURN = 7.0, 5.0, 2.0  # deviations of yaw, pitch and roll, degrees
_EDIT_SHARE = 0.35
_BUMP = 0.05  # deviation of how far an edit moves a place, eye distances
_WIDTH = 0.06  # deviation of how much narrower or wider an edit makes the face
_SEEN = 0.6  # of the wanted opening of the mouth, from which a picture shows its inside
_NEAR = 0.2  # share of the pictures from which the source is drawn: those of the nearest opening


@dataclass(frozen=True)
class WarpedFaces:
    """Faces in their own upright windows.

    Attributes:
        pictures: (N, S, S, 3). meshes: (N, 478, 3) pixels of the pictures.
    """

    pictures: NDArray[np.uint8]
    meshes: NDArray[np.float32]


def warped_faces(
    pack: Pack,
    rows: Sequence[int],
    drivers: Sequence[Points],
    count: int,
    *,
    size: int,
    seed: int = 0,
) -> WarpedFaces:
    """The person of some rows with other people's expressions, small turns and small edits.

    Args:
        pack: pictures. rows: of one person.
        drivers: (478, 3) meshes of anybody.
        count: how many. size: side of the pictures, pixels.
        seed: face k depends on this and k alone.
    """
    maker = _Maker(pack, rows, drivers)
    faces = [maker.make(np.random.default_rng([seed, 23, k]), size) for k in range(count)]
    pictures = [picture for picture, _ in faces] or np.zeros((0, size, size, 3), np.uint8)
    meshes = [mesh for _, mesh in faces] or np.zeros((0, POINT_COUNT, 3), np.float32)
    return WarpedFaces(np.asarray(pictures, np.uint8), np.asarray(meshes, np.float32))


class _Maker:
    """One person's pictures, encoded by the warp once."""

    def __init__(self, pack: Pack, rows: Sequence[int], drivers: Sequence[Points]) -> None:
        from reenact.registry import create

        self.warp: Method = create("warp")
        self.drivers = drivers
        pairs = [(pack.image(row), pack.points(row)) for row in rows]
        self.crops = [padded_crop(image, mesh) for image, mesh in pairs]
        self.gaps = np.array([lip_gap(crop.points) for crop in self.crops])

    def make(self, rng: np.random.Generator, size: int) -> tuple[Frame, Points]:
        """One warped face, (size, size, 3), and its mesh."""
        driver = self.drivers[rng.integers(len(self.drivers))]
        strength = rng.uniform(*_STRENGTH)
        source, nearest = self._source(rng, driver, strength)
        state = self.warp.encode(source)
        driving = Driving(face=_face(driver, source.image.shape[0]))
        options = Options(strength=strength, follow_pose=False)
        still = self.warp.retarget(state, driving, options).points
        if rng.random() < _EDIT_SHARE:
            still = unfold(source.points, edited(rng, still))
        turn = HeadPose(*(rng.normal(size=3) * _TURN))
        motion = self.warp.retarget(state, Driving(points=still, head=turn), Options())
        picture = self.warp.render_frame(state, replace(motion, driving=nearest))
        return _window(picture, motion.points, size)

    def _source(self, rng, driver: Points, strength: float):
        """A picture to warp, and the one whose mouth shows its inside."""
        chance = self.crops[rng.integers(len(self.crops))]
        moved = self.warp.expression.transfer(chance.points, driver, strength=strength)
        wanted = lip_gap(moved)
        order = np.argsort(np.abs(self.gaps - wanted))
        near = order[: max(3, round(_NEAR * len(order)))]
        source, first = self.crops[rng.choice(near)], self.crops[order[0]]
        if lip_gap(first.points) < _SEEN * wanted:
            return source, None
        face = _face(first.points, first.image.shape[0])
        return source, Driving(face=face, frame=first.image)


def edited(rng: np.random.Generator, mesh: Points) -> NDArray[np.float32]:
    """(478, 3) with some places moved a little and the face narrower or wider, at random."""
    eyes = eye_distance(mesh[:, :2])
    flat = mesh[:, :2].astype(np.float64)
    move = np.zeros_like(flat)
    for _ in range(rng.integers(1, 4)):
        center = flat[rng.integers(len(flat))]
        far = np.linalg.norm(flat - center, axis=1) / (eyes * rng.uniform(0.25, 0.6))
        move += _BUMP * eyes * rng.normal(size=2) * np.exp(-0.5 * far**2)[:, None]
    middle = (flat[:, 0].min() + flat[:, 0].max()) / 2
    across = (flat[:, 0] - middle) / np.ptp(flat[:, 0]) * 2
    move[:, 0] += _WIDTH * rng.normal() * eyes * across * np.abs(across)
    return np.column_stack([flat + move, mesh[:, 2]]).astype(np.float32)


def _window(picture: Frame, mesh: Points, size: int) -> tuple[Frame, Points]:
    """The face cut out as packed faces are, though its mouth has opened since."""
    crop = face_crop(make_face(mesh, 1.0, picture.shape[:2]), size=size)
    return crop.cut(picture), crop.to_crop(mesh)


def _face(mesh: Points, side: int) -> Face:
    return make_face(mesh.astype(np.float32), 1.0, (side, side))
