"""The person's vertices: identity, expression, gaze, and a head that turns on its neck."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from reenact.data.ict import IctFaceKit
from reenact.data.synthetic.person import Person
from reenact.types import HeadPose

NECK_PIVOT = np.array([0.0, -4.0, -0.5], np.float32)
NECK_TOP_CM, NECK_BOTTOM_CM = -4.5, -12.5
SKIN = ("M_Face", "M_BackHead")


@dataclass(frozen=True)
class Moment:
    """One person at one moment.

    Attributes:
        rest: (V, 3) the person without expression, head straight, centimetres.
        moving: (V, 3) with the expression, head straight.
        posed: (V, 3) with the expression and the head turned.
        turn: (3, 3) rotation of the head.
    """

    rest: NDArray[np.float32]
    moving: NDArray[np.float32]
    posed: NDArray[np.float32]
    turn: NDArray[np.float32]

    def turn_rigidly(self, points: NDArray) -> NDArray[np.float32]:
        """(N, 3) points that sit on the skull, moved with the head."""
        return ((points - NECK_PIVOT) @ self.turn.T + NECK_PIVOT).astype(np.float32)


class Body:
    """ICT-FaceKit's mesh with what the other files ask of it."""

    def __init__(self, model: IctFaceKit) -> None:
        self.model = model

    @cached_property
    def skin_faces(self) -> NDArray[np.bool_]:
        """(F,) whether a triangle is skin."""
        return self.faces_of(*SKIN)

    def faces_of(self, *names: str) -> NDArray[np.bool_]:
        """(F,) whether a triangle has one of these materials."""
        wanted = [self.model.material_names.index(name) for name in names]
        return np.isin(self.model.materials, wanted)

    @cached_property
    def vertex_uv(self) -> NDArray[np.float32]:
        """(V, 2) one texture coordinate for each vertex (of the last triangle that uses it)."""
        uv = np.zeros((len(self.model.neutral), 2), np.float32)
        for faces in (~self.faces_of("M_Face"), self.faces_of("M_Face")):
            uv[self.model.triangles[faces]] = self.model.uv[self.model.triangles_uv[faces]]
        return uv

    @cached_property
    def is_ear(self) -> NDArray[np.bool_]:
        """(V,) whether a vertex belongs to an ear."""
        u, v = self.vertex_uv.T
        side = (u < 0.105) | (u > 0.895)
        face = np.zeros(len(u), bool)
        face[self.model.triangles[self.faces_of("M_Face")]] = True
        return face & side & (v > 0.45) & (v < 0.685)

    def moment(
        self,
        person: Person,
        expression: Mapping[str, float] | None = None,
        pose: HeadPose | None = None,
    ) -> Moment:
        """The person with an expression (ARKit or ICT names, 0 to 1) and a head pose in degrees."""
        pose = pose or HeadPose(0.0, 0.0, 0.0)
        identity = np.asarray(person.identity, np.float32)
        rest = self.model.mesh(identity)
        moving = rest
        if expression:
            moving = rest + (self.model.mesh(None, expression) - self.model.neutral)
        # Yaw + to image right is the person's left (+x); pitch + up lifts the chin.
        turn = Rotation.from_euler("YXZ", (pose.yaw, -pose.pitch, -pose.roll), degrees=True)
        matrix = turn.as_matrix().astype(np.float32)
        share = self._neck_share(rest)
        posed = moving + share[:, None] * ((moving - NECK_PIVOT) @ matrix.T + NECK_PIVOT - moving)
        return Moment(rest, moving, posed.astype(np.float32), matrix)

    @staticmethod
    def _neck_share(rest: NDArray) -> NDArray[np.float32]:
        """(V,) 1 where a vertex turns with the head, 0 where it stays with the chest."""
        height = rest[:, 1] + 0.35 * (rest[:, 2] - 2.0)
        neck = smooth_step(height, NECK_BOTTOM_CM, NECK_TOP_CM)
        chin = smooth_step(rest[:, 2], 4.0, 7.0)
        return np.maximum(neck, chin).astype(np.float32)


def smooth_step(x: NDArray, low: float, high: float) -> NDArray:
    """0 below `low`, 1 above `high`, smooth between; `low` may be the larger one."""
    share = np.clip((x - low) / (high - low), 0, 1)
    return share * share * (3 - 2 * share)


def vertex_normals(vertices: NDArray, triangles: NDArray) -> NDArray[np.float32]:
    """(V, 3) unit normals, weighted by area; vertices without a triangle get zeros."""
    corner = vertices[triangles]
    normal = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    total = np.zeros_like(vertices)
    for column in range(3):
        np.add.at(total, triangles[:, column], normal)
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return (total / np.maximum(length, 1e-9)).astype(np.float32)
