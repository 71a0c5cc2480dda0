"""Commands of metrics: what there is, weights for them, their speed, what methods cost."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from reenact import terminal
from reenact.errors import InputError

AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


def add_metric_commands(app: typer.Typer) -> None:
    """Add `metrics`, `weights`, `efficiency` and `metrics-speed` to a program."""
    app.command("metrics")(list_metrics)
    app.command("weights")(get_weights)
    app.command("efficiency")(measure_efficiency)
    app.command("metrics-speed")(measure_speed)


def list_metrics(as_json: AsJson = False) -> None:
    """List the metrics: direction, range, and which cannot be computed here."""
    from bench.measure import not_computed
    from bench.metrics import METRICS

    reasons = {name: not_computed(name) for name in METRICS}
    if as_json:
        rows = [
            {**asdict(found), "name": name, "not_computed": reasons[name]}
            for name, found in METRICS.items()
        ]
        print(json.dumps([_finite(row) for row in rows], indent=2))
        return
    for name, found in METRICS.items():
        unit = f" ({found.unit})" if found.unit else ""
        ends = f"best {found.best:g}, worst {found.worst:g}"
        print(f"{name}  {found.title}{unit} {found.arrow}  {ends}, per {found.per}")
        print(f"    {found.meaning}")
        if reasons[name]:
            print(f"    not computed: {reasons[name]}")


def get_weights(
    names: Annotated[list[str] | None, typer.Argument(help="lpips, fid, facenet.")] = None,
) -> None:
    """Download the networks that some metrics need; without a name, say which are here."""
    from bench.metrics import NotComputed, backbones

    for name in names or []:
        backbones.backbone(name)  # a wrong name is said before anything is downloaded
    for name in names or []:
        path = backbones.download(name)
        print(f"{name}: {path} (license: {backbones.BACKBONES[name].license})")
    if names:
        return
    for name, one in backbones.BACKBONES.items():
        try:
            print(f"{name}: {backbones.backbone_path(name)} (license: {one.license})")
        except NotComputed as error:
            print(str(error))


def measure_efficiency(
    methods: Annotated[str, typer.Option(help="Names with commas.")] = "warp,warp-repair",
    limit: Annotated[int, typer.Option(help="Driving frames to take the time of.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Parameters, MACs, latency and memory, each method in a process of its own."""
    from bench.metrics import METRICS
    from bench.metrics.efficiency import EFFICIENCY, efficiency

    if limit < 10:
        raise InputError(f"`limit` must be 10 or more, got {limit}.")
    names = [name.strip() for name in methods.split(",") if name.strip()]
    if not names:
        raise InputError("`methods` must name at least one method. Use `warp`.")
    found = {name: efficiency(name, limit) for name in names}
    if as_json:
        print(json.dumps(found, indent=2))
        return
    for name, numbers in found.items():
        shown = [
            f"{METRICS[key].title} {numbers[key]:.2f} {METRICS[key].unit}" for key in EFFICIENCY
        ]
        print(f"{name}: " + ", ".join(shown))


def measure_speed(
    pairs: Annotated[int, typer.Option(help="Pairs of pictures.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """Time SSIM, PSNR, LMK and identity distance against torchmetrics and dlib, one by one."""
    from bench import metrics_speed

    cases = metrics_speed.draw_cases(pairs)
    with terminal.progress_bar("Pairs") as progress:
        times = metrics_speed.compare_speed(cases, progress)
    if as_json:
        print(json.dumps({**asdict(times), "ratio": times.ratio, "is_same": times.is_same}))
    else:
        print(metrics_speed.report(times))
    if not times.is_same:
        raise InputError("Both ways must give the same numbers, they do not: see the differences.")


def _finite(row: dict) -> dict:
    """JSON has no infinity."""
    return {key: None if value == float("inf") else value for key, value in row.items()}
