"""A source driven by a camera or a clip: tracked frame by frame, held where the face is lost.

LiveReenactor(source)(frame, time_s)
"""

from __future__ import annotations

from reenact.base import Method, Motion
from reenact.pipeline import Clock, Reenactor
from reenact.registry import DEFAULT
from reenact.types import Face, Frame, Options, Pasted, Result


class LiveReenactor:
    """A source driven by consecutive frames: tracked, smoothed, held where the face is lost.

    Args:
        source: (H, W, 3) picture, as for `Reenactor`.
        driving_face: which face of the first driving frame; None for the largest.

    Attributes:
        frames: driving frames seen. held: those without a face, for which the last motion stood.
    """

    def __init__(
        self,
        source: Frame,
        method: str | Method = DEFAULT,
        *,
        options: Options | None = None,
        face: int | None = None,
        driving_face: int | None = None,
    ) -> None:
        from reenact.face.tracking import FaceTracker

        self.reenactor = Reenactor(source, method, options=options, face=face)
        self.tracker = FaceTracker(face=driving_face)
        self.neutral: Face | None = None
        self.frames = self.held = 0
        self._last: Motion | None = None

    def __call__(self, frame: Frame, time_s: float) -> Result:
        """The source for one driving frame; before the first face it is the source unchanged."""
        self.frames += 1
        clock = Clock()
        with clock("track"):
            face = self.tracker(frame, time_s)
        result = self._held() if face is None else self._driven(frame, face)
        result.seconds = clock.seconds | result.seconds
        return result

    def _driven(self, frame: Frame, face: Face) -> Result:
        if self.neutral is None:
            self.neutral = face
        is_relative = self.reenactor.options.mode == "relative"
        result = self.reenactor.drive(frame, face, self.neutral if is_relative else None)
        self._last = result.extra["motion"]
        return result

    def _held(self) -> Result:
        self.held += 1
        if self._last is not None:
            result = self.reenactor.apply(self._last)
        else:
            result = untouched(self.reenactor)
        result.notes.append("No face in this driving frame: the last motion is held.")
        return result

    def reset_neutral(self) -> None:
        """Take the next frame as the driving person's neutral face."""
        self.neutral = None

    def close(self) -> None:
        self.tracker.close()

    def __enter__(self) -> LiveReenactor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def untouched(reenactor: Reenactor) -> Result:
    """The source as it is, in the form of a result."""
    source = reenactor.source
    return Result(
        image=source.copy(),
        crop=reenactor.state.source.image.copy(),
        landmarks=reenactor.face.points[:, :2],
        pasted=Pasted.nothing(source.shape[:2]),
        method=reenactor.method.name,
        weights_sha256=reenactor.method.weights_sha256,
    )
