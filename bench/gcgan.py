"""`gcgan`, its ablations and SPG on people never trained on; and the manifold as a picture.

    python -m bench.gcgan bars --data ../shared/data [--parts DIR]
    python -m bench.gcgan manifold --data ../shared/data -o manifold.png

`--parts` is a folder with weights that were trained alike: full, nocontr, nogr, noir, spg
(`.safetensors`, made by `python -m reenact.methods.gcgan export`).

- Expression similarity (GC-GAN, table 2): cosine of the expressions that rules read from the
  output's and the driving face's landmarks; and, as printed there, of z_g, by the embedded E for
  all methods.
- Verification: share of outputs that dlib takes for the source's person.
- Lipschitz ratio (equation 3) over ten equal steps between two expressions of a person: picture in
  -1..1 at 64 x 64 over what was stepped through: z_g, or for SPG landmarks (units differ), and
  over the landmarks of both.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from bench.g2gan_cases import Shot
from bench.gcgan_cases import Transfer, transfers, ways
from bench.metrics.expression import expression_similarity, expression_vector, mesh_measures
from bench.metrics.identity import descriptor, identity_distance, is_same_person
from bench.metrics.pixels import psnr, ssim
from bench.metrics.temporal import lipschitz_ratios
from bench.stats import compare, estimate
from reenact import terminal
from reenact.base import Method, Motion
from reenact.errors import InputError
from reenact.face.detect import make_face
from reenact.face.landmarks import mesh_in_box
from reenact.geometry.canonical import place
from reenact.methods import gcgan, warp
from reenact.methods.gcgan.geometry import face_window, geometry
from reenact.methods.gcgan.method import GCGAN
from reenact.methods.gcgan.spg import Spg
from reenact.methods.warp_repair.pairs import laid_onto
from reenact.pipeline import Reenactor
from reenact.types import Face, Options

PARTS = {
    "full": "trained alike: full",
    "nocontr": "w/o L_contr",
    "nogr": "w/o L_gr",
    "noir": "w/o L_ir",
    "spg": "SPG",
}
Column = tuple[list[float], list[str]]
"""Figures, and whose they are."""
FIGURES = ("similarity", "z_similarity", "verified", "identity_distance", "ssim", "psnr")
_STEPS = 10
_SIDE = 64
app = typer.Typer(help=__doc__, no_args_is_help=True)
Data = Annotated[Path, typer.Option(help="Folder with london and sfhq.")]


def measure(case: Transfer, method: Method, judge: GCGAN) -> dict[str, float]:
    """The figures of one transfer; those of the truth only where there is one."""
    source = case.source
    reenactor = Reenactor(
        source.frame, method, options=Options(follow_pose=False), source_face=source.face
    )
    output = reenactor.drive(case.driving.frame, case.driving.face).image
    mesh = mesh_in_box(output, np.array(source.face.box))
    mesh = source.face.points if mesh is None else mesh
    face = make_face(mesh, 1.0, output.shape[:2])
    wanted = case.driving.face.points
    own = descriptor(source.frame, source.face)
    made = descriptor(output, face)
    vectors = (expression_vector(mesh_measures(points)) for points in (mesh, wanted))
    found = {
        "similarity": expression_similarity(*vectors),
        "z_similarity": _cosine(judge.embed(mesh), judge.embed(wanted)),
        "verified": is_same_person(made, own),
        "identity_distance": identity_distance(made, own),
    }
    if case.truth is not None:
        crop = source.crop
        there = crop.to_crop(source.face.points)
        target = laid_onto(case.truth.frame, case.truth.face.points, there, crop.size)[0]
        found |= {"ssim": ssim(crop.cut(output), target), "psnr": psnr(crop.cut(output), target)}
    return found


def lipschitz(method: GCGAN, between: list[tuple[str, Shot, Shot]]) -> dict[str, Column]:
    """Ratios and their people: over the own condition, and over landmarks."""
    found: dict[str, Column] = {"own": ([], []), "landmarks": ([], [])}
    for person, first, second in between:
        reenactor = Reenactor(first.frame, method, source_face=first.face)
        for kind, motions, conditions in _clips(method, reenactor, second.face):
            pictures = [_small(method, reenactor, motion) for motion in motions]
            ratios = lipschitz_ratios(np.stack(pictures), np.stack(conditions))
            ratios = ratios[~np.isnan(ratios)]
            found[kind][0].extend(ratios.tolist())
            found[kind][1].extend([person] * len(ratios))
    return found


def _clips(method: GCGAN, reenactor: Reenactor, second: Face):
    """("own", motions, conditions) in equal steps of the method's own condition; and landmarks'."""
    state, mean = reenactor.state, method.expression.mean
    shares = np.linspace(0, 1, _STEPS + 1)
    here = reenactor.state.source.points
    there = place(here, mean).apply(place(second.points, mean).undo(second.points))
    meshes = [((1 - share) * here + share * there).astype(np.float32) for share in shares]
    shapes = [geometry(mesh, mean) for mesh in meshes]
    if isinstance(method, Spg):
        motions = [method.at(state, mesh, 1.0) for mesh in meshes]
        yield "own", motions, shapes
    else:
        motions = list(method.between(state, here, there, _STEPS + 1))
        yield "own", motions, [motion.extra["z"] for motion in motions]
        motions = [method.towards(state, method.embed(mesh)) for mesh in meshes]
    yield "landmarks", motions, shapes


def _small(method: GCGAN, reenactor: Reenactor, motion: Motion) -> NDArray[np.float64]:
    """The face at 64 x 64, -1..1."""
    image = method.render_frame(reenactor.state, motion)
    source = reenactor.state.source
    window = face_window(source.points, method.expression.mean, _SIDE, image.shape[:2])
    return window.cut(image).astype(np.float64) / 127.5 - 1


def _cosine(first: NDArray, second: NDArray) -> float:
    return float(first @ second / max(np.linalg.norm(first) * np.linalg.norm(second), 1e-9))


def methods_of(weights: Path | None, parts: Path | None) -> dict[str, Method]:
    """Methods by their name in the table.

    Raises:
        InputError: a part is missing.
    """
    found: dict[str, Method] = {"warp": warp.create(), "gcgan": gcgan.create(weights)}
    for name, title in (PARTS if parts is not None else {}).items():
        file = parts / f"{name}.safetensors"
        if not file.is_file():
            raise InputError(f"`parts` must hold {name}.safetensors, it is not in '{parts}'.")
        found[title] = gcgan.create(file)
    return found


@app.command()
def bars(
    data: Data,
    weights: Annotated[Path | None, typer.Option(help="Where not the embedded ones.")] = None,
    parts: Annotated[Path | None, typer.Option(help="Folder of weights trained alike.")] = None,
    limit: Annotated[int | None, typer.Option(help="People of each kind.")] = None,
) -> None:
    """Tables 1 and 2 and figure 3 on held-out people, with 95 % intervals over people."""
    methods = methods_of(weights, parts)
    judge = methods["gcgan"]
    rows: dict[str, dict[str, dict[str, Column]]] = {}
    for case in transfers(data, limit):
        for name, method in methods.items():
            row = rows.setdefault(case.kind, {}).setdefault(name, {})
            for key, value in measure(case, method, judge).items():
                values, people = row.setdefault(key, ([], []))
                values.append(value)
                people.append(case.person)
    for kind, by_method in rows.items():
        _print(kind, by_method, FIGURES)
    between = ways(data, limit)
    slopes = {n: lipschitz(m, between) for n, m in methods.items() if isinstance(m, GCGAN)}
    for kind in ("own", "landmarks"):
        _print("lipschitz", {name: {kind: found[kind]} for name, found in slopes.items()}, (kind,))
        for name, found in slopes.items():
            high = np.percentile(found[kind][0], 95)
            print(f"{'lipschitz':14} {name:20} {kind} p95 {high:.2f} max {max(found[kind][0]):.2f}")


def _print(kind: str, by_method: dict[str, dict[str, Column]], figures: tuple[str, ...]) -> None:
    """One line a method, and what the whole one has more than each of those trained alike."""
    for name, row in by_method.items():
        own = [figure for figure in figures if figure in row]
        shown = " ".join(f"{figure} {_shown(*row[figure])}" for figure in own)
        print(f"{kind:14} {name:20} n {len(row[own[0]][0]):3d} {shown}")
    whole = by_method.get(PARTS["full"], {})
    for name, row in by_method.items() if whole else ():
        if name not in PARTS.values() or name == PARTS["full"]:
            continue
        shown = []
        for figure in (figure for figure in figures if figure in row):
            (ours, people), (theirs, _) = whole[figure], row[figure]
            if len(ours) == len(theirs):
                gap = compare(ours, theirs, people)
                shown.append(f"{figure} {gap.difference:+.3f} [{gap.low:+.3f}, {gap.high:+.3f}]")
        print(f"{kind:14} full - {name:13} {' '.join(shown)}")


def _shown(values: list[float], people: list[str]) -> str:
    found = estimate(values, people)
    return f"{found.mean:.3f} [{found.low:.3f}, {found.high:.3f}]"


@app.command()
def manifold(
    data: Data,
    output: Annotated[Path, typer.Option("--output", "-o", help="PNG to write.")],
    weights: Annotated[Path | None, typer.Option(help="Where not the embedded ones.")] = None,
) -> None:
    """Draw figure 4: t-SNE of z_g of held-out people, without and with the contrastive loss."""
    from bench.gcgan_manifold import draw_manifold

    print("\n".join(draw_manifold(data, output, weights)))


if __name__ == "__main__":
    terminal.main(app, "bench.gcgan")
