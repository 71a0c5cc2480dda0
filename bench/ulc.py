"""FReeNet's Table 3 on the paper's own points, and the converter's speed.

    python -m bench.ulc --data ../shared/data/rafd_landmarks --minutes 5
    python -m bench.ulc --speed

ACE is the mean absolute difference of the 212 coordinates in pixels of the 256 crop, over pairs of
different people: a driving picture (any angle, expression, gaze), a source at rest (frontal gaze,
any angle); the truth is the source person with that expression. Intervals are 95 %, drawn over
source people. `all` trains and measures on everybody, as the paper does: it shows memory.
`held-out` measures on every seventh person, whom no network has seen.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from numpy.typing import NDArray

from bench.stats import Estimate, estimate
from bench.ulc_ways import baselines
from reenact import terminal
from reenact.errors import InputError, ReenactError, UnknownNameError
from reenact.methods.freenet.config import LOSS_SETTINGS
from reenact.methods.freenet.recipes import RECIPES, recipe_of
from reenact.methods.freenet.ulc import ULC, ULCStream, parameter_count
from reenact.training.ulc import fit
from reenact.training.ulc_pairs import Pairs, all_pairs, converter, coordinate_errors
from reenact.training.ulc_tables import FaceTable, rafd_table, split_people

PROTOCOL = Path(__file__).parent / "protocols" / "landmarks" / "freenet-table3.json"
PAPER = {"l1": 7.236, "l1_cyc": 4.526, "l1_cyc_d": 0.895}
PAPER_FPS = 878
SPLITS = ("all", "held-out")


def ace(errors: NDArray, table: FaceTable, pairs: Pairs) -> Estimate:
    """Mean of (N,) errors with an interval over source people."""
    return estimate(errors, [table.people[i] for i in pairs.source])


def split_tables(table: FaceTable, split: str, step: int) -> tuple[FaceTable, FaceTable]:
    """The people to train on and the people to measure on."""
    if split not in SPLITS:
        raise UnknownNameError("split", split, SPLITS)
    if split == "all":
        return table, table
    learn, held = split_people(len(table.people), step)
    return table.select(learn), table.select(held)


def measure(
    table: FaceTable, split: str, settings: list[str], recipe: str, minutes: float | None
) -> list[dict]:
    """Rows of the table: name, ACE with its interval, seconds of training."""
    protocol = json.loads(PROTOCOL.read_text(encoding="utf-8"))["settings"]
    train, test = split_tables(table, split, protocol["held_out_step"])
    pairs = all_pairs(test, protocol["pairs"], protocol["seed"])
    rows = []
    if split == "held-out":
        found = baselines(train, test, pairs)
        rows += [_row(way, ace(errors, test, pairs), split) for way, errors in found.items()]
    for setting in settings:
        chosen = recipe_of(recipe, setting)
        wall, cpu = time.monotonic(), time.process_time()
        networks = fit(train, chosen, minutes)
        spent = {"seconds": time.monotonic() - wall, "cpu_seconds": time.process_time() - cpu}
        errors = coordinate_errors(converter(networks), test, pairs)
        row = _row(f"{setting}, {recipe}", ace(errors, test, pairs), split)
        rows.append(row | {k: round(v, 1) for k, v in spent.items()} | {"paper": PAPER[setting]})
    return rows


def _row(name: str, found: Estimate, split: str) -> dict:
    numbers = {key: round(getattr(found, key), 4) for key in ("mean", "low", "high")}
    return {"name": name, "split": split, **numbers, "pairs": found.count}


def frames_per_second(call: Callable[[], object], seconds: float = 2.0) -> dict[str, float]:
    """Best of ten stretches, by the clock and by processor time (which others cannot take)."""
    for _ in range(20):
        call()
    best = {"fps": 0.0, "fps_cpu": 0.0}
    for _ in range(10):
        frames, wall, cpu = 0, time.perf_counter(), time.process_time()
        while time.perf_counter() - wall < seconds / 10:
            call()
            frames += 1
        best["fps"] = max(best["fps"], frames / (time.perf_counter() - wall))
        best["fps_cpu"] = max(best["fps_cpu"], frames / max(time.process_time() - cpu, 1e-9))
    return best


def speed(recipe: str) -> list[dict]:
    """One face at a time on one core: torch, and numpy with the source worked out once."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    ulc = ULC(recipe_of(recipe).net).eval()
    faces = torch.rand(2, 1, ulc.config.points, 2) * 256
    source, driving = faces.numpy()[:, 0]
    stream = ULCStream(ulc, source)
    with torch.inference_mode():
        gap = np.abs(ulc(*faces).numpy()[0] - stream(driving)).max()
        ways = {
            "torch, both faces": lambda: ulc(*faces),
            "numpy, both faces": lambda: (stream.set_source(source), stream(driving)),
            "numpy, one source": lambda: stream(driving),
        }
        rows = [{"name": name, **frames_per_second(call)} for name, call in ways.items()]
    size = round(parameter_count(ulc) / 1e6, 3)
    return [{**row, "gap_px": float(gap), "parameters_millions": size} for row in rows]


