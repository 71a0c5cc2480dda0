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
from reenact.errors import InputError, ReenactError

if TYPE_CHECKING:
    from bench.processes import Processes
    from bench.protocol import Protocol
    from bench.speed import Speed

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
    """List the protocols, what data each needs, and where to get it."""
    from bench.protocol import load_protocol, older_names, programs, protocol_names
    from bench.tasks import where

    found = [*(load_protocol(name) for name in protocol_names()), *programs()]
    if as_json:
        more = [{"fingerprint": p.fingerprint, "command": p.command} for p in found]
        rows = [{**asdict(p), **rest} for p, rest in zip(found, more, strict=True)]
        print(json.dumps(rows, indent=2))
        return
    for protocol in found:
        print(f"{protocol.name}@{protocol.version}  {protocol.summary}")
        print(f"    data: {protocol.data}")
        print(f"    here: {where(protocol)}")
        print(f"    metrics: {', '.join(protocol.metrics)}")
        print(f"    command: {protocol.command}")
    print(f"Older versions, which can still be run: {', '.join(older_names())}")


@app.command("run")
def run_protocol(
    protocol: Annotated[str, typer.Argument(help="See `list`; also NAME@VERSION.")],
    data: Annotated[Path | None, typer.Option(help="The data folder.")] = None,
    methods: Methods = "copy,warp",
    limit: Annotated[
        int | None, typer.Option(help="Only the first clips or people: the record is partial.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where the records go.")] = None,
    cache: Annotated[
        Path | None, typer.Option(help="Where outputs and unfinished runs are kept.")
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Make every output anew, take up nothing.")
    ] = False,
    batch: Annotated[int, typer.Option(help="Pairs measured together; changes no figure.")] = 16,
    as_json: AsJson = False,
) -> None:
    """Run methods over a protocol, print their figures and keep their records.

    A run that was stopped goes on where it was. `accelerate launch -m bench run ...` splits it.
    """
    from bench.processes import join_processes, leave_processes
    from bench.protocol import load_protocol

    processes = join_processes()
    try:
        for name, value in (("limit", limit), ("batch", batch)):
            if value is not None and value < 1:
                raise InputError(f"`{name}` must be 1 or more, got {value}.")
        chosen, names = load_protocol(protocol), _names(methods)
        _run(chosen, names, data, limit, out, (cache, fresh, batch, processes), as_json)
    except ReenactError:
        if processes.is_first:
            raise
        raise typer.Exit(2) from None  # the first process says why
    finally:
        leave_processes(processes)


def _run(
    protocol: Protocol,
    methods: list[str],
    data: Path | None,
    limit: int | None,
    out: Path | None,
    how: tuple[Path | None, bool, int, Processes],
    as_json: bool,
) -> None:
    from bench.outputs import cache_bytes, cache_folder
    from bench.record import RESULTS, make_record, save_record
    from bench.runner import Settings, finish, run
    from bench.tables import print_groups, print_records
    from bench.tasks import data_folder

    given, is_fresh, batch, processes = how
    kept, folder = cache_folder(given), data_folder(protocol, data)
    settings = Settings(kept, is_fresh, batch, processes)
    with terminal.progress_bar("Pairs") as progress:
        report = progress if processes.is_first else lambda done, total: None
        runs = run(protocol, methods, folder, limit=limit, progress=report, settings=settings)
    if not processes.is_first:
        return
    records = [make_record(protocol, done, limit, folder) for done in runs]
    place = out or RESULTS
    paths = [save_record(rec, done, place) for rec, done in zip(records, runs, strict=True)]
    finish(runs)
    if as_json:
        print(json.dumps(records, indent=2))
        return
    print_records(protocol, records)
    print_groups(protocol, runs)
    for done in runs:
        if done.resumed:
            print(f"{done.name}: {done.resumed} pairs were taken from a run that was stopped.")
    print("Records: " + ", ".join(str(path) for path in paths))
    print(f"Outputs are kept in {kept} ({cache_bytes(kept) / 1e6:.1f} MB; `bench cache --clear`).")


@app.command("cache")
def show_cache(
    cache: Annotated[Path | None, typer.Option(help="Another folder than the usual one.")] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Delete all that is kept.")] = False,
) -> None:
    """Say how much room kept outputs take, or delete them."""
    from bench.outputs import cache_bytes, cache_folder, clear_cache

    folder = cache_folder(cache)
    verb, size = ("Deleted", clear_cache(folder)) if clear else ("Kept", cache_bytes(folder))
    print(f"{verb}: {size / 1e6:.1f} MB in {folder}.")


@app.command()
def speed(
    methods: Methods = "warp",
    device: Annotated[str, typer.Option(help="Where networks run.")] = "cpu",
    source: Annotated[
        Path | None, typer.Option(help="Picture, or the name of a person whom the methods draw.")
    ] = None,
    clip: Annotated[Path | None, typer.Option(help="Driving clip.")] = None,
    limit: Annotated[int | None, typer.Option(help="Only the first frames.")] = None,
    networks: Annotated[bool, typer.Option(help="FReeNet's networks by themselves too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Time whole frames: track, retarget, render, paste back into a 512 x 512 source."""
    from bench import speed as timing
    from bench.baselines import make_method
    from bench.record import circumstances

    if device not in timing.DEVICES:
        known = ", ".join(timing.DEVICES)
        raise InputError(f"`device` must be one of {known}, got '{device}'.")
    _, clip_name = timing.pick_material(source, clip)
    done, sources = [], []
    with terminal.progress_bar("Frames") as progress:
        for name in _names(methods):
            made = make_method(name)
            shown, picture = timing.source_for(made, source)
            frames = timing.read_frames(clip_name, limit)
            done.append(timing.measure_speed(made, picture, frames, progress))
            sources.append(shown)
    report = {
        "device": device,
        "source": ", ".join(dict.fromkeys(sources)),
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
