"""`g2gan`, its ablations and the C-GAN baseline on people never trained on (G2-GAN, section 4).

    python -m bench.g2gan --data ../shared/data
    python -m bench.g2gan --data ../shared/data --weights A=A.safetensors --weights cgan=C.st

Synthesis draws the true expression's landmarks on the neutral picture, as table 1 does; `driven`
lets another person's smile drive it; removal takes the expression off, its neutral landmarks being
guessed. The truth is the person's own picture, laid on the source by points that expressions hardly
move; the rendered people's lies where it is. `ssim_face`, `psnr_face` and `detail` are of the face
alone, see `face_pixels`. `rank1`: share of outputs nearest to their own person among all neutral
pictures (tables 2 and 4; of `copy` in removal it is before removal). `cgan` is the paper's C-GAN,
told picture and heat maps; `cgan-moved` also sees the picture moved by the landmarks, as g2gan
does. `g2gan~cgan` is g2gan's output blurred until it has that one's detail. Intervals are 95 %,
over people.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer
from numpy.typing import NDArray

from bench.baselines import Copy
from bench.face_pixels import blurred_alike, face_figures, face_mask
from bench.g2gan_cases import CROP_PX, LONDON, RENDERED, Case, Shot, cases_of, laid
from bench.metrics.identity import descriptor, identity_distance
from bench.metrics.landmarks import landmark_distance
from bench.metrics.pixels import psnr, ssim
from bench.metrics.recognition import compare as compare_people
from bench.metrics.recognition import rank1
from bench.stats import compare, estimate
from reenact import terminal
from reenact.base import Method
from reenact.errors import InputError
from reenact.face.detect import make_face
from reenact.face.landmarks import mesh_in_box
from reenact.geometry.expression import ExpressionModel
from reenact.geometry.regions import MOUTH_CORNERS_OUTER
from reenact.methods import g2gan
from reenact.pipeline import Reenactor
from reenact.types import Face, Frame, Options

_PIXELS = ("ssim", "psnr", "ssim_face", "psnr_face", "detail")
FIGURES = (*_PIXELS, "lmk", "identity_distance", "rank1")
BASELINES = ("cgan", "cgan-moved")
BLURRED = {name: f"g2gan~{name}" for name in BASELINES}
PAIRS = (
    ("g2gan", "copy"),
    *(pair for name in BASELINES for pair in (("g2gan", name), (BLURRED[name], name))),
    *(("D", other) for other in ("copy", *BASELINES, "A", "B", "C")),
)
"""Who is compared; D is the whole method where it was trained like A, B, C and the baselines."""
TASKS = ("synthesis", "driven", "removal")
ALL = "all"
INTENSITIES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
_STILL = Options(follow_pose=False)


@dataclass(frozen=True)
class Row:
    """Figures of one output."""

    task: str
    kind: str
    method: str
    person: str
    values: dict[str, float]
    seen: NDArray[np.float64]


def make_output(task: str, case: Case, method: Method, other: Shot | None) -> Frame:
    """(H, W, 3) the output of one case."""
    source = case.expression if task == "removal" else case.neutral
    known = None if task == "removal" else source.face.points
    reenactor = Reenactor(
        source.frame, method, options=_STILL, source_face=source.face, source_neutral=known
    )
    if task == "driven":
        return reenactor.drive(other.frame, other.face).image
    if task == "synthesis":
        points = laid(case.expression, source)[1]
        return reenactor.edit(source.crop.to_frame(points)).image
    if method.removes_expressions:
        return reenactor.neutral().image
    model = ExpressionModel.load()
    return reenactor.edit(model.transfer(source.face.points, model.mean)).image


def measure(task: str, case: Case, name: str, output: Frame) -> Row:
    """The figures of one output, but for `rank1`, which needs everybody."""
    source, truth = case.neutral, case.expression
    if task == "removal":
        source, truth = truth, source
    target, points = laid(truth, source)
    face = face_in(output, source)
    made, seen = source.crop.cut(output), descriptor(output, face)
    own = source.crop.to_crop(source.face.points)
    values = face_figures(made, target, face_mask(CROP_PX, own, points)) | {
        "ssim": ssim(made, target),
        "psnr": psnr(made, target),
        "lmk": landmark_distance(source.crop.to_crop(face.points)[:, :2], points[:, :2]),
        "identity_distance": identity_distance(
            seen, descriptor(case.neutral.frame, case.neutral.face)
        ),
    }
    return Row(task, case.kind, name, case.person, values, seen)


def face_in(output: Frame, source: Shot) -> Face:
    """The face of an output, where the source's is."""
    mesh = mesh_in_box(output, np.array(source.face.box))
    return source.face if mesh is None else make_face(mesh, 1.0, output.shape[:2])


def measure_all(
    cases: list[Case], methods: dict[str, Method], pictures: Path | None = None
) -> list[Row]:
    """Rows of all tasks, cases and methods."""
    rows: list[Row] = []
    portraits = [case for case in cases if case.kind == LONDON]
    for number, case in enumerate(cases):
        other = None
        if case.kind == LONDON and len(portraits) > 1:
            other = portraits[(portraits.index(case) + 1) % len(portraits)].expression
        for task in TASKS:
            if task == "driven" and other is None:
                continue
            shown = [case.neutral.crop.cut(case.neutral.frame)]
            shown.append(case.expression.crop.cut(case.expression.frame))
            source = case.expression if task == "removal" else case.neutral
            outputs = {
                name: make_output(task, case, method, other) for name, method in methods.items()
            }
            for name in [name for name in BASELINES if name in outputs]:
                outputs[BLURRED[name]] = _alike(outputs["g2gan"], outputs[name], source)
            for name, output in outputs.items():
                rows.append(measure(task, case, name, output))
                shown.append(source.crop.cut(output))
            if pictures is not None:
                sheet = cv2.cvtColor(np.hstack(shown), cv2.COLOR_RGB2BGR)
                cv2.imwrite(str(pictures / f"{task}-{number:03d}-{case.person}.png"), sheet)
    _add_rank1(rows, cases)
    return rows


