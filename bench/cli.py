"""`python -m bench`: what can be measured, protocols, speed."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bench.metrics.cli import add_metric_commands
from bench.study.commands import add_study_commands
from reenact import terminal
from reenact.errors import InputError

if TYPE_CHECKING:
    from bench.protocol import Protocol
    from bench.runner import MethodRun
    from bench.speed import Speed

MAX_GROUPS = 20
"""Tables by clip or person with more rows than this for a method are not printed."""

app = typer.Typer(
    help="Measure methods of face reenactment.",
    add_completion=False,
    pretty_exceptions_enable=False,
)
add_study_commands(app)
add_metric_commands(app)

AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
Methods = Annotated[str, typer.Option(help="Names with commas; `copy` is the untouched source.")]


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List the protocols."""
    from bench.protocol import load_protocol, programs, protocol_names

    found = [*(load_protocol(name) for name in protocol_names()), *programs()]
    if as_json:
        more = [{"fingerprint": p.fingerprint, "command": p.command} for p in found]
        rows = [{**asdict(p), **rest} for p, rest in zip(found, more, strict=True)]
        print(json.dumps(rows, indent=2))
        return
    for protocol in found:
        print(f"{protocol.name}@{protocol.version}  {protocol.summary}")
        print(f"    data: {protocol.data}\n    metrics: {', '.join(protocol.metrics)}")
        print(f"    command: {protocol.command}")


