"""Fit the face shape model: `python -m reenact.training.face_shape --data DIR`.

A PCA of canonical face meshes seen from the front (people and expressions together), how far faces
go along each mode and how far points lie beside all modes; and named shapes (`jawOpen`,
`mouthSmileLeft` ...): what each of ICT-FaceKit's expressions does to the landmarks, by ridge
regression on rendered people whose expressions are known. `geometry/shape_model.py` reads it.
"""

from __future__ import annotations

import json
import logging
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from reenact import terminal
from reenact.geometry.expression import ExpressionModel
from reenact.geometry.shape_model import WEIGHTS
from reenact.training.expression_meshes import DATA_SETS, load_meshes
from reenact.training.expression_sets import MAX_PITCH, MAX_YAW, canonical, turns

logger = logging.getLogger(__name__)
MODES = 16
WEIGHT = {"london": 1.0, "sfhq": 1.0, "ict": 0.7, "clips": 0.5}
"""How much each data set counts, whatever its number of meshes."""

SHAPES = (
    *("jawOpen", "jawLeft", "jawRight", "mouthClose", "mouthFunnel", "mouthPucker"),
    *("mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight"),
    *("mouthStretchLeft", "mouthStretchRight", "mouthDimpleLeft", "mouthDimpleRight"),
    *("mouthUpperUpLeft", "mouthUpperUpRight", "mouthLowerDownLeft", "mouthLowerDownRight"),
    *("mouthPressLeft", "mouthPressRight", "mouthRollLower", "mouthRollUpper"),
    *("mouthShrugLower", "mouthShrugUpper", "mouthLeft", "mouthRight"),
    *("noseSneerLeft", "noseSneerRight", "cheekSquintLeft", "cheekSquintRight"),
)


def mirror_of(mean: NDArray) -> NDArray[np.int64]:
    """(478,) the mirror image of each point of a symmetric face."""
    from scipy.optimize import linear_sum_assignment

    flipped = mean * (-1, 1, 1)
    return linear_sum_assignment(np.linalg.norm(flipped[:, None] - mean[None], axis=-1))[1]


def fit_modes(
    sets: dict[str, NDArray], mean: NDArray, mirror: NDArray
) -> dict[str, NDArray[np.float64]]:
    """Modes, their deviations, and how far each point lies beside them.

    Args:
        sets: (N, 478, 2) canonical faces by data set.
        mean: (478, 2) the face that modes start from.
        mirror: (478,) mirror images; every face counts together with its own.
    """
    gram = np.zeros((mean.size, mean.size))
    center = np.zeros(mean.size)
    total = sum(WEIGHT[name] for name in sets)
    both = {name: _with_mirror(faces - mean, mirror) for name, faces in sets.items()}
    for name, rows in both.items():
        share = WEIGHT[name] / total / len(rows)
        gram += share * rows.T @ rows
        center += share * rows.sum(0)
    gram -= np.outer(center, center)
    values, vectors = np.linalg.eigh(gram)
    modes = vectors[:, ::-1][:, :MODES].T
    spread = np.sqrt(values[::-1][:MODES])
    beside = np.zeros(len(mean))
    for name, rows in both.items():
        rest = rows - center - (rows - center) @ modes.T @ modes
        square = (rest.reshape(len(rows), -1, 2) ** 2).sum(-1).mean(0)
        beside += WEIGHT[name] / total * square
    kept = float(values[::-1][:MODES].sum() / values.sum())
    logger.info("%d modes hold %.1f %% of the variance.", MODES, 100 * kept)
    return {
        "center": (mean.ravel() + center).reshape(-1, 2),
        "modes": modes,
        "spread": spread,
        "beside": np.sqrt(beside),
    }


