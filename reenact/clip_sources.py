"""The two kinds of sources that a clip can drive: a picture, or another clip.

Both are called with each driving frame and its time, and give a `Result`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from reenact.base import Method
from reenact.errors import FaceNotFoundError, ImageError, VideoError
from reenact.face.detect import find_face, make_face
from reenact.face.tracking import FaceTracker
from reenact.files import require_file
from reenact.images import is_still_picture, load_picture
from reenact.live import LiveReenactor
from reenact.pipeline import Reenactor
from reenact.stages import Ahead, depth_for
from reenact.types import Face, Frame, Options, Pasted, Result
from reenact.video import ClipReader
from reenact.video_open import open_container

HELD_NOTE = "No face in this driving frame: the last motion is held."
_SOURCE_LOST = "No face in this source frame: it is left as it is."


def is_clip(source: Any) -> bool:
    """Whether a source is a clip (or a moving GIF), judged by the content of the file.

    Raises:
        ImageError: it is no file that can be read.
    """
    if not isinstance(source, str | Path):
        return False
    file = require_file(source, "source", ImageError)
    if is_still_picture(file):
        return False
    try:
        open_container(file, "`source`").close()
    except VideoError:
        return False  # whoever reads it as a picture says what is wrong with it
    return True


def neutral_face(neutral: Any) -> Face | None:
    """The face of a neutral picture, where there is one."""
    if neutral is None:
        return None
    return find_face(load_picture(neutral, name="neutral"), name="neutral")


def laid_on(neutral: Face, first: Face) -> Face:
    """A neutral face from another picture, moved and scaled onto the first driving face.

    Relative motion takes the shift and growth of the head since the neutral frame; those between
    two different pictures say nothing.
    """
    from reenact.geometry.canonical import eye_distance
    from reenact.geometry.regions import STABLE

    stable = list(STABLE)
    ratio = eye_distance(first.points) / max(eye_distance(neutral.points), 1e-6)
    middle, there = neutral.points[stable].mean(0), first.points[stable].mean(0)
    points = ((neutral.points - middle) * ratio + there).astype("float32")
    return replace(make_face(points, neutral.score, first.frame_size), score=neutral.score)


class PictureSource(LiveReenactor):
    """A picture, encoded once.

    Args:
        source: (H, W, 3) picture.
        given_neutral: the driving person's neutral face, for relative motion.
    """

    own_notes = (HELD_NOTE,)
    skipped = lost = 0

    def __init__(
        self, source: Frame, method: Method, given_neutral: Face | None, **settings: Any
    ) -> None:
        super().__init__(source, method, **settings)
        self.given_neutral = given_neutral
        self.method = method

    def _driven(self, frame: Frame, face: Face) -> Result:
        if self.neutral is None and self.given_neutral is not None:
            self.neutral = laid_on(self.given_neutral, face)
        return super()._driven(frame, face)

    @property
    def refused(self) -> FaceNotFoundError | None:
        """Why the face that was asked for is in no driving frame, where frames show others."""
        return self.tracker.refused

    def output_size(self, crop_only: bool) -> tuple[int, int]:
        """(height, width) of what comes out."""
        image = self.reenactor.state.source.image if crop_only else self.reenactor.source
        return image.shape[:2]

    def notes(self, frames: int) -> list[str]:
        """What a person should know in the end."""
        return []


class ClipSource:
    """A clip whose every frame gets the expression of the driving frame of the same time.

    Attributes:
        held: driving frames without a face.
        lost: source frames without a face, which stay as they are.
    """

    own_notes = (HELD_NOTE, _SOURCE_LOST)

    def __init__(
        self,
        source: str | Path,
        method: Method,
        given_neutral: Face | None,
        *,
        options: Options,
        face: int | None,
        driving_face: int | None,
    ) -> None:
        self.method, self.options, self.given_neutral = method, options, given_neutral
        self.held = self.lost = 0
        self.neutral: Face | None = None
        self._reader = ClipReader(source, name="source")
        size = self._reader.width * self._reader.height * 3
        self._ahead = Ahead(self._reader, depth_for(size))
        self._frames = iter(self._ahead)
        self._source_tracker = FaceTracker(face=face, name="source")
        self._tracker = FaceTracker(face=driving_face)
        self._next = next(self._frames, None)
        self._end_s = 0.0
        self._is_over = False
        self._encoded: Reenactor | None = None
        self._last: tuple[Frame, Face] | None = None
        self._frame = self._next[2]
        self._advance(0.0)

    @property
    def refused(self) -> FaceNotFoundError | None:
        """Why a face that was asked for is in none of the frames, where frames show others."""
        lost, held = self._source_tracker, self._tracker
        return lost.refused if self._encoded is None else held.refused

    @property
    def skipped(self) -> int:
        """Damaged parts of the source clip."""
        return self._reader.skipped

    def __call__(self, frame: Frame, time_s: float) -> Result | None:
        """The source frame of this time, driven; None where the source clip is over."""
        self._advance(time_s)
        if self._next is None and time_s >= self._end_s:
            self._is_over = True
            return None
        face = self._tracker(frame, time_s)
        if face is None:
            self.held += 1
        else:
            self._last = (frame, face)
        if self._encoded is None:
            self.lost += 1
            return self._left(_SOURCE_LOST)
        if self._last is None:
            return self._left(HELD_NOTE)
        result = self._encoded.drive(*self._last, self._relative_to(self._last[1]))
        if face is None:
            result.notes.append(HELD_NOTE)
        return result

    def _relative_to(self, face: Face) -> Face | None:
        if self.neutral is None:
            self.neutral = laid_on(self.given_neutral, face) if self.given_neutral else face
        return self.neutral if self.options.mode == "relative" else None

    def _advance(self, time_s: float) -> None:
        """Go on to the source frame that is shown at this time; every frame on the way is seen."""
        while self._next is not None and self._next[1] <= time_s + 1e-4:
            _, shown_s, self._frame = self._next
            face = self._source_tracker(self._frame, shown_s)
            self._encoded = None
            if face is not None:
                self._encoded = Reenactor(
                    self._frame, self.method, options=self.options, source_face=face
                )
            self._end_s = shown_s + float(1 / self._reader.fps)
            self._next = next(self._frames, None)

    def _left(self, note: str) -> Result:
        image, points = self._frame, np.zeros((0, 2), np.float32)
        nothing = Pasted.nothing(image.shape[:2])
        return Result(image, image, points, nothing, notes=[note], method=self.method.name)

    def output_size(self, crop_only: bool) -> tuple[int, int]:
        """(height, width) of what comes out."""
        if not crop_only:
            return self._frame.shape[:2]
        if self._encoded is None:
            raise FaceNotFoundError(
                "No face found in the first frame of `source`, so there is no crop. "
                "Leave `crop_only` out, or cut the clip to start with a face."
            )
        return self._encoded.state.source.image.shape[:2]

    def notes(self, frames: int) -> list[str]:
        """What a person should know in the end."""
        found = list(self._reader.notes)
        if self.lost:
            found.append(f"no face in {self.lost} source frames (they are left as they are)")
        shorter = "source" if self._is_over else "driving"
        longer = "driving" if self._is_over else "source"
        if self._is_over or self._next is not None:
            found.append(f"the {longer} clip is longer and was cut to the {shorter} clip")
        return found

    def close(self) -> None:
        """Let go of the clip and of the trackers."""
        self._ahead.close()
        self._reader.close()
        self._source_tracker.close()
        self._tracker.close()
