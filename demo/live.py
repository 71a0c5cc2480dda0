"""One visitor's live camera: a source that moves with each camera frame."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from demo.pictures import shrink
from reenact.media.provenance import Provenance
from reenact.types import Options

if TYPE_CHECKING:
    from demo.engine import Engine
    from reenact.types import Frame

LIVE_SIDE_PX = 640
"""Camera and source pictures are not worked on at more than this."""


@dataclass(frozen=True)
class LiveKey:
    """What a camera's encoded source depends on; another key means encoding again."""

    source: str
    method: str
    face: int | None


@dataclass(frozen=True)
class LiveView:
    """One frame of the result.

    Attributes:
        number: counted from 1 since the source was chosen.
        fps: an average over the last frames.
        has_face: whether the camera frame shows a face; where not, the last motion is held.
        provenance: what the picture's credentials say.
    """

    image: Frame
    number: int
    fps: float
    has_face: bool
    notes: tuple[str, ...] = ()
    provenance: Provenance = Provenance("", "live")


class LiveCamera:
    """A `LiveReenactor` with its clock. Frames of one visitor never run at the same time."""

    def __init__(self, engine: Engine, key: LiveKey, options: Options) -> None:
        source = np.asarray(shrink(engine.load(key.source, "source"), LIVE_SIDE_PX))
        self.key = key
        self._live = engine.live(source, key.method, options, key.face)
        self._lock = threading.Lock()
        self._start = time.monotonic()
        self._times: deque[float] = deque(maxlen=20)
        self._is_closed = False

    def __call__(self, frame: Frame, options: Options) -> LiveView:
        """The source with the expression of one camera frame."""
        small = np.asarray(_shrunk(frame))
        with self._lock:
            if self._is_closed:
                raise RuntimeError("The camera is closed.")
            if options.mode != self._live.reenactor.options.mode:
                self._live.reset_neutral()
            self._live.reenactor.options = options
            held = self._live.held
            result = self._live(small, time.monotonic() - self._start)
            self._times.append(time.monotonic())
            has_face = self._live.held == held
            shown = (result.image, self._live.frames, self._fps(), has_face, tuple(result.notes))
            return LiveView(*shown, Provenance.of(result, "live"))

    def reset_neutral(self) -> None:
        """Take the next frame as the visitor's neutral face."""
        with self._lock:
            self._live.reset_neutral()

    def close(self) -> None:
        with self._lock:
            if not self._is_closed:
                self._is_closed = True
                self._live.close()

    def _fps(self) -> float:
        if len(self._times) < 2:
            return 0.0
        return (len(self._times) - 1) / max(1e-6, self._times[-1] - self._times[0])


def _shrunk(frame: Frame) -> Image.Image:
    return shrink(np.ascontiguousarray(frame[..., :3]), LIVE_SIDE_PX)