def fit_shapes(
    faces: NDArray, data: dict[str, NDArray], mirror: NDArray, ridge: float = 3.0
) -> NDArray[np.float64]:
    """(S, 478, 3) what each of `SHAPES` does, from renders of people with known expressions."""
    names = [str(name) for name in data["truth_names"]]
    inputs, moves = [], []
    for person in np.unique(data["person"]):
        rest = (data["person"] == person) & (data["bank"] < 0)
        if rest.any():
            rows = (data["person"] == person) & (data["bank"] >= 0)
            inputs.append(data["truth"][rows].astype(np.float64))
            moves.append(faces[rows] - faces[rest].mean(0))
    x, y = np.concatenate(inputs), np.concatenate(moves)
    swap = [names.index(_other_side(name)) for name in names]
    x = np.concatenate([x, x[:, swap]])
    y = _with_mirror(y, mirror)
    basis = np.linalg.solve(x.T @ x + ridge * np.eye(len(names)), x.T @ y)
    return basis.reshape(len(names), -1, 3)[[names.index(name) for name in SHAPES]]


def _with_mirror(moves: NDArray, mirror: NDArray) -> NDArray[np.float64]:
    """(2N, points * axes) differences and their mirror images, as rows."""
    flipped = moves[:, mirror] * np.array([-1, 1, 1])[: moves.shape[-1]]
    return np.concatenate([moves, flipped]).reshape(2 * len(moves), -1).astype(np.float64)


def _other_side(name: str) -> str:
    for one, other in (("_L", "_R"), ("_R", "_L"), ("Left", "Right"), ("Right", "Left")):
        if name.endswith(one):
            return name.removesuffix(one) + other
    return name


def export(arrays: dict[str, NDArray], path: Path) -> str:
    """Write what `ShapeModel.load` reads; gives the file's SHA-256."""
    from safetensors.numpy import save

    small = {"modes", "shapes"}
    packed = {
        name: np.ascontiguousarray(value, np.float16 if name in small else np.float32)
        for name, value in arrays.items()
        if name != "mirror"
    }
    packed["mirror"] = arrays["mirror"].astype(np.int16)
    data = save(packed, {"shapes": ",".join(SHAPES), "format": "reenact.face_shape.1"})
    path.write_bytes(data)
    return sha256(data).hexdigest()


def register(path: Path, digest: str) -> None:
    """Put the hash into the card and the list of hashes beside the weights."""
    card_file, sums = path.with_suffix(".json"), path.parent / "SHA256SUMS"
    card = json.loads(card_file.read_text()) | {"sha256": digest}
    card_file.write_text(json.dumps(card, indent=2) + "\n")
    lines = [s for s in sums.read_text().splitlines() if not s.endswith(f"  {path.name}")]
    lines = sorted([*lines, f"{digest}  {path.name}"], key=lambda line: line[66:])
    sums.write_text("\n".join(lines) + "\n")


def main(
    data: Annotated[Path, typer.Option(help="Folder with london, clips, sfhq and ict_facekit.")],
    models: Annotated[Path | None, typer.Option(help="Folder with the teacher's .task.")] = None,
    cache: Annotated[Path, typer.Option(help="Meshes of these data are kept here.")] = Path(
        "/tmp/expr_cache"
    ),
    out: Annotated[Path, typer.Option(help="The weights file.")] = WEIGHTS,
) -> None:
    """Fit the shape model and write its weights."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    mean = ExpressionModel.load().mean
    mirror = mirror_of(mean)
    found = {
        name: load_meshes(name, data, models or data.parent / "models", cache) for name in DATA_SETS
    }
    sets = {}
    for name, meshes in found.items():
        turn = np.abs(turns(meshes["points"], mean))
        near = (turn[:, 0] < MAX_YAW) & (turn[:, 1] < MAX_PITCH)
        sets[name] = canonical(meshes["points"], mean)
        found[name] = {key: value for key, value in meshes.items() if key != "points"}
        found[name]["near"] = near
    shapes = fit_shapes(sets["ict"], found["ict"], mirror)
    front = {name: faces[found[name]["near"]][..., :2] for name, faces in sets.items()}
    arrays = fit_modes(front, mean[:, :2], mirror)
    digest = export(arrays | {"shapes": shapes, "mirror": mirror}, out)
    if out == WEIGHTS:
        register(out, digest)
    logger.info("Wrote %s (%s).", out, digest[:12])


if __name__ == "__main__":
    terminal.program(main, "reenact.training.face_shape")
