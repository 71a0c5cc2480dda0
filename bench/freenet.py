"""`freenet`, its ablations, `pix2pix`, `warp` and the untouched source on people never trained on.

    python -m bench.freenet --data ../shared/data

Cases: people of london held out by the packed files' split, neutral, driven by their own smile and
by the next person's; a held-out clip, one frame driven by others. The truth is the person's own
real picture, laid onto the source's head by points that expressions hardly move, in the upright
256 crop. Every method gets the same options: expression alone, the head stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer

from bench.baselines import Copy
from bench.metrics.identity import descriptor, identity_distance
from bench.metrics.landmarks import landmark_distance
from bench.metrics.pixels import psnr, ssim, ssim_map
from reenact import terminal
from reenact.base import Method
from reenact.data.sets import HELD_OUT
from reenact.data.sets.items import split_of
from reenact.errors import InputError
from reenact.face.align import face_crop
from reenact.face.detect import find_face, make_face
from reenact.face.landmarks import mesh_in_box
from reenact.face.pose import head_pose
from reenact.geometry.regions import OVAL
from reenact.images import load_picture
from reenact.methods import freenet, pix2pix, warp
from reenact.methods.freenet.method import FreeNet
from reenact.methods.warp_repair.pairs import laid_onto
from reenact.pipeline import Reenactor
from reenact.types import Face, Frame, Options, Points
from reenact.video import ClipReader

CROP_PX = 256
FIGURES = ("ssim", "psnr", "face_ssim", "face_psnr", "lmk", "identity_distance")
RIVALS = ("pix2pix", "warp", "copy")
"""What `freenet` is compared with, pair by pair."""

_FACE_EDGE = 9  # pixels of the crop: the face's contour itself belongs to the face
_SPREAD, _EACH = 9.0, 24  # degrees between source and driving frame; frames of a clip


@dataclass(frozen=True)
class Shot:
    """A picture and its face."""

    frame: Frame
    face: Face


@dataclass(frozen=True)
class Case:
    """One measurement: a source, what drives it, and the real picture."""

    kind: str
    source: Shot
    driving: Shot
    truth: Shot


def cases_of(data: Path, limit: int | None = None) -> Iterator[Case]:
    """All cases of held-out people, kind after kind.

    Raises:
        InputError: none is there.
    """
    found = [*_portraits(data / "london", limit), *_clips(data / "clips", limit)]
    if not found:
        raise InputError(f"`data` must hold london or clips with held-out people, got '{data}'.")
    yield from found


def _portraits(folder: Path, limit: int | None) -> Iterator[Case]:
    names = sorted(path.name for path in (folder / "neutral").glob("*.jpg"))
    names = [name for name in names if split_of(f"london/{Path(name).stem}") == HELD_OUT][:limit]
    shots = {
        (name, mood): _shot(load_picture(folder / mood / name))
        for name in names
        for mood in ("neutral", "smiling")
    }
    for name, other in zip(names, names[1:] + names[:1], strict=True):
        source, own = shots[name, "neutral"], shots[name, "smiling"]
        yield Case("london, own smile", source, own, own)
        yield Case("london, other's smile", source, shots[other, "smiling"], own)


def _clips(folder: Path, limit: int | None) -> Iterator[Case]:
    for path in sorted(folder.glob("*.mp4")):
        if split_of(f"clips/{path.stem}") != HELD_OUT:
            continue
        with ClipReader(path) as clip:
            frames = [frame for index, _, frame in clip if index % 6 == 0]
        shots = [_shot(frame) for frame in frames]
        source = shots[0]
        near = [shot for shot in shots[1:] if _turn(shot, source) < _SPREAD]
        for row in np.linspace(0, len(near) - 1, min(limit or _EACH, len(near))).astype(int):
            yield Case(f"clips/{path.stem}", source, near[row], near[row])


def _shot(frame: Frame) -> Shot:
    return Shot(frame, find_face(frame))


def _turn(first: Shot, second: Shot) -> float:
    here, there = head_pose(first.face.points), head_pose(second.face.points)
    return max(abs(here.yaw - there.yaw), abs(here.pitch - there.pitch))


def measure(case: Case, method: Method) -> tuple[dict[str, float], Frame]:
    """The figures of one case, and the output in the upright crop."""
    source = case.source
    reenactor = Reenactor(
        source.frame, method, options=Options(follow_pose=False), source_face=source.face
    )
    output = reenactor.drive(case.driving.frame, case.driving.face).image
    crop = face_crop(source.face, size=CROP_PX)
    there = crop.to_crop(source.face.points)
    target, points = laid_onto(case.truth.frame, case.truth.face.points, there, CROP_PX)
    mesh = mesh_in_box(output, np.array(source.face.box))
    mesh = source.face.points if mesh is None else mesh
    face = make_face(mesh, 1.0, output.shape[:2])
    own = descriptor(source.frame, source.face)
    made = crop.cut(output)
    return {
        "ssim": ssim(made, target),
        "psnr": psnr(made, target),
        **of_the_face(made, target, points),
        "lmk": landmark_distance(crop.to_crop(mesh)[:, :2], points[:, :2]),
        "identity_distance": identity_distance(descriptor(output, face), own),
    }, made


def of_the_face(made: Frame, target: Frame, points: Points) -> dict[str, float]:
    """SSIM and PSNR of the places inside of the truth's face.

    Args:
        made, target: (256, 256, 3) crops. points: (478, 3) the truth's mesh in them.
    """
    inside = np.zeros(target.shape[:2], np.uint8)
    cv2.fillPoly(inside, [np.rint(points[list(OVAL), :2]).astype(np.int32)], 1)
    inside = cv2.dilate(inside, np.ones((_FACE_EDGE, _FACE_EDGE), np.uint8)) > 0
    values = ssim_map(made, target)
    reach = (len(inside) - len(values)) // 2
    gap = (made.astype(np.float64) - target)[inside]
    return {
        "face_ssim": float(values[inside[reach:-reach, reach:-reach]].mean()),
        "face_psnr": float(10 * np.log10(255**2 / max(np.square(gap).mean(), 1e-5))),
    }


def methods_of(
    weights: Path | None, baseline: Path | None, plain: Path | None, triplet: Path | None
) -> dict[str, Method]:
    """Methods by the name in the table: baselines, FReeNet's parts as in Table 1, the whole.

    Args:
        weights: FReeNet's; None for the embedded ones. baseline: pix2pix's.
        plain, triplet: FReeNet's trained alike, without and with the triplet loss; None leaves
            the triplet row out and takes `weights` for the others.
    """
    full = freenet.create(weights)
    parts = full if plain is None else freenet.create(plain)
    found: dict[str, Method] = {
        "copy": Copy(),
        "warp": warp.create(),
        "pix2pix": pix2pix.create(baseline),
        "GAG": FreeNet(parts.expression, None, parts.gag),
        "GAG+ULC": FreeNet(parts.expression, parts.ulc, parts.gag, blend=0),
    }
    if triplet is not None:
        made = freenet.create(triplet)
        found["GAG+ULC+TP"] = FreeNet(made.expression, made.ulc, made.gag, blend=0)
    return found | {"freenet": full}


def main(
    data: Path,
    weights: Path | None = None,
    baseline: Path | None = None,
    plain: Path | None = None,
    triplet: Path | None = None,
    limit: int | None = None,
) -> dict[str, dict[str, dict[str, list[float]]]]:
    """Measure, and print one line a kind and method."""
    methods = methods_of(weights, baseline, plain, triplet)
    found: dict[str, dict[str, dict[str, list[float]]]] = {}
    for case in cases_of(data, limit):
        for name, method in methods.items():
            row = found.setdefault(case.kind, {}).setdefault(name, {key: [] for key in FIGURES})
            for key, value in measure(case, method)[0].items():
                row[key].append(value)
    for kind, rows in found.items():
        for name, row in rows.items():
            shown = " ".join(f"{key} {np.mean(row[key]):.4f}" for key in FIGURES)
            print(f"{kind:22} {name:12} n {len(row['ssim']):3d} {shown}")
        for rival in RIVALS:
            print(f"{kind:22} freenet - {rival}: {differences(rows['freenet'], rows[rival])}")
    return found


def differences(own: dict[str, list[float]], rival: dict[str, list[float]]) -> str:
    """Mean difference of each figure with its 95 % interval, pair by pair.

    Args:
        own, rival: values by figure, of the same pairs in the same order.
    """
    shown = []
    for key in FIGURES:
        gap = np.subtract(own[key], rival[key])
        error = 1.96 * gap.std(ddof=1) / np.sqrt(len(gap)) if len(gap) > 1 else np.nan
        shown.append(f"{key} {gap.mean():+.4f} ± {error:.4f}")
    return " ".join(shown)


def command(
    data: Annotated[Path, typer.Option(help="Folder that holds london and clips.")],
    weights: Annotated[
        Path | None, typer.Option(help="FReeNet's, where not the embedded ones.")
    ] = None,
    baseline: Annotated[Path | None, typer.Option(help="pix2pix's.")] = None,
    plain: Annotated[Path | None, typer.Option(help="FReeNet's, without the triplet loss.")] = None,
    triplet: Annotated[
        Path | None, typer.Option(help="Trained alike, with the triplet loss.")
    ] = None,
    limit: Annotated[int | None, typer.Option(help="Cases of each kind.")] = None,
    output: Annotated[Path | None, typer.Option("--json", help="Write all numbers here.")] = None,
) -> None:
    """FReeNet, its ablations and baselines on people never trained on."""
    result = main(data, weights, baseline, plain, triplet, limit)
    if output:
        output.write_text(json.dumps(result))


if __name__ == "__main__":
    terminal.program(command, "bench.freenet")
