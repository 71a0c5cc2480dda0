"""What the style-based method must reach, on people never trained on; each part is one command.

python -m bench.stylefusion speed --pack FILE       `fast` against the paper's recipe
python -m bench.stylefusion transfer --data DIR     expression, identity, layer choice
python -m bench.stylefusion table1 --data DIR       the paper's Table 1, on people and clips
python -m bench.stylefusion generator --pack FILE   samples, Fréchet distance, reconstruction
python -m bench.stylefusion clip --data DIR         frames a second, from the frame before
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from torch import Tensor

from bench.freenet import Case, cases_of, measure
from bench.metrics.distances import frechet_distance
from bench.metrics.identity import OTHER_PERSON
from bench.people_set import FOLDER
from bench.protocol import load_protocol
from bench.record import make_record
from bench.runner import run
from bench.stats import estimate
from bench.tables import print_groups, print_records
from reenact import terminal
from reenact.base import Method
from reenact.data.pack import Pack
from reenact.data.sets import HELD_OUT
from reenact.data.sets.items import split_of
from reenact.face.detect import find_face, find_faces
from reenact.methods import stylefusion, warp
from reenact.methods.stylefusion.choice import Choice, Judge, choose, expression_distance
from reenact.methods.stylefusion.faces import FacePairs
from reenact.methods.stylefusion.inversion import (
    PAPER_STEPS,
    FastRecipe,
    follow,
    infer_fast,
    infer_paper,
)
from reenact.methods.stylefusion.studio import Studio, load_studio
from reenact.video import ClipReader

app = typer.Typer(
    add_completion=False, pretty_exceptions_enable=False, help=__doc__.splitlines()[0]
)
PackFile = Annotated[Path, typer.Option(help="Packed faces; the held-out people are taken.")]
Weights = Annotated[Path | None, typer.Option(help="None takes the embedded ones.")]
Data = Annotated[Path, typer.Option(help="Folder with london and clips.")]
TABLE1 = ("l1", "l2", "ssim", "detection_failure_rate")
_SHARE = 20  # `fast` may take one part in so many of the paper recipe's time


def held_out(pack: Pack, studio: Studio, count: int) -> Tensor:
    """(N, 3, S, S) normalized faces of different held-out people."""
    rows = [rows[0] for rows in pack.by_person("held_out").values()][:count]
    pairs = FacePairs(pack, studio.config, "held_out", count=1)
    faces = np.stack([pairs.normal(row).transpose(2, 0, 1) for row in rows])
    return torch.from_numpy(faces).float() / 255


@app.command()
def speed(
    pack: PackFile, weights: Weights = None, count: int = 20, steps: int = PAPER_STEPS
) -> None:
    """`fast` reaches the paper recipe's final errors in a twentieth of its time."""
    studio = load_studio(weights, is_exact=True)
    faces = held_out(Pack.open(pack), studio, count)
    print(f"{len(faces)} faces, one by one; distance: {studio.distance.source}; {steps} steps.")
    rows = []
    for face in faces:
        one = face[None]
        begin = time.perf_counter()
        found = infer_paper(studio.generator, one, studio.distance, steps=steps)
        paper_s = time.perf_counter() - begin
        goal = errors(studio, found.styles, one)
        begin = time.perf_counter()
        near, taken = reach(studio, one, goal, paper_s / _SHARE)
        rows.append((paper_s, time.perf_counter() - begin, taken, *goal, *near))
    paper_s, fast_s, taken, *both = zip(*rows, strict=True)
    goals, nears = both[:2], both[2:]
    print_means("paper", {"seconds": paper_s, "perceptual": goals[0], "pixel": goals[1]})
    done = {"seconds": fast_s, "steps": taken, "perceptual": nears[0], "pixel": nears[1]}
    print_means("fast", done)
    ahead = sum(row[5] <= row[3] and row[6] <= row[4] for row in rows)
    ratio = sum(paper_s) / sum(fast_s)
    print(f"fast is at least as near in both on {ahead} of {len(rows)} faces, {ratio:.0f} times.")