@app.command("run")
def run_protocol(
    protocol: Annotated[str, typer.Argument(help="See `list`.")],
    data: Annotated[Path | None, typer.Option(help="The data folder.")] = None,
    methods: Methods = "copy,warp",
    limit: Annotated[int | None, typer.Option(help="Only the first clips or people.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the records go.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run methods over a protocol and print their figures."""
    from bench.protocol import load_protocol
    from bench.record import make_record, save_record
    from bench.runner import run

    if limit is not None and limit < 1:
        raise InputError(f"`limit` must be 1 or more, got {limit}.")
    chosen = load_protocol(protocol)
    folder = data or Path("..") / "shared" / "data" / chosen.data_folder
    with terminal.progress_bar("Pairs") as progress:
        runs = run(chosen, _names(methods), folder, limit=limit, progress=progress)
    records = [make_record(chosen, done, limit, folder) for done in runs]
    if as_json:
        print(json.dumps(records, indent=2))
    else:
        print_records(chosen, records)
        print_groups(chosen, runs)
    if out is not None:
        paths = [save_record(rec, done, out) for rec, done in zip(records, runs, strict=True)]
        if not as_json:
            print("Records: " + ", ".join(str(path) for path in paths))


@app.command()
def speed(
    methods: Methods = "warp",
    device: Annotated[str, typer.Option(help="Where networks run.")] = "cpu",
    source: Annotated[Path | None, typer.Option(help="Picture.")] = None,
    clip: Annotated[Path | None, typer.Option(help="Driving clip.")] = None,
    limit: Annotated[int | None, typer.Option(help="Only the first frames.")] = None,
    networks: Annotated[bool, typer.Option(help="FReeNet's networks by themselves too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Time whole frames: track, retarget, render, paste back into a 512 x 512 source."""
    from bench import speed as timing
    from bench.record import circumstances

    if device not in timing.DEVICES:
        known = ", ".join(timing.DEVICES)
        raise InputError(f"`device` must be one of {known}, got '{device}'.")
    source_name, clip_name = timing.pick_material(source, clip)
    picture = timing.read_source(source_name)
    done = []
    with terminal.progress_bar("Frames") as progress:
        for name in _names(methods):
            frames = timing.read_frames(clip_name, limit)
            done.append(timing.measure_speed(name, picture, frames, progress))
    report = {
        "device": device,
        "source": source_name,
        "source_px": timing.SOURCE_PX,
        "clip": clip_name,
        "methods": [asdict(one) for one in done],
        "peak_memory_mb": timing.peak_memory_mb(),
        "import_reenact_s": timing.start_up_s("import reenact"),
        "app_start_up_s": timing.app_start_up_s(),
        "circumstances": circumstances(),
    }
    if networks:
        from bench.speed_networks import network_speeds

        report["networks"] = [asdict(one) | {"gain": one.gain} for one in network_speeds()]
    if as_json:
        print(json.dumps(report, indent=2))
    else:
        _print_speed(report, done)


@app.command()
def watermark(
    data: Annotated[list[Path], typer.Option(help="Folder of faces; several times.")],
    count: Annotated[int, typer.Option(help="How many outputs are marked.")] = 500,
    method: Annotated[str, typer.Option(help="Whose outputs; `copy` is the picture.")] = "warp",
    as_json: AsJson = False,
) -> None:
    """Measure how well the invisible watermark is found, and false alarms."""
    from bench import watermark as marks
    from bench.record import circumstances

    if count < 1:
        raise InputError(f"`count` must be 1 or more, got {count}.")
    with terminal.progress_bar("Pictures") as progress:
        report = marks.measure(data, count=count, method=method, progress=progress)
    if as_json:
        record = report.summary() | {"method": method, "circumstances": circumstances()}
        print(json.dumps(record, indent=2))
    else:
        print("\n".join(marks.lines(report)))


def main() -> None:
    """The program `python -m bench`."""
    terminal.main(app, "python -m bench")


def _names(methods: str) -> list[str]:
    names = [name.strip() for name in methods.split(",") if name.strip()]
    if not names:
        raise InputError("`methods` must name at least one method. Use `copy,warp`.")
    return names


def print_records(protocol: Protocol, records: list[dict[str, Any]]) -> None:
    """Print the table of a protocol's records."""
    from rich.table import Table

    from bench.metrics import METRICS

    table = Table(title=f"{protocol.name}@{protocol.version}", title_justify="left")
    table.add_column("method")
    for name in protocol.metrics:
        shown = METRICS[name]
        unit = f"\n{shown.unit}" if shown.unit else ""
        table.add_column(f"{shown.title} {shown.arrow}{unit}", justify="right")
    table.add_column("pairs", justify="right")
    table.add_column("failed", justify="right")
    table.add_column("unusable", justify="right")
    for record in records:
        cells = [_cell(record["metrics"][name]) for name in protocol.metrics]
        failed = len({failure["pair"] for failure in record["failures"]})
        counts = (record["pairs"], failed, len(record["unusable"]))
        mark = " *" if record["data_seen_in_training"] else ""
        table.add_row(record["method"] + mark, *cells, *map(str, counts))
    _console().print(table)
    print("Mean [95 % interval over people or clips]. Failed pairs are not in the means.")
    if any(record["data_seen_in_training"] for record in records):
        print("* Its weights were trained on these very data: no figure for people it never saw.")


def print_groups(protocol: Protocol, runs: list[MethodRun]) -> None:
    """Print the means of each clip or person, where they are few enough to read."""
    from rich.table import Table

    groups = list(dict.fromkeys(row.group for run in runs for row in run.rows))
    if not 1 < len(groups) <= MAX_GROUPS:
        return
    table = Table(title="Mean by clip or person", title_justify="left")
    for name in ("clip or person", "method", *protocol.metrics, "pairs"):
        table.add_column(name, justify="left" if name in ("clip or person", "method") else "right")
    for group in groups:
        for run in runs:
            rows = [row for row in run.rows if row.group == group]
            values = [
                [row.values[name] for row in rows if name in row.values]
                for name in protocol.metrics
            ]
            cells = [f"{sum(v) / len(v):.3f}" if v else "none" for v in values]
            table.add_row(group, run.name, *cells, str(len(rows)))
    _console().print(table)


def _cell(metric: dict[str, Any]) -> str:
    if metric["mean"] is None:
        return "none"
    low, high = metric["interval_95"]
    between = "" if low is None else f"\n\\[{low:.3f}, {high:.3f}]"
    return f"{metric['mean']:.3f}{between}\nn = {metric['count']}"


def _print_speed(report: dict[str, Any], done: list[Speed]) -> None:
    print(f"{report['clip']} drives {report['source']} (512 x 512) on {report['device']}.")
    for one in done:
        steps = ", ".join(f"{name} {ms:.1f}" for name, ms in one.steps_ms.items())
        print(
            f"{one.method}: {one.fps_p50:.1f} frames a second at p50, {one.fps_p95:.1f} at p95 "
            f"({one.latency_ms_p50:.1f} and {one.latency_ms_p95:.1f} ms; {one.frames} frames, "
            f"{one.held} without a face)\n"
            f"    median ms: {steps}; once a source: {one.find_encode_ms:.0f}"
        )
    for one in report.get("networks", ()):
        print(
            f"freenet's {one['network']} generator, one picture: torch {one['torch_ms']:.0f} ms "
            f"(median {one['torch_p50_ms']:.0f}), as it runs {one['fast_ms']:.0f} ms (median "
            f"{one['fast_p50_ms']:.0f}), {one['gain']:.2f} times faster"
        )
    app_s = report["app_start_up_s"]
    print(
        f"peak memory {report['peak_memory_mb']:.0f} MB; "
        f"`import reenact` takes {report['import_reenact_s']:.2f} s"
        + ("" if app_s is None else f", making the demo's page {app_s:.1f} s")
    )


def _console():
    from rich.console import Console

    return Console(width=None if Console().is_terminal else 110)
