"""Between two drivings: N pictures from one expression to another (FReeNet, figure 10).

    frames = interpolate("me.jpg", "smile.jpg", "surprise", steps=7)
    write_frames(frames, "strip.png")      # or .gif, .mp4

A driving is a picture, an edits file, or the name of a preset (`geometry/presets.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from reenact.base import Method
from reenact.editing import Expression, FaceEditor, blend
from reenact.edits import Edit, load_edit, render_edit
from reenact.errors import InputError
from reenact.files import atomic_path, check_can_write
from reenact.geometry.presets import PRESETS
from reenact.images import PICTURE_SUFFIXES, load_picture
from reenact.media.provenance import Marking, Provenance
from reenact.media.write import MarkedClipWriter, mark_frame, save_marked, sign_output
from reenact.people import by_name
from reenact.pipeline import Reenactor
from reenact.registry import DEFAULT, create
from reenact.types import Frame, Options, Result
from reenact.video import CLIP_SUFFIXES

MIN_STEPS, MAX_STEPS = 2, 240
GIF_SUFFIX = ".gif"
SUFFIXES = (*PICTURE_SUFFIXES, GIF_SUFFIX, *CLIP_SUFFIXES)
STRIP_SIDE_PX = 512
CLIP_SIDE_PX = 1280
"""Longer side of one picture of a strip or a GIF, and of a clip."""

_WAY_S = 1.2  # how long a clip takes from one expression to the other
_SLOWEST_FPS, _FASTEST_FPS = 4.0, 30.0


def interpolate(
    source: Any,
    first: Any,
    second: Any,
    method: str | Method = DEFAULT,
    *,
    steps: int = 7,
    options: Options | None = None,
    face: int | None = None,
) -> Iterator[Result]:
    """The source between two expressions, from the first to the second.

    Args:
        source: picture: path, PIL image or (H, W, 3) uint8 array; or the name of a person whom
            the method knows.
        first, second: a picture, an edits file (.json) or the name of a preset.
        method: a name, or a method made by `create`.
        steps: how many pictures, both ends among them.
        options: region and mode do not matter here.
        face: which face of the source, from left to right; None for the largest.

    Raises:
        ReenactError: with one line that says what must be true, before the first picture.
    """
    check_steps(steps)
    read = [_read(end, name) for end, name in ((first, "first"), (second, "second"))]
    method = create(method) if isinstance(method, str) else method
    frame = load_picture(by_name(source, method), name="source")
    reenactor = Reenactor(frame, method, options=options, face=face)
    ends = [_expression(reenactor, *one) for one in zip(read, ("first", "second"), strict=True)]
    return between(reenactor, *ends, steps)


def between(
    reenactor: Reenactor, first: Expression, second: Expression, steps: int
) -> Iterator[Result]:
    """Pictures from one expression to another, both ends among them."""
    editor = FaceEditor(reenactor.face)
    # The ends are what faces do, and so is all between them: nothing is cut off on the way.
    editor.constrained = False
    for share in np.linspace(0, 1, check_steps(steps)):
        editor.put(blend(first, second, float(share)))
        yield render_edit(reenactor, editor.edit())


def expression_of(reenactor: Reenactor, driving: Any) -> Expression:
    """What a driving does to the source's face.

    Raises:
        ReenactError: it is no picture with a face, no edits file and no preset.
    """
    return _expression(reenactor, _read(driving, "driving"), "driving")


def _read(driving: Any, name: str) -> Expression | str | Edit | Frame:
    """A driving as it is used: presets by name, files read; `name` is what messages call it."""
    if isinstance(driving, Expression):
        return driving
    if is_preset(driving):
        return str(driving)
    if isinstance(driving, str | Path) and Path(driving).suffix.lower() == ".json":
        return load_edit(driving)
    return load_picture(_picture(driving, name), name=name)


def _expression(
    reenactor: Reenactor, driving: Expression | str | Edit | Frame, name: str
) -> Expression:
    from reenact.face.detect import find_face

    editor = FaceEditor(reenactor.face)
    if isinstance(driving, Expression):
        return driving
    if isinstance(driving, str):
        editor.preset(driving)
    elif isinstance(driving, Edit):
        editor.load(driving)
        return Expression(editor.state.move, editor.edit().head or Expression.nothing().head)
    else:
        editor.take(find_face(driving, name=name).points)
    return editor.expression()


def is_preset(driving: Any) -> bool:
    """Whether this names a preset, and no file of that name lies here."""
    return isinstance(driving, str | Path) and str(driving) in PRESETS and not _exists(driving)


def _picture(driving: Any, name: str) -> Any:
    """The driving, unless it looks like the name of a preset that does not exist."""
    is_name = isinstance(driving, str | Path) and not Path(driving).suffix
    if is_name and not _exists(driving):
        from difflib import get_close_matches

        close = get_close_matches(str(driving), PRESETS, n=1, cutoff=0.5)
        hint = f" Did you mean '{close[0]}'?" if close else ""
        raise InputError(
            f"`{name}` must be a picture, an edits file or a preset, got '{driving}'.{hint} "
            f"Presets: {', '.join(PRESETS)}."
        )
    return driving


def _exists(driving: str | Path) -> bool:
    return Path(driving).exists()


def check_steps(steps: int) -> int:
    """The number of steps, or a clear error."""
    if isinstance(steps, bool) or not isinstance(steps, int):
        raise InputError(f"`steps` must be a whole number, got {steps!r:.40}.")
    if not MIN_STEPS <= steps <= MAX_STEPS:
        raise InputError(f"`steps` must be {MIN_STEPS} to {MAX_STEPS}, got {steps}.")
    return steps


def write_frames(
    results: Iterator[Result] | Sequence[Result],
    path: str | Path,
    *,
    marking: Marking | None = None,
) -> int:
    """Write pictures as a strip (.png, .jpg, .webp), or there and back as .gif or .mp4.

    Args:
        results: at least two, of one size.
        marking: what the file carries; None for what the environment says (everything).

    Returns:
        How many pictures there were.

    Raises:
        OutputError: the file cannot be written.
    """
    target = check_can_write(path, SUFFIXES)
    side = shown_side(target)
    frames: list[Frame] = []
    for result in results:  # only what is shown is kept: sources may be large
        provenance = Provenance.of(result, "edit")
        frames.append(_small(result.image, side))
    if len(frames) < MIN_STEPS:
        got = len(frames)
        raise InputError(f"An interpolation needs at least {MIN_STEPS} pictures, got {got}.")
    if target.suffix.lower() in PICTURE_SUFFIXES:
        save_marked(strip(frames), target, provenance, marking=marking)
    elif target.suffix.lower() == GIF_SUFFIX:
        _write_gif(frames, target, provenance, marking or Marking.from_environ())
    else:
        settings = {"fps": _fps(len(frames)), "size": frames[0].shape[:2], "marking": marking}
        with MarkedClipWriter(target, provenance, **settings) as writer:
            for frame in _there_and_back(frames):
                writer.write(frame)
    return len(frames)


def shown_side(path: str | Path) -> int:
    """Longer side that a picture has at most in such a file, pixels."""
    return CLIP_SIDE_PX if Path(path).suffix.lower() in CLIP_SUFFIXES else STRIP_SIDE_PX


def strip(frames: Sequence[Frame]) -> Frame:
    """(h, w, 3) pictures beside one another."""
    gap = np.full((frames[0].shape[0], 4, 3), 255, np.uint8)
    parts = [part for frame in frames for part in (gap, frame)][1:]
    return np.concatenate(parts, axis=1)


def _small(frame: Frame, side: int) -> Frame:
    from PIL import Image

    if max(frame.shape[:2]) <= side:
        return frame
    image = Image.fromarray(frame)
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    return np.asarray(image)


def _write_gif(frames: list[Frame], target: Path, provenance: Provenance, marking: Marking) -> None:
    """One palette for all pictures, so that what does not move does not flicker."""
    from PIL import Image

    marked = [mark_frame(frame, provenance, marking) for frame in frames]
    images = [Image.fromarray(frame) for frame in marked]
    both = Image.fromarray(np.concatenate([marked[0], marked[len(marked) // 2], marked[-1]]))
    palette = both.quantize(256, method=Image.Quantize.MEDIANCUT)
    drawn = [
        image.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG) for image in images
    ]
    order = _there_and_back(drawn)
    with atomic_path(target) as unfinished:
        order[0].save(
            unfinished,
            format="GIF",
            save_all=True,
            append_images=order[1:],
            duration=round(1000 / _fps(len(frames))),
            loop=0,
        )
        if marking.credentials:
            signed = unfinished.with_suffix(GIF_SUFFIX)
            unfinished.rename(signed)
            sign_output(signed, provenance, marking=marking)
            signed.rename(unfinished)


def _there_and_back(frames: list) -> list:
    return [*frames, *frames[-2:0:-1]]


def _fps(count: int) -> float:
    return float(np.clip((count - 1) / _WAY_S, _SLOWEST_FPS, _FASTEST_FPS))