def _print_table(rows: list[dict]) -> None:
    print(f"{'ACE, px of 256 (lower is better)':40}{'split':>10}{'ACE':>9}{'95 %':>18}", end="")
    print(f"{'pairs':>8}{'CPU s':>8}{'paper':>8}")
    for row in rows:
        interval = f"{row['low']:.3f} to {row['high']:.3f}"
        print(f"{row['name']:40}{row['split']:>10}{row['mean']:9.3f}{interval:>18}", end="")
        print(f"{row['pairs']:8d}{row.get('cpu_seconds', 0):8.0f}{row.get('paper', '-'):>8}")


def _print_speed(rows: list[dict]) -> None:
    print(f"{'frames a second, one core, batch 1':40}{'clock':>8}{'CPU time':>10}")
    for row in rows:
        print(f"{row['name']:40}{row['fps']:8.0f}{row['fps_cpu']:10.0f}")
    first = rows[0]
    print(
        f"{first['parameters_millions']} M numbers; the paper: 4.5 M, {PAPER_FPS} frames a second."
    )
    print(f"torch and numpy agree within {first['gap_px']:.1e} px.")


def main(
    data: Annotated[Path, typer.Option(help="Folder with rafd_106.npz.")] = Path(
        "../shared/data/rafd_landmarks"
    ),
    settings: Annotated[str, typer.Option(help="Of the losses, with commas.")] = "",
    split: Annotated[str, typer.Option(help="all, held-out or both")] = "both",
    recipe: Annotated[str, typer.Option(help=f"{', '.join(RECIPES)}; or one by split")] = "",
    minutes: Annotated[float | None, typer.Option(help="Of training, a row.")] = None,
    only_speed: Annotated[bool, typer.Option("--speed", help="Measure speed instead.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    threads: Annotated[int, typer.Option(help="Of the processor, in training.")] = 1,
) -> None:
    """Train the converter with each loss setting and print Table 3."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(threads)
    try:
        if only_speed:
            rows, show = speed(recipe or "paper"), _print_speed
        else:
            rows, show = _all_rows(data, settings, split, recipe, minutes), _print_table
    except ReenactError as error:
        raise SystemExit(_told(error)) from None
    print(json.dumps(rows, indent=2)) if as_json else show(rows)


def _all_rows(data: Path, settings: str, split: str, recipe: str, minutes: float | None):
    if minutes is not None and minutes <= 0:
        raise InputError(f"`minutes` must be above 0, got {minutes}.")
    names = [name.strip() for name in settings.split(",") if name.strip()] or list(LOSS_SETTINGS)
    table = rafd_table(data)
    rows = []
    for part in SPLITS if split == "both" else (split,):
        suited = recipe or ("quick" if part == "all" else "generalizing")
        rows += measure(table, part, names, suited, minutes)
    return rows


def _told(error: ReenactError) -> int:
    typer.echo(f"Error: {error}", err=True)
    return 2


if __name__ == "__main__":
    terminal.program(main, "bench.ulc")
