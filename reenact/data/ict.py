"""ICT-FaceKit light: a face model with 100 identity axes and 57 named expressions.

R. Li et al., "Learning Formation of Physically-Based Face Attributes", CVPR 2020.
Licence: MIT. Source: https://github.com/ICT-VGL/ICT-FaceKit. The project reads
one file that packs the model's arrays (`ict_facekit.npz`); it is not shipped.
Units: centimetres, x to the person's left, y up, z out of the face.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reenact.errors import InputError, ShapeError

FILE = "ict_facekit.npz"
ARRAYS = (
    "neutral",
    "identity",
    "expression",
    "expression_names",
    "tri",
    "uv",
    "tri_uv",
    "mat",
)

# The Multi-PIE (dlib) 68 points as vertices of the mesh, in the order of the 68 points.
LANDMARKS_68: tuple[int, ...] = (
    *(
        1225,
        1888,
        1052,
        367,
        1719,
        1722,
        2199,
        1447,
        966,
        3661,
        4390,
        3927,
        3924,
        2608,
        3272,
    ),
    *(
        4088,
        3443,
        268,
        493,
        1914,
        2044,
        1401,
        3615,
        4240,
        4114,
        2734,
        2509,
        978,
        4527,
        4942,
    ),
    *(
        4857,
        1140,
        2075,
        1147,
        4269,
        3360,
        1507,
        1542,
        1537,
        1528,
        1518,
        1511,
        3742,
        3751,
        3756,
    ),
    *(
        3721,
        3725,
        3732,
        5708,
        5695,
        2081,
        0,
        4275,
        6200,
        6213,
        6346,
        6461,
        5518,
        5957,
        5841,
    ),
    *(5702, 5711, 5533, 6216, 6207, 6470, 5517, 5966),
)


@dataclass(frozen=True)
class IctFaceKit:
    """The model's arrays. `V` vertices (26719), `F` triangles (52220).

    Attributes:
        neutral: (V, 3) the mean face, centimetres.
        identity: (100, V, 3) offsets for a weight of 1; weights are close to standard normal.
        expression: (57, V, 3) offsets for a weight of 1; weights are 0 to 1.
        names: the 57 expressions in the model's spelling (`mouthSmile_L`).
        triangles: (F, 3) vertex indices.
        uv, triangles_uv: texture coordinates 0..1 and their (F, 3) indices.
        materials, material_names: (F,) index into the names (`M_Face`, `M_Teeth` ...).
    """

    neutral: NDArray[np.float32]
    identity: NDArray[np.float32]
    expression: NDArray[np.float32]
    names: tuple[str, ...]
    triangles: NDArray[np.int32]
    uv: NDArray[np.float32]
    triangles_uv: NDArray[np.int32]
    materials: NDArray[np.uint8]
    material_names: tuple[str, ...]

    @property
    def arkit_names(self) -> tuple[str, ...]:
        """The names as ARKit and MediaPipe spell them (`mouthSmileLeft`, `browInnerUp_L`)."""
        return tuple(arkit_name(name) for name in self.names)

    def expression_weights(self, weights: Mapping[str, float]) -> NDArray[np.float32]:
        """(57,) weights from a few names, in the model's or ARKit's spelling; the rest are 0."""
        row = {name: i for i, name in enumerate(self.names)}
        row |= {name: i for i, name in enumerate(self.arkit_names)}
        values = np.zeros(len(self.names), np.float32)
        for name, value in weights.items():
            values[[row[n] for n in _both_sides(name, row)]] = value
        return values

    def mesh(
        self,
        identity: NDArray | None = None,
        expression: NDArray | Mapping[str, float] | None = None,
    ) -> NDArray[np.float32]:
        """(V, 3) vertices of one person with one expression, centimetres.

        Args:
            identity: up to 100 weights, standard normal gives plausible people; None is the mean.
            expression: (57,) weights 0..1, or a few by name; None is neutral.
        """
        vertices = self.neutral.copy()
        if identity is not None:
            vertices += _blend(self.identity, np.asarray(identity, np.float32), "identity")
        if isinstance(expression, Mapping):
            expression = self.expression_weights(expression)
        if expression is not None:
            vertices += _blend(self.expression, np.asarray(expression, np.float32), "expression")
        return vertices

    def landmarks_68(self, vertices: NDArray) -> NDArray[np.float32]:
        """(68, 3) the Multi-PIE points of a mesh."""
        return vertices[list(LANDMARKS_68)]


def arkit_name(name: str) -> str:
    """ICT's spelling as ARKit's; shapes that ARKit does not split by side keep their side.

    Example:
        >>> arkit_name("mouthSmile_L"), arkit_name("browInnerUp_L"), arkit_name("jawOpen")
        ('mouthSmileLeft', 'browInnerUp_L', 'jawOpen')
    """
    unsplit = ("browInnerUp", "cheekPuff", "cheekRaiser", "PupilDilate")
    if name[-2:] not in ("_L", "_R") or name.startswith(unsplit):
        return name
    return name[:-2] + ("Left" if name.endswith("_L") else "Right")


def load_ict(folder: str | Path) -> IctFaceKit:
    """Read the model from `folder/ict_facekit.npz`, or from that file itself."""
    path = Path(folder)
    for candidate in (path, path / FILE, path / "ict_facekit" / FILE):
        if candidate.is_file():
            return _read(candidate)
    raise InputError(
        f"`{FILE}` must be in {path}, it is not there. Get ICT-FaceKit (MIT) from "
        "https://github.com/ICT-VGL/ICT-FaceKit, packed as numpy arrays: "
        f"{', '.join(ARRAYS)}, mats."
    )


def _read(path: Path) -> IctFaceKit:
    try:
        with np.load(path, allow_pickle=False) as file:
            missing = [name for name in ARRAYS if name not in file]
            if missing:
                raise InputError(f"{path} must hold {', '.join(ARRAYS)}; it lacks {missing}.")
            data = {name: file[name] for name in (*ARRAYS, "mats")}
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{path} must be the ICT-FaceKit archive, it cannot be read.") from error
    return IctFaceKit(
        neutral=data["neutral"].astype(np.float32),
        identity=data["identity"].astype(np.float32),
        expression=data["expression"].astype(np.float32),
        names=tuple(str(name) for name in data["expression_names"]),
        triangles=data["tri"].astype(np.int32),
        uv=data["uv"].astype(np.float32),
        triangles_uv=data["tri_uv"].astype(np.int32),
        materials=data["mat"],
        material_names=tuple(str(name) for name in data["mats"]),
    )


def _both_sides(name: str, row: Mapping[str, int]) -> list[str]:
    """The shapes that a name stands for: itself, or both sides of it (`browInnerUp`)."""
    if name in row:
        return [name]
    sides = [name + side for side in ("_L", "_R") if name + side in row]
    if not sides:
        raise InputError(f"ICT-FaceKit has no expression {name!r}. It has {', '.join(row)}.")
    return sides


def _blend(offsets: NDArray, weights: NDArray, what: str) -> NDArray[np.float32]:
    if weights.ndim != 1 or len(weights) > len(offsets):
        raise ShapeError(
            f"`{what}` must be at most {len(offsets)} weights in one row, got {weights.shape}."
        )
    return np.tensordot(weights, offsets[: len(weights)], axes=1).astype(np.float32)
