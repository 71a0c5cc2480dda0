"""A source picture, or a source clip, driven by a clip: frame by frame, in constant memory.

    summary = reenact_video("me.jpg", "smile.mp4", "out.mp4")
    print(summary.line())

The output has the source's size, and the driving clip's sound, frame rate and frame times. With a
source clip, each driving frame moves the source frame that is shown at the same time; the output
ends with the shorter clip, and the source clip's own sound is left out.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2

from reenact.base import Method
from reenact.clip_sources import ClipSource, PictureSource, is_clip, neutral_face
from reenact.errors import FaceNotFoundError, InputError, OutputError, ReenactError
from reenact.files import check_can_write
from reenact.images import load_picture
from reenact.media.provenance import Marking, Provenance
from reenact.media.write import MarkedClipWriter
from reenact.people import by_name
from reenact.pipeline import check_options
from reenact.registry import DEFAULT, create
from reenact.stages import Ahead, Behind, depth_for
from reenact.types import Frame, Options, Result
from reenact.video import CLIP_SUFFIXES, ClipReader

Progress = Callable[[int, int | None], None]


class Cancelled(ReenactError):
    """The person stopped the work; nothing was written."""


@dataclass
class ClipSummary:
    """What became of a clip.

    Attributes:
        path: the file that was written.
        method: name of the method.
        frames: frames written.
        held: driving frames without a face, for which the last motion stood.
        skipped: damaged parts of the clips that were left out.
        clip_seconds: length of the output.
        seconds: how long the work took.
        fps: frames a second of the output.
        size: (height, width) of the output.
        has_audio: whether the driving clip's sound is in it.
        notes: what a person should know, with counts.
    """

    path: Path
    method: str
    frames: int
    held: int
    skipped: int
    clip_seconds: float
    seconds: float
    fps: float
    size: tuple[int, int]
    has_audio: bool
    notes: list[str] = field(default_factory=list)

    @property
    def speed(self) -> float:
        """Frames made in a second."""
        return self.frames / max(self.seconds, 1e-9)

    def line(self) -> str:
        """All of it in one line."""
        height, width = self.size
        sound = "with sound" if self.has_audio else "without sound"
        parts = [
            f"{self.path}: {self.frames} frames, {self.clip_seconds:.1f} s at {self.fps:.4g} "
            f"frames a second, {width} x {height}, {sound}, by {self.method} "
            f"in {self.seconds:.1f} s ({self.speed:.1f} frames a second)"
        ]
        if self.held:
            parts.append(f"no face in {self.held} driving frames (the last motion was held)")
        if self.skipped:
            parts.append(f"{self.skipped} damaged parts left out")
        parts += [note.rstrip(".") for note in self.notes]
        return "; ".join(parts) + "."


def reenact_video(
    source: Any,
    clip: str | Path,
    output: str | Path,
    method: str | Method = DEFAULT,
    *,
    options: Options | None = None,
    face: int | None = None,
    driving_face: int | None = None,
    crop_only: bool = False,
    neutral: Any = None,
    max_seconds: float | None = None,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
    marking: Marking | None = None,
) -> ClipSummary:
    """The source with the motion of a driving clip, as an .mp4 file.

    Args:
        source: picture or clip that gives the identity.
        clip: the driving clip.
        output: where the result goes (.mp4, .m4v, .mov); it appears when all is well.
        method: a name, or a method made by `create`.
        options: region, strength, mode, whether the head follows.
        face: which face of the source (in a clip: of its first frame), from left to right.
        driving_face: the same for the driving clip.
        crop_only: write the face crop that the method rendered, without pasting it back.
        neutral: a neutral picture of the driving person, for `relative` mode; where it is left
            out, the first driving frame with a face is the neutral one.
        max_seconds: refuse longer driving clips.
        progress: called with the frames done and how many there are (None: not known).
        cancel: asked before each frame; True stops the work.
        marking: what the clip carries; None for what the environment says (everything).

    Raises:
        Cancelled: `cancel` said so. No file is left.
        ReenactError: with one line that says what must be true. No file is left.
    """
    started = time.perf_counter()
    options = check_options(options or Options())
    if neutral is not None and options.mode != "relative":
        raise InputError("`neutral` is for mode relative, got absolute. Use `mode` relative.")
    target = check_output(output, source, clip)
    with ExitStack() as stack:
        driving = stack.enter_context(ClipReader(clip, name="driving", max_seconds=max_seconds))
        method = create(method) if isinstance(method, str) else method
        still = neutral_face(neutral)
        settings = {"options": options, "face": face, "driving_face": driving_face}
        source = by_name(source, method)
        if is_clip(source):
            made = ClipSource(source, method, still, **settings)
        else:
            made = PictureSource(load_picture(source, name="source"), method, still, **settings)
        stack.callback(made.close)
        asked = (progress, cancel or (lambda: False))
        run = _Run(made, driving, target, crop_only, *asked, marking or Marking.from_environ())
        run.work()
    return run.summary(time.perf_counter() - started)


def check_output(output: str | Path, *inputs: Any) -> Path:
    """The output path, if a clip can be written there and it is none of the inputs.

    Raises:
        OutputError: it cannot be used.
    """
    target = check_can_write(output, CLIP_SUFFIXES)
    check_not_an_input(target, *inputs)
    return target


def check_not_an_input(target: Path, *inputs: Any) -> None:
    """Refuse to replace one of the files that the result is made from."""
    for given in inputs:
        is_path = isinstance(given, str | Path) and Path(given).exists()
        if is_path and target.exists() and target.samefile(given):
            raise OutputError(f"Output '{target.name}' must not be an input. Name another file.")


class _Run:
    """One clip on its way: decode | track, retarget, render, paste | encode."""

    def __init__(
        self,
        source: PictureSource | ClipSource,
        driving: ClipReader,
        target: Path,
        crop_only: bool,
        progress: Progress | None,
        cancel: Callable[[], bool],
        marking: Marking,
    ) -> None:
        self.source, self.driving, self.target = source, driving, target
        self.crop_only, self.progress, self.cancel = crop_only, progress, cancel
        self.marking = marking
        self.frames = 0
        self.last_s = 0.0
        self.notes: Counter[str] = Counter()
        self.writer_notes: list[str] = []

    def work(self) -> None:
        """Write the whole clip."""
        size = self.source.output_size(self.crop_only)
        depth = depth_for(self.driving.width * self.driving.height * 3)
        method = self.source.method
        whole = self.crop_only and method.info.renders_everything
        provenance = Provenance(method.name, "clip", method.weights_sha256, whole)
        settings = {"fps": self.driving.fps, "size": size, "audio_from": self.driving.path}
        writer = MarkedClipWriter(self.target, provenance, marking=self.marking, **settings)
        with writer:
            with (
                Ahead(self.driving, depth) as frames,
                Behind(writer.write, depth_for(size[0] * size[1] * 3)) as encoder,
            ):
                for result, time_s in self._results(iter(frames)):
                    image = result.crop if self.crop_only else result.image
                    encoder.put(_sized(image, size), time_s)
                    self._count(result, time_s)
            self._check_some_face()
        self.writer_notes = writer.notes
        self.size = size

    def _results(self, frames: Iterator[tuple[int, float, Frame]]) -> Iterator[tuple]:
        for _, time_s, frame in frames:
            if self.cancel():
                raise Cancelled("Cancelled: nothing was written.")
            result = self.source(frame, time_s)
            if result is None:  # the source clip is over
                return
            yield result, time_s

    def _count(self, result: Result, time_s: float) -> None:
        self.frames += 1
        self.last_s = time_s
        self.notes.update(note for note in result.notes if note not in self.source.own_notes)
        if self.progress is not None:
            self.progress(self.frames, self.driving.frame_count_estimate)

    def _check_some_face(self) -> None:
        """Raises inside the writer's `with`, so that the file goes."""
        is_empty = self.frames in (self.source.lost, self.source.held)
        if is_empty and self.source.refused is not None:
            raise self.source.refused
        if self.source.lost == self.frames:
            raise FaceNotFoundError(
                f"No face found in any of the {self.frames} frames of `source`. "
                "Try a clip with a larger, front-facing face."
            )
        if self.source.held == self.frames:
            size = f"{self.driving.width} x {self.driving.height}"
            raise FaceNotFoundError(
                f"No face found in any of the {self.frames} frames of `driving` ({size}). "
                "Try a clip with a larger, front-facing face."
            )

    def summary(self, seconds: float) -> ClipSummary:
        driving, source = self.driving, self.source
        counted = [f"{note.rstrip('.')} ({n} frames)" for note, n in self.notes.most_common()]
        notes = counted + source.notes(self.frames) + driving.notes + self.writer_notes
        return ClipSummary(
            path=self.target,
            method=source.method.name,
            frames=self.frames,
            held=source.held,
            skipped=driving.skipped + source.skipped,
            clip_seconds=self.last_s + float(1 / driving.fps),
            seconds=seconds,
            fps=float(Fraction(driving.fps)),
            size=self.size,
            has_audio=driving.has_audio,
            notes=notes,
        )


def _sized(image: Frame, size: tuple[int, int]) -> Frame:
    """Crops of a source clip differ in size from frame to frame; a clip's frames must not."""
    if image.shape[:2] == size:
        return image
    return cv2.resize(image, size[::-1], interpolation=cv2.INTER_AREA)