def _alike(output: Frame, other: Frame, source: Shot) -> Frame:
    """An output blurred until it has no more fine detail than another; see `blurred_alike`."""
    crop = source.crop
    mask = face_mask(CROP_PX, crop.to_crop(source.face.points))
    sigma = blurred_alike(crop.cut(output), crop.cut(other), mask) / crop.scale
    return cv2.GaussianBlur(output, (0, 0), sigma) if sigma > 0 else output


def _add_rank1(rows: list[Row], cases: list[Case]) -> None:
    gallery: dict[str, NDArray] = {}
    for case in cases:
        if case.person not in gallery:
            gallery[case.person] = descriptor(case.neutral.frame, case.neutral.face)
    if len(gallery) < 2:
        raise InputError("Rank-1 needs two people or more. Raise `--limit`.")
    found = compare_people(
        np.stack([row.seen for row in rows]),
        [row.person for row in rows],
        np.stack(list(gallery.values())),
        list(gallery),
    )
    for row, is_first in zip(rows, rank1(found), strict=True):
        row.values["rank1"] = float(is_first)


def print_table(rows: list[Row]) -> None:
    """One line a task, kind and method, then what differs beyond chance. `all` is every kind."""
    groups: dict[tuple[str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        groups[row.task, row.kind][row.method].append(row)
    for task in TASKS:
        if (task, LONDON) in groups and (task, RENDERED) in groups:
            for row in (row for row in rows if row.task == task):
                groups[task, ALL][row.method].append(row)
    for (task, kind), by_method in groups.items():
        for name, own in by_method.items():
            people = [row.person for row in own]
            shown = []
            for figure in FIGURES:
                found = estimate([row.values[figure] for row in own], people)
                shown.append(f"{figure} {found.mean:.3f} [{found.low:.3f}, {found.high:.3f}]")
            print(f"{task:10}{kind:9}{name:17}n {len(own):3d}  {'  '.join(shown)}")
        for first, second in PAIRS:
            if first in by_method and second in by_method:
                gaps = _gaps(by_method[first], by_method[second])
                print(f"{task:10}{kind:9}{first} - {second}: {gaps}")


def _gaps(first: list[Row], second: list[Row]) -> str:
    """What one method has more than another, with intervals over people."""
    people, shown = [row.person for row in first], []
    for figure in FIGURES[:-1]:
        pairs = [[row.values[figure] for row in rows] for rows in (first, second)]
        found = compare(*pairs, people)
        shown.append(f"{figure} {found.difference:+.3f} [{found.low:+.3f}, {found.high:+.3f}]")
    return "  ".join(shown)


def corners_by_intensity(cases: list[Case], method: Method) -> NDArray[np.float64]:
    """(N, 7) how far the outputs' mouth corners went along the way to their end, 256ths of a face.

    Everybody's neutral picture is driven by the person's own smile, at `INTENSITIES`.
    """
    found = []
    for case in (case for case in cases if case.label == "smile"):
        source, corners = case.neutral, list(MOUTH_CORNERS_OUTER)
        known = source.face.points
        reenactor = Reenactor(source.frame, method, source_face=source.face, source_neutral=known)
        places = []
        for strength in INTENSITIES:
            reenactor.options = Options(strength=strength, follow_pose=False)
            output = reenactor.drive(case.expression.frame, case.expression.face).image
            points = source.crop.to_crop(face_in(output, source).points)
            places.append(points[corners, :2] - points[1, :2])  # from the nose, which stays
        path = np.stack(places) - places[0]
        way = path[-1] / max(float(np.linalg.norm(path[-1])), 1e-6)
        found.append((path * way).sum((1, 2)))
    return np.array(found)


def main(
    data: Annotated[Path | None, typer.Option(help="Folder with london.")] = None,
    weights: Annotated[
        list[str] | None, typer.Option(help="NAME=FILE: A, B, C, D, cgan, cgan-moved.")
    ] = None,
    own: Annotated[Path | None, typer.Option(help="g2gan's, where not the embedded.")] = None,
    limit: Annotated[int | None, typer.Option(help="People of each kind.")] = None,
    output: Annotated[Path | None, typer.Option("--json", help="Write all numbers here.")] = None,
    pictures: Annotated[Path | None, typer.Option(help="Folder for pictures.")] = None,
) -> None:
    """Measure and print."""
    methods: dict[str, Method] = {"copy": Copy(), "g2gan": g2gan.create(own)}
    for word in weights or []:
        name, _, file = word.partition("=")
        methods[name] = g2gan.create(file)
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
    cases = list(cases_of(None if data is None else data / LONDON, limit))
    rows = measure_all(cases, methods, pictures)
    print_table(rows)
    moved = corners_by_intensity(cases, methods["g2gan"])
    rises = np.diff(moved.mean(0))
    each = (np.diff(moved, axis=1) > 0).mean()
    print(f"mouth corners at {INTENSITIES}: {np.round(moved.mean(0), 2).tolist()}")
    print(f"mean rises at each step: {bool((rises > 0).all())}; single steps that rise: {each:.1%}")
    if output is not None:
        kept = [vars(row) | {"seen": None} for row in rows]
        output.write_text(json.dumps({"rows": kept, "corners": moved.tolist()}))


if __name__ == "__main__":
    terminal.program(main, "bench.g2gan")
