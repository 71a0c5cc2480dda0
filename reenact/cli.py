"""`python -m reenact`: pictures, clips and landmark edits from the command line."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reenact import edit_cli, terminal
from reenact.registry import DEFAULT
from reenact.training.cli import add_commands
from reenact.types import MODES, REGIONS, Options, Result

if TYPE_CHECKING:
    from reenact.base import Method

app = typer.Typer(
    help="Face reenactment: your picture, someone's expression, your picture with it.",
    add_completion=False,
    pretty_exceptions_enable=False,
)

Source = Annotated[Path, typer.Argument(help="Picture that gives the identity.")]
Output = Annotated[Path, typer.Option("--output", "-o", help="Where the result goes.")]
MethodName = edit_cli.MethodName
Region = Annotated[str, typer.Option(help=f"Part that moves: {', '.join(REGIONS)}.")]
Strength = Annotated[float, typer.Option(help="0 (source unchanged) to 1.5 (exaggerated).")]
Mode = Annotated[
    str, typer.Option(help=f"{' or '.join(MODES)} to the driving person's neutral face.")
]
NoPose = Annotated[bool, typer.Option("--no-pose", help="Keep the source's head still.")]
FaceIndex = Annotated[
    int | None, typer.Option(help="Face of the source, from left to right from 0.")
]
DrivingFace = Annotated[int | None, typer.Option(help="The same for what drives it.")]
Weights = edit_cli.Weights
CropOnly = Annotated[bool, typer.Option("--crop-only", help="Write the face crop alone.")]
Neutral = Annotated[
    Path | None, typer.Option(help="Neutral picture of the driving person, for relative mode.")
]


@app.command()
def methods(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """List the methods."""
    from reenact.registry import method_class, method_names

    infos = {name: method_class(name).info for name in method_names()}
    if as_json:
        rows = [{"name": name, **asdict(info)} for name, info in infos.items()]
        print(json.dumps(rows, indent=2))
        return
    for name, info in infos.items():
        terms = f" Weights: {info.weights_license}." if info.weights_license else ""
        paper = f" ({info.paper}, {info.year})" if info.paper else ""
        print(f"{name:<14}{info.summary}{paper}{terms}")


@app.command()
def image(
    source: Source,
    driving: Annotated[Path, typer.Argument(help="Picture that gives the expression.")],
    output: Output,
    method: MethodName = None,
    region: Region = "all",
    strength: Strength = 1.0,
    mode: Mode = "absolute",
    no_pose: NoPose = False,
    face: FaceIndex = None,
    driving_face: DrivingFace = None,
    weights: Weights = None,
    crop_only: CropOnly = False,
    neutral: Neutral = None,
) -> None:
    """Give a picture the expression of another picture."""
    options = _options(region, strength, mode, no_pose)
    target = _picture_target(output, source, driving, neutral)
    _check_first(method, driving=driving, neutral=neutral)
    from reenact.pipeline import reenact

    result = reenact(
        source,
        driving,
        _method(method, weights),
        options=options,
        face=face,
        driving_face=driving_face,
        driving_neutral=neutral,
    )
    _save(result, target, crop_only)


@app.command()
def video(
    source: Annotated[Path, typer.Argument(help="Picture or clip that gives the identity.")],
    clip: Annotated[Path, typer.Argument(help="Clip that gives the motion.")],
    output: Output,
    method: MethodName = None,
    mode: Mode = "absolute",
    region: Region = "all",
    strength: Strength = 1.0,
    no_pose: NoPose = False,
    face: FaceIndex = None,
    driving_face: DrivingFace = None,
    weights: Weights = None,
    crop_only: CropOnly = False,
    neutral: Neutral = None,
) -> None:
    """Drive a picture, or a clip, with the motion of a clip."""
    options = _options(region, strength, mode, no_pose)
    from reenact.clips import check_output, reenact_video

    target = check_output(output, source, clip, neutral)
    _check_first(method, driving=clip, neutral=neutral)
    with terminal.progress_bar("Frames") as progress:
        summary = reenact_video(
            source,
            clip,
            target,
            _method(method, weights),
            options=options,
            face=face,
            driving_face=driving_face,
            crop_only=crop_only,
            neutral=neutral,
            progress=progress,
        )
    print(summary.line())


@app.command()
def edit(
    source: Source,
    edits: Annotated[Path, typer.Argument(help="Landmarks as JSON; see docs/design.md.")],
    output: Output,
    method: MethodName = None,
    face: FaceIndex = None,
    weights: Weights = None,
    crop_only: CropOnly = False,
) -> None:
    """Move a picture's landmarks to where a JSON file says."""
    target = _picture_target(output, source, edits)
    from reenact.edits import edit as edit_picture
    from reenact.edits import load_edit

    wanted = load_edit(edits)
    _save(edit_picture(source, wanted, _method(method, weights), face=face), target, crop_only)


@app.command()
def neutral(
    source: Source,
    output: Output,
    method: Annotated[
        str | None, typer.Option("--method", "-m", help="See `methods`.", show_default="g2gan")
    ] = None,
    face: FaceIndex = None,
    weights: Weights = None,
    crop_only: CropOnly = False,
) -> None:
    """Remove the expression of a picture: the same person, at rest."""
    target = _picture_target(output, source)
    from reenact.pipeline import NEUTRAL_METHOD
    from reenact.pipeline import neutral as remove

    made = _method(method, weights, NEUTRAL_METHOD)
    _save(remove(source, made, face=face), target, crop_only)


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="Picture or clip.")],
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say whether a picture or clip came from here, and what was done to it."""
    from reenact.media.verify import verify as check

    answer = check(file)
    print(json.dumps(asdict(answer), indent=2) if as_json else answer.text)


add_commands(app)
edit_cli.add_commands(app)


def main() -> None:
    """The program `reenact`."""
    terminal.main(app, "reenact")


def _options(region: str, strength: float, mode: str, no_pose: bool) -> Options:
    from reenact.pipeline import check_options

    return check_options(Options(region, strength, mode, follow_pose=not no_pose))


def _check_first(method: str | None, **inputs: Path | None) -> None:
    """Refuse a wrong name or file before weights load. A source may be the name of a person."""
    from reenact.errors import InputError
    from reenact.files import require_file
    from reenact.registry import method_class

    if method is not None:
        method_class(method)
    for name, path in inputs.items():
        if path is not None:
            require_file(path, name, InputError)


def _picture_target(output: Path, *inputs: Path | None) -> Path:
    """The output path, checked before any work starts."""
    from reenact.clips import check_not_an_input
    from reenact.files import check_can_write
    from reenact.images import PICTURE_SUFFIXES

    target = check_can_write(output, PICTURE_SUFFIXES)
    check_not_an_input(target, *inputs)
    return target


def _method(name: str | None, weights: str | None, default: str = DEFAULT) -> Method:
    from reenact.registry import create_for

    return create_for(name, weights, default)


def _save(result: Result, target: Path, crop_only: bool) -> None:
    result.save(target, crop_only=crop_only)
    height, width = (result.crop if crop_only else result.image).shape[:2]
    seconds = sum(result.seconds.values())
    notes = "".join(f" {note}" for note in dict.fromkeys(result.notes))
    print(f"{target}: {width} x {height}, by {result.method} in {seconds:.1f} s.{notes}")
