"""`gcgan`, its ablations and SPG on people never trained on; and the manifold as a picture.

    python -m bench.gcgan bars --data ../shared/data [--parts DIR]
    python -m bench.gcgan lipschitz --data ../shared/data [--parts DIR] [--steps 50]
    python -m bench.gcgan embedding --data ../shared/data [E.safetensors ...]
    python -m bench.gcgan manifold --data ../shared/data -o manifold.png

`--parts` is a folder with weights that were trained alike: full, nocontr, nogr, noir, spg
(`.safetensors`, made by `python -m reenact.methods.gcgan export`).

What the figures are: `gcgan_measures.py`, `gcgan_lipschitz.py` and `gcgan_embedding.py` in `bench`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from bench.gcgan_cases import transfers, ways
from bench.gcgan_lipschitz import KINDS, STEPS, Column, lipschitz
from bench.gcgan_measures import (
    FIGURES,
    Judges,
    measure,
    measure_truth,
    verification_threshold,
)
from bench.stats import compare, estimate
from reenact import terminal
from reenact.base import Method
from reenact.errors import InputError
from reenact.methods import gcgan, warp
from reenact.methods.gcgan.method import GCGAN
from reenact.methods.gcgan.weights import read_embedding

PARTS = {
    "full": "trained alike: full",
    "nocontr": "w/o L_contr",
    "nogr": "w/o L_gr",
    "noir": "w/o L_ir",
    "spg": "SPG",
}
TRUTH = "truth"
"""Row of the source person's own pictures with the driving expression."""
Rows = dict[str, dict[str, dict[str, Column]]]
"""Figures by kind of transfer, method and name."""
app = typer.Typer(help=__doc__, no_args_is_help=True)
Data = Annotated[Path, typer.Option(help="Folder with london and sfhq.")]


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


def judges_of(methods: dict[str, Method], data: Path) -> Judges:
    """The embedded E, that of the whole method trained alike, and the fitted threshold."""
    embeddings = {"z_similarity": methods["gcgan"]}
    if PARTS["full"] in methods:
        embeddings["z_of_full"] = methods[PARTS["full"]]
    london = data / "london"
    return Judges(embeddings, verification_threshold(london) if london.is_dir() else None)


@app.command()
def bars(
    data: Data,
    weights: Annotated[Path | None, typer.Option(help="Where not the embedded ones.")] = None,
    parts: Annotated[Path | None, typer.Option(help="Folder of weights trained alike.")] = None,
    limit: Annotated[int | None, typer.Option(help="People of each kind.")] = None,
) -> None:
    """Tables 1 and 2 and figure 3 on held-out people, with 95 % intervals over people."""
    methods = methods_of(weights, parts)
    judges = judges_of(methods, data)
    print(f"verified_fitted: dlib distance below {judges.threshold}")
    rows: Rows = {}
    for case in transfers(data, limit):
        for name, method in methods.items():
            _note(rows, case.kind, name, measure(case, method, judges).items(), case.person)
        if case.truth is not None:
            _note(rows, case.kind, TRUTH, measure_truth(case, judges).items(), case.person)
    for kind, by_method in rows.items():
        _print(kind, by_method, FIGURES)
    _print_lipschitz(methods, data, limit, STEPS)


@app.command("lipschitz")
def slopes(
    data: Data,
    weights: Annotated[Path | None, typer.Option(help="Where not the embedded ones.")] = None,
    parts: Annotated[Path | None, typer.Option(help="Folder of weights trained alike.")] = None,
    limit: Annotated[int | None, typer.Option(help="People of each kind.")] = None,
    steps: Annotated[int, typer.Option(min=1, help="Between two expressions.")] = STEPS,
) -> None:
    """Equation 3 alone; `bars` prints it too."""
    _print_lipschitz(methods_of(weights, parts), data, limit, steps)


def _print_lipschitz(methods: dict[str, Method], data: Path, limit: int | None, steps: int) -> None:
    between = ways(data, limit)
    slopes = {n: lipschitz(m, between, steps) for n, m in methods.items() if isinstance(m, GCGAN)}
    for kind in KINDS:
        _print("lipschitz", {name: {kind: found[kind]} for name, found in slopes.items()}, (kind,))
        for name, found in slopes.items():
            high, most = np.percentile(found[kind][0], 95), max(found[kind][0])
            print(f"{'lipschitz':15} {name:20} {kind} p95 {high:.2f} max {most:.2f}")


def _note(
    rows: Rows, kind: str, name: str, figures: Iterable[tuple[str, float]], person: str
) -> None:
    row = rows.setdefault(kind, {}).setdefault(name, {})
    for key, value in figures:
        values, people = row.setdefault(key, ([], []))
        values.append(value)
        people.append(person)


def _print(kind: str, by_method: dict[str, dict[str, Column]], figures: tuple[str, ...]) -> None:
    """One line a method, and what the whole one has more than each of those trained alike."""
    for name, row in by_method.items():
        own = [figure for figure in figures if figure in row]
        shown = " ".join(f"{figure} {_shown(*row[figure])}" for figure in own)
        print(f"{kind:15} {name:20} n {len(row[own[0]][0]):3d} {shown}")
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
        print(f"{kind:15} full - {name:13} {' '.join(shown)}")


def _shown(values: list[float], people: list[str]) -> str:
    found = estimate(values, people)
    return f"{found.mean:.3f} [{found.low:.3f}, {found.high:.3f}]"


@app.command()
def embedding(
    data: Data,
    files: Annotated[list[Path] | None, typer.Argument(help="Weights of E beside ours.")] = None,
) -> None:
    """How much of an expression comes through E alone, and how much of the driving person."""
    from bench.gcgan_embedding import ROWS, held_out_faces, survived, through, told_apart

    networks = {"embedded": gcgan.create().embedding}
    networks |= {file.stem: read_embedding(file) for file in files or ()}
    for kind, faces in held_out_faces(data).items():
        rows = dict(ROWS) | {name: through(network) for name, network in networks.items()}
        for name, motion in rows.items():
            found = survived(faces, motion)
            if name in networks:
                found["told apart"] = told_apart(faces, networks[name])
            shown = " ".join(f"{key} {value:.2f}" for key, value in found.items())
            print(f"{kind:13} {name:14} {shown}")


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
