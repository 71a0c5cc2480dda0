"""An engine without models, so that the demo's own handlers are tested in no time."""

from __future__ import annotations

import time
from types import SimpleNamespace

import numpy as np

from reenact.errors import FaceNotFoundError
from reenact.images import load_picture
from reenact.media.provenance import Provenance
from reenact.media.write import MarkedClipWriter
from reenact.types import Face, Frame, Result


class StandIn:
    """Inverts the source. Faces are where red is above 200: one for each column of them."""

    def __init__(self, *, clip_frames: int = 5, frame_s: float = 0.01) -> None:
        self.clip_frames, self.frame_s = clip_frames, frame_s
        self.calls: list[tuple] = []
        self.clip_ended: str | None = None

    def method_names(self) -> tuple[str, ...]:
        return ("warp", "other")

    def method_info(self, name: str) -> SimpleNamespace:
        return SimpleNamespace(title=name.title(), summary="A stand-in.", uses_gpu=False)

    def method(self, name: str) -> str:
        return name

    def load(self, path: str, name: str) -> Frame:
        return load_picture(path, name=name)

    def faces(self, frame: Frame) -> list[Face]:
        columns = (frame[..., 0] > 200).any(0).astype(int)
        starts = np.flatnonzero(np.diff(columns, prepend=0) == 1)
        size = frame.shape[:2]
        points = np.zeros((478, 3), np.float32)
        return [Face(points, (x, 10.0, x + 20.0, 40.0), 0.9, size) for x in map(float, starts)]

    def first_frame(self, clip: str, max_seconds: float | None = None) -> Frame:
        return np.zeros((64, 64, 3), np.uint8)

    def picture(self, source, driving, method, options, face, driving_face) -> Result:
        self.calls.append((method, options, face, driving_face))
        frame = load_picture(driving, name="driving")
        if not frame.any():
            raise FaceNotFoundError("No face found in `driving` (64 x 64). Try a larger face.")
        return Result(255 - source, source, np.zeros((478, 2)), np.ones(source.shape[:2]))

    def removes_expressions(self, name: str) -> bool:
        return name == "other"

    def neutral(self, source, method, face) -> Result:
        self.calls.append((method, "neutral", face))
        if not source.any():
            raise FaceNotFoundError("No face found in `source` (64 x 64). Try a larger face.")
        return Result(255 - source, source, np.zeros((478, 2)), np.ones(source.shape[:2]))

    def judge(self, source, driving, target, options, faces=(None, None)):
        from demo.judge import Figure

        return lambda image: [Figure("identity_distance", float(np.abs(image - source).mean()))]

    def clip(
        self, source, driving, output, method, options, face, driving_face, limit, progress, cancel
    ) -> SimpleNamespace:
        self.calls.append((method, options, face, driving_face))
        for number in range(self.clip_frames):
            if cancel():
                self.clip_ended = "canceled"
                raise FaceNotFoundError("Cancelled: nothing was written.")
            time.sleep(self.frame_s)
            progress(number + 1, self.clip_frames)
        with MarkedClipWriter(output, Provenance(method, "clip"), fps=25, size=(64, 64)) as clip:
            for _ in range(4):
                clip.write(np.full((64, 64, 3), 90, np.uint8))
        self.clip_ended = "done"
        return SimpleNamespace(frames=self.clip_frames, notes=[])

    def live(self, source, method, options, face) -> StandInLive:
        return StandInLive(source, options)


class StandInLive:
    """Counts frames and closes."""

    def __init__(self, source: Frame, options) -> None:
        self.source, self.held, self.frames = source, 0, 0
        self.reenactor = SimpleNamespace(options=options)
        self.neutral_resets, self.is_closed = 0, False

    def __call__(self, frame: Frame, time_s: float) -> Result:
        self.frames += 1
        image = np.full_like(self.source, self.frames % 255)
        return Result(image, image, np.zeros((478, 2)), np.ones(image.shape[:2]))

    def reset_neutral(self) -> None:
        self.neutral_resets += 1

    def close(self) -> None:
        self.is_closed = True