def reach(
    studio: Studio, face: Tensor, goal: tuple[float, float], limit_s: float
) -> tuple[tuple[float, float], int]:
    """Both errors of `fast`, which stops when both goals are reached or the time is over."""
    start = studio.guess(face)
    best, taken, end = errors(studio, start, face), 0, time.perf_counter() + limit_s
    while (best[0] > goal[0] or best[1] > goal[1]) and time.perf_counter() < end:
        recipe = FastRecipe(steps=5, patience=5)
        found = infer_fast(studio.generator, face, studio.distance, start=start, recipe=recipe)
        start, taken = found.styles, taken + len(found.losses)
        best = errors(studio, start, face)
    return best, taken


@torch.no_grad()
def errors(studio: Studio, styles: Tensor, faces: Tensor) -> tuple[float, float]:
    """Perceptual and mean absolute pixel error of styles."""
    pictures = studio.generator(styles)
    perceptual = studio.distance(pictures, studio.distance.features(faces)).mean()
    return float(perceptual), float((pictures - faces).abs().mean())


@app.command()
def transfer(data: Data, weights: Weights = None, limit: int | None = None) -> None:
    """Bars on real people who were held out: expression, identity, choice of layers."""
    made = stylefusion.create(weights)
    chosen = stylefusion.create(weights)
    methods = {"fixed layers": made, "chosen layers": chosen, "warp": warp.create()}
    rows: dict[str, list[dict[str, float]]] = {name: [] for name in methods}
    kinds, groups, totals = [], [], []
    for number, case in enumerate(cases_of(data, limit)):
        kinds.append(case.kind)
        groups.append(f"{case.kind} {number}")
        choice = choice_for(made.studio, case)
        totals.append((choice.total, choice.fixed_total))
        chosen.layers = choice.layers
        for name, method in methods.items():
            rows[name].append(bars(case, method))
    for kind in (*dict.fromkeys(kinds), None):
        print(f"{kind or 'all'}:")
        here = [n for n, one in enumerate(kinds) if kind in (one, None)]
        for name, found in rows.items():
            print_bars(name, [found[n] for n in here], [groups[n] for n in here])
    solved, fixed = zip(*totals, strict=True)
    print("Appearance and expression together, as the integer program measures them beforehand:")
    print_means("layers", {"chosen": solved, "fixed": fixed}, groups)


def bars(case: Case, method: Method) -> dict[str, float]:
    """How much of the gap in expression is gone, and how far the person is from themselves."""
    figures, output = measure(case, method)
    # `measure` followed the face in the whole picture, from where the source's is. Here it is found
    # anew, in the crop alone: another picture, where a point or so more of the gap is closed.
    found = find_faces(output)
    here, goal = case.source.face.points, case.driving.face.points
    before = expression_distance(here, goal)
    after = expression_distance(found[0].points if found else here, goal)
    left, identity = after / max(before, 1e-6), figures["identity_distance"]
    return {"gap closed, %": 100 * (1 - left), "identity": identity, "sum of both": left + identity}


def print_bars(name: str, rows: list[dict[str, float]], groups: list[str]) -> None:
    """Means, and how often the bars are reached pair by pair."""
    print_means(name, {key: [row[key] for row in rows] for key in rows[0]}, groups)
    near = np.mean([row["identity"] < OTHER_PERSON for row in rows])
    print(f"  {100 * near:.0f} % of {len(rows)} below an identity distance of {OTHER_PERSON}")


def choice_for(studio: Studio, case: Case) -> Choice:
    """The layers that the integer program takes for a pair."""
    faces = [studio.face(s.frame, s.face.points) for s in (case.source, case.driving)]
    styles = studio.guess(torch.stack([face.picture for face in faces]))
    return choose(Judge(studio, *faces, *styles))


