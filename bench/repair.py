"""`warp-repair` against `warp` and the untouched source, on people its network never saw.

    python -m bench.repair --data ../shared/data --models ../shared/models --cache CACHE

Cases: held-out people of london, neutral, driven by their own smile and by the next person's;
held-out clips, one frame driven by others. The truth is the person's own real expression, laid
onto the source's head by points that expressions hardly move, in the upright 256 crop.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from bench.baselines import Copy
from bench.metrics.identity import descriptor, identity_distance
from bench.metrics.landmarks import landmark_distance
from bench.metrics.pixels import ssim
from reenact import terminal
from reenact.base import Method
from reenact.face.align import Crop, face_crop
from reenact.face.detect import make_face
from reenact.face.landmarks import mesh_in_box
from reenact.face.pose import head_pose
from reenact.methods import warp, warp_repair
from reenact.methods.warp_repair.config import RepairConfig
from reenact.methods.warp_repair.faces import FacePicture, faces_of
from reenact.methods.warp_repair.pairs import laid_onto
from reenact.methods.warp_repair.window import MouthWindow, draw_mouth_maps
from reenact.pipeline import Reenactor
from reenact.types import Face, Frame, Options, Points

CROP_PX = 256
FIGURES = ("ssim", "mouth_l1", "window_l1", "lmk", "identity_distance")
_SPREAD, _EACH = 9.0, 24  # degrees between source and driving frame; frames of a clip


@dataclass(frozen=True)
class Case:
    """One measurement: a source, what drives it, and the real picture."""

    kind: str
    source: FacePicture
    driving: FacePicture
    truth: FacePicture


def cases_of(data: Path, models: Path, cache: Path, limit: int | None = None) -> list[Case]:
    """All cases of held-out people."""
    from reenact.training.expression_meshes import load_meshes

    def held_out(name: str) -> list[FacePicture]:
        faces = faces_of(name, data, load_meshes(name, data, models, cache))
        return [face for face in faces if face.split == "held_out"]

    portraits = list(_portraits(held_out("london")))
    clips = list(_clips(held_out("clips")))
    by_kind: dict[str, list[Case]] = {}
    for case in portraits + clips:
        by_kind.setdefault(case.kind, []).append(case)
    return [case for cases in by_kind.values() for case in cases[:limit]]


def _portraits(faces: list[FacePicture]) -> Iterator[Case]:
    neutral = {face.person: face for face in faces if face.expression == "neutral"}
    smiling = {face.person: face for face in faces if face.expression == "smiling"}
    people = sorted(set(neutral) & set(smiling))
    for person, other in zip(people, people[1:] + people[:1], strict=True):
        yield Case("london, own smile", neutral[person], smiling[person], smiling[person])
        yield Case("london, other's smile", neutral[person], smiling[other], smiling[person])


def _clips(faces: list[FacePicture]) -> Iterator[Case]:
    for person in sorted({face.person for face in faces}):
        frames = [face for face in faces if face.person == person]
        source = min(frames, key=lambda face: face.gap + 0.01 * abs(head_pose(face.points).yaw))
        near = [face for face in frames if _turn(face, source) < _SPREAD]
        for row in np.linspace(0, len(near) - 1, min(_EACH, len(near))).astype(int):
            yield Case(person, source, near[row], near[row])


def _turn(first: FacePicture, second: FacePicture) -> float:
    here, there = head_pose(first.points), head_pose(second.points)
    return max(abs(here.yaw - there.yaw), abs(here.pitch - there.pitch))


def measure(case: Case, method: Method) -> dict[str, float]:
    """The figures of one case."""
    picture, options = case.source.read(), Options(follow_pose=False)
    reenactor = Reenactor(picture, method, options=options, source_face=case.source.face)
    output = reenactor.drive(case.driving.read(), case.driving.face).image
    crop = face_crop(case.source.face, size=CROP_PX)
    there = crop.to_crop(case.source.points)
    target, points = laid_onto(case.truth.read(), case.truth.points, there, CROP_PX)
    return _figures(crop.cut(output), target, points, _found(crop, output, case)) | {
        "identity_distance": identity_distance(
            descriptor(output, _found(crop, output, case)[0]), descriptor(picture, case.source.face)
        )
    }


def _found(crop: Crop, output: Frame, case: Case) -> tuple[Face, Points]:
    """The face of the output, in its picture, and its mesh in the crop."""
    points = mesh_in_box(output, np.array(case.source.face.box))
    points = case.source.points if points is None else points
    return make_face(points, 1.0, output.shape[:2]), crop.to_crop(points)


def _figures(output: Frame, target: Frame, points: Points, found) -> dict[str, float]:
    window = MouthWindow.around(points, RepairConfig())
    mouth = draw_mouth_maps(window, points).sum(0) > 127
    error = np.abs(window.cut(output).astype(float) - window.cut(target)).mean(-1)
    return {
        "ssim": ssim(output, target),
        "mouth_l1": float(error[mouth].mean()),
        "window_l1": float(error.mean()),
        "lmk": landmark_distance(found[1][:, :2], points[:, :2]),
    }


def main(
    data: Path, models: Path, cache: Path, weights: Path | None = None, limit: int | None = None
) -> dict[str, dict[str, dict[str, list[float]]]]:
    """Measure and print one line a kind and method; mean and 95 % interval of the difference."""
    methods: dict[str, Method] = {
        "copy": Copy(),
        "warp": warp.create(),
        "warp-repair": warp_repair.create(weights),
    }
    found: dict[str, dict[str, dict[str, list[float]]]] = {}
    for case in cases_of(data, models, cache, limit):
        for name, method in methods.items():
            row = found.setdefault(case.kind, {}).setdefault(name, {key: [] for key in FIGURES})
            for key, value in measure(case, method).items():
                row[key].append(value)
    for kind, rows in found.items():
        for name, row in rows.items():
            shown = " ".join(f"{key} {np.mean(row[key]):.4f}" for key in FIGURES)
            print(f"{kind:22} {name:12} n {len(row['ssim']):3d} {shown}")
        print(f"{kind:22} {'repair-warp':12}       {_gains(rows['warp'], rows['warp-repair'])}")
    return found


def _gains(before: dict[str, list[float]], after: dict[str, list[float]]) -> str:
    parts = []
    for key in FIGURES:
        change: NDArray = np.array(after[key]) - np.array(before[key])
        half = 1.96 * change.std(ddof=1) / np.sqrt(len(change)) if len(change) > 1 else np.nan
        parts.append(f"{key} {change.mean():+.4f}±{half:.4f}")
    return " ".join(parts)


def command(
    data: Annotated[Path, typer.Option(help="Folder with london and clips.")],
    models: Annotated[Path, typer.Option(help="Folder with MediaPipe's landmarker.")],
    cache: Annotated[Path, typer.Option(help="Meshes of these data are kept here.")],
    weights: Annotated[Path | None, typer.Option(help="In place of the embedded ones.")] = None,
    limit: Annotated[int | None, typer.Option(help="Only so many people and frames.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="All values, as JSON.")] = None,
) -> None:
    """Measure `warp-repair` against `warp` and the untouched source."""
    found = main(data, models, cache, weights, limit)
    if json_file is not None:
        json_file.write_text(json.dumps(found))


if __name__ == "__main__":
    terminal.program(command, "bench.repair")
