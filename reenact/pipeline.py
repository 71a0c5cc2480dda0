"""From picture to picture: find the face, crop, encode, retarget, render, paste back.

reenact(source, driving)            one picture
Reenactor(source).drive(...)        many drivings of one source, encoded once
neutral(source)                     one picture without its expression

Cameras and clips, tracked frame by frame, are in `live.py`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from reenact.base import Driving, Method, Motion, SourceCrop, SourceState
from reenact.errors import InputError
from reenact.face.align import Crop, face_crop
from reenact.face.detect import find_face
from reenact.face.paste import paste_back
from reenact.images import load_picture
from reenact.people import by_name
from reenact.registry import DEFAULT, create
from reenact.types import MODES, REGIONS, Face, Frame, HeadPose, Options, Points, Result

MAX_STRENGTH = 1.5
NEUTRAL_METHOD = "g2gan"
"""What removes expressions where nobody chose a method."""


def reenact(
    source: Any,
    driving: Any,
    method: str | Method = DEFAULT,
    *,
    options: Options | None = None,
    face: int | None = None,
    driving_face: int | None = None,
    driving_neutral: Any = None,
) -> Result:
    """The source picture with the driving picture's expression.

    Args:
        source: picture that gives the identity: path, PIL image or (H, W, 3) uint8 array.
        driving: picture that gives the expression.
        method: a name, or a method made by `create`.
        options: region, strength, mode.
        face: which face of the source, counted from left to right from 0; None for the largest.
        driving_face: the same for the driving picture.
        driving_neutral: a neutral picture of the driving person, for `relative` mode.

    Raises:
        ReenactError: with one line that says what must be true.
    """
    options = check_options(options or Options())
    if options.mode == "relative" and driving_neutral is None:
        raise InputError(
            "`mode` relative needs a neutral picture of the driving person (or a clip). "
            "Give `driving_neutral` (`--neutral`), or use mode absolute."
        )
    clock = Clock()
    method = create(method) if isinstance(method, str) else method
    with clock("read"):
        source_frame = load_picture(by_name(source, method), name="source")
        driving_frame = load_picture(driving, name="driving")
    with clock("find"):
        driving_found = find_face(driving_frame, driving_face, name="driving")
        neutral = None
        if driving_neutral is not None:
            from reenact.clip_sources import laid_on

            neutral = find_face(load_picture(driving_neutral, name="neutral"), name="neutral")
            # Where the head lies in another picture says nothing about its motion.
            neutral = laid_on(neutral, driving_found)
    reenactor = Reenactor(source_frame, method, options=options, face=face)
    result = reenactor.drive(driving_frame, driving_found, neutral)
    result.seconds = clock.seconds | result.seconds
    return result


def neutral(
    source: Any, method: str | Method = NEUTRAL_METHOD, *, face: int | None = None
) -> Result:
    """The picture with the expression removed: the same person, at rest.

    Args:
        source: path, PIL image or (H, W, 3) uint8 array.
        method: a name, or a method made by `create`; one that `removes_expressions`.
        face: which face, counted from left to right from 0; None for the largest.

    Raises:
        ReenactError: with one line that says what must be true.
    """
    clock = Clock()
    method = create(method) if isinstance(method, str) else method
    check_removes(method)
    with clock("read"):
        frame = load_picture(by_name(source, method), name="source")
    result = Reenactor(frame, method, face=face).neutral()
    result.seconds = clock.seconds | result.seconds
    return result


def check_removes(method: Method) -> None:
    """An `InputError` where a method cannot remove expressions."""
    if not method.removes_expressions:
        raise InputError(f"{method.info.title} cannot remove expressions. Use `{NEUTRAL_METHOD}`.")


def check_options(options: Options) -> Options:
    """The options, or an `InputError` for a value out of range."""
    if options.region not in REGIONS:
        raise InputError(f"`region` must be one of {', '.join(REGIONS)}, got '{options.region}'.")
    if options.mode not in MODES:
        raise InputError(f"`mode` must be one of {', '.join(MODES)}, got '{options.mode}'.")
    if not 0 <= options.strength <= MAX_STRENGTH:
        raise InputError(f"`strength` must be 0 to {MAX_STRENGTH}, got {options.strength}.")
    return options


class Clock:
    """Adds up seconds by step name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            took = time.perf_counter() - start
            self.seconds[step] = self.seconds.get(step, 0.0) + took