@app.command()
def table1(
    data: Data,
    weights: Weights = None,
    methods: Annotated[str, typer.Option(help="What to compare with.")] = "copy,warp,pix2pix",
) -> None:
    """Table 1's figures: rendered people's same moments, and clips of one person each."""
    made = stylefusion.create(weights)
    for name, folder in (("synthetic-people", FOLDER), ("self-reenactment", data / "clips")):
        protocol = replace(load_protocol(name), metrics=TABLE1)
        runs = run(protocol, [made, *filter(None, methods.split(","))], folder)
        print_records(protocol, [make_record(protocol, one, None) for one in runs])
        print_groups(protocol, runs)


@app.command()
def generator(
    pack: PackFile,
    weights: Weights = None,
    sheet: Annotated[Path | None, typer.Option(help="Write random faces here.")] = None,
    count: int = 1000,
) -> None:
    """Random faces against held-out faces, and how near the encoder comes to them."""
    import cv2

    studio = load_studio(weights)
    torch.manual_seed(0)
    faces = held_out(Pack.open(pack), studio, count)
    faces = faces[torch.randperm(len(faces))]
    with torch.no_grad():
        made = studio.render(studio.generator.styles(torch.randn(len(faces), studio.config.style)))
        again = studio.render(studio.guess(faces))
        seen = studio.distance.features
        features = [seen(x).flatten(1)[:, :64].double().numpy() for x in (faces, made, again)]
    half = len(faces) // 2
    print(f"Fréchet distance in 64 principal components of faces, {len(faces)} held-out faces:")
    print(f"  samples {frechet_distance(features[0], features[1]):.3f}")
    print(f"  reconstructions {frechet_distance(features[0], features[2]):.3f}")
    print(f"  two halves {frechet_distance(features[0][:half], features[0][half:]):.3f}")
    gaps = (again - faces).abs().mean(dim=(1, 2, 3)).tolist()
    print_means("reconstruction", {"mean absolute error": gaps})
    if sheet is not None:
        rows = [torch.cat(list(made[k : k + 8]), 2) for k in (0, 8, 16, 24)]
        whole = torch.cat(rows, 1).permute(1, 2, 0).numpy()[..., ::-1]
        shown = cv2.resize(whole, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(sheet), np.round(255 * shown.clip(0, 1)).astype(np.uint8))


@app.command()
def clip(data: Data, weights: Weights = None, frames: int = 60) -> None:
    """Inversion of a clip, each frame from the styles of the frame before."""
    studio = load_studio(weights)
    clips = sorted((data / "clips").glob("*.mp4"))
    path = next(clip for clip in clips if split_of(f"clips/{clip.stem}") == HELD_OUT)
    with ClipReader(path) as reader:
        shots = [frame for index, _, frame in reader if index < frames]
    found = [studio.face(frame, find_face(frame).points).picture for frame in shots]
    begin = time.perf_counter()
    styles = list(
        follow(studio.generator, iter(found), studio.distance, studio.guess(found[0][None]))
    )
    took = time.perf_counter() - begin
    pictures = torch.stack(found)
    again = errors(studio, torch.cat(styles), pictures)
    alone = errors(studio, studio.guess(pictures), pictures)
    print(f"{path.name}: {len(found) / took:.1f} frames a second with 8 steps each.")
    print(f"pixel error {again[1]:.4f}; the encoder alone {alone[1]:.4f}")


def print_means(name: str, columns: dict, groups: list[str] | None = None) -> None:
    """One line: means with 95 % intervals."""
    parts = []
    for key, values in columns.items():
        one = estimate(list(values), groups or [str(n) for n in range(len(values))])
        parts.append(f"{key} {one.mean:.4f} [{one.low:.4f}, {one.high:.4f}]")
    print(f"{name:14} " + "; ".join(parts))


if __name__ == "__main__":
    terminal.main(app, "python -m bench.stylefusion")