class Reenactor:
    """One source picture and one method: encoded once, driven as often as wanted.

    Args:
        source: (H, W, 3) picture.
        method: a name, or a method made by `create`.
        options: region, strength, mode; `.options` may be changed between frames.
        face: which face of the source, from left to right; None for the largest.
        source_face: the face, where it is known already (source clips).
        source_neutral: (478, 3) the source person's neutral landmarks in pixels of the picture.

    Raises:
        FaceNotFoundError: the source has no such face.
    """

    def __init__(
        self,
        source: Frame,
        method: str | Method = DEFAULT,
        *,
        options: Options | None = None,
        face: int | None = None,
        source_face: Face | None = None,
        source_neutral: Points | None = None,
    ) -> None:
        self.method = create(method) if isinstance(method, str) else method
        self.options = check_options(options or Options())
        self.source = source
        self.clock = Clock()
        with self.clock("find"):
            self.face = source_face or find_face(source, face, name="source")
        with self.clock("encode"):
            self.crop, self.state = self._encode(source_neutral)

    def _encode(self, neutral: Points | None) -> tuple[Crop, SourceState]:
        spec = self.method.crop
        crop = face_crop(self.face, scale=spec.scale, size=spec.size, upright=spec.upright)
        in_crop = SourceCrop(
            image=crop.cut(self.source),
            points=crop.to_crop(self.face.points),
            crop=crop,
            neutral=None if neutral is None else crop.to_crop(neutral),
        )
        return crop, self.method.encode(in_crop)

    def drive(self, frame: Frame, face: Face, neutral: Face | None = None) -> Result:
        """The source with the expression of a face in a driving frame.

        Args:
            frame: (H, W, 3) driving picture.
            face: the driving face in it.
            neutral: the driving person's neutral or first face, for relative motion.
        """
        return self._result(Driving(face=face, frame=frame, neutral=neutral))

    def edit(self, points: Points, head: HeadPose | None = None) -> Result:
        """The source with its landmarks moved by a person.

        Args:
            points: (478, 3) landmarks in pixels of the source picture.
            head: degrees that the head turns by on top of that, where the method can turn it.
        """
        if self.method.no_edits:
            title = self.method.info.title
            raise InputError(f"{title} cannot edit landmarks. {self.method.no_edits}")
        turn = head if self.method.turns_head else None
        result = self._result(Driving(points=self.crop.to_crop(points), head=turn))
        if turn != head:
            result.notes.append(f"{self.method.info.title} keeps the head still.")
        result.kind = "edit"
        return result

    def neutral(self) -> Result:
        """The source with its expression removed."""
        check_removes(self.method)
        clock = Clock()
        clock.seconds.update(self.clock.seconds)
        self.clock.seconds.clear()
        with clock("retarget"):
            motion = self.method.at_rest(self.state)
        result = self.apply(motion, clock)
        result.kind = "neutral"
        return result

    def apply(self, motion: Motion, clock: Clock | None = None) -> Result:
        """The source with a motion that is already known (held frames, interpolation)."""
        clock = clock or Clock()
        with clock("render"):
            rendered = self.method.render_frame(self.state, motion)
        with clock("paste"):
            mask = self.method.mask(self.state, motion)
            image, pasted = paste_back(self.source, rendered, mask, self.crop)
        return Result(
            image=image,
            crop=rendered,
            landmarks=self.crop.to_frame(motion.points)[:, :2],
            pasted=pasted,
            seconds=clock.seconds,
            notes=list(motion.notes),
            method=self.method.name,
            weights_sha256=self.method.weights_sha256,
            extra={"motion": motion},
        )

    def _result(self, driving: Driving) -> Result:
        clock = Clock()
        clock.seconds.update(self.clock.seconds)
        self.clock.seconds.clear()  # the source's share is counted in the first result only
        with clock("retarget"):
            motion = self.method.retarget(self.state, driving, self.options)
        return self.apply(motion, clock)
