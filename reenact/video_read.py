"""Reading clips: any container and codec that PyAV knows, upright, square pixels, true times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError
from av.sidedata.sidedata import Type as SideDataType
from av.video.reformatter import Colorspace, VideoReformatter
from numpy.typing import NDArray

from reenact.errors import VideoError
from reenact.files import require_file
from reenact.images import flatten_on_white
from reenact.types import Frame
from reenact.video_open import (
    audio_stream,
    frame_rate,
    one_clock,
    open_container,
    start_s,
    video_stream,
)

_MOST_READ_FAILURES = 100
_NO_TURN = (1, 0, 0, 1)


@dataclass(frozen=True)
class ClipInfo:
    """What a clip is.

    Attributes:
        width, height: pixels of the frames that come out: upright, square pixels.
        fps: average frames a second.
        frame_count_estimate: from the header; None where it does not say.
        duration_s: seconds of video, from the header; None where it does not say.
        has_audio: whether there is sound that can be decoded.
        codec: FFmpeg's name of the video codec, `h264`.
        rotation: degrees counterclockwise by which the stored frames are turned: 0, 90, 180, 270.
    """

    width: int
    height: int
    fps: Fraction
    frame_count_estimate: int | None
    duration_s: float | None
    has_audio: bool
    codec: str
    rotation: int


class ClipReader:
    """Iterates over `(index, time_s, frame)`; frames are (H, W, 3) RGB, one at a time.

    Times are seconds from the start of the video, always growing, as the file has them (so
    variable frame rates stay). Each `for` loop begins at the first frame.

    Args:
        path: a clip, or an animated GIF.
        name: what the clip is for; it appears in messages.
        max_seconds: refuse longer clips.
        max_pixels: refuse larger frames (width times height).

    Attributes:
        info: `ClipInfo`; its main fields are attributes of the reader too.
        skipped: damaged parts left out so far.
        notes: what a person should know, complete after the last frame.

    Raises:
        VideoError: the file is no clip, cannot be read, or is over a limit.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        name: str = "clip",
        max_seconds: float | None = None,
        max_pixels: int | None = None,
    ) -> None:
        self.path = require_file(path, name, VideoError)
        self.label = f"`{name}` ({self.path.name!r})"
        self.max_seconds = max_seconds
        self.skipped = 0
        self.notes: list[str] = []
        self._reformatter = VideoReformatter()
        self._container = open_container(self.path, self.label)
        self._is_fresh = True
        try:
            self._start()
            self._check_limits(max_pixels)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> ClipReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()

    def __iter__(self) -> Iterator[tuple[int, float, Frame]]:
        if not self._is_fresh:
            self.close()
            self._container = open_container(self.path, self.label)
            self._start()
        self._is_fresh = False
        index, time_s, last_s = 0, 0.0, -1.0
        frame: av.VideoFrame | None = self._first
        while frame is not None:
            time_s = self._time(frame, last_s)
            if self.max_seconds is not None and time_s > self.max_seconds:
                raise VideoError(self._too_long(f"more than {time_s:.1f}"))
            yield index, time_s, self._to_frame(frame)
            index, last_s, duration = index + 1, time_s, frame.duration
            frame = next(self._frames, None)
        self._note_losses(last_s + float((duration or 0) * self._time_base))

    def _start(self) -> None:
        """Find the video stream and decode its first frame, which knows the true size."""
        self.skipped, self.notes = 0, []
        self._stream = video_stream(self._container, self.label)
        self._stream.thread_type = "AUTO"
        self._time_base = self._stream.time_base or Fraction(1, 1000)
        self._start_s = start_s(self._stream)
        self._frames = self._decode()
        first = next(self._frames, None)
        if first is None:
            raise VideoError(
                f"{self.label} must contain frames, got none that can be decoded. Export it again."
            )
        self._first = first
        self._matrix = _display_matrix(first)
        self._size = _square_pixels(first.width, first.height, self._stream.sample_aspect_ratio)
        self.info = self._describe(first)
        self.width, self.height, self.fps = self.info.width, self.info.height, self.info.fps
        self.frame_count_estimate = self.info.frame_count_estimate
        self.duration_s, self.has_audio = self.info.duration_s, self.info.has_audio
        if first.color_trc in (16, 18):  # PQ and HLG
            self.notes.append("The clip is HDR: its colors are shown without tone mapping.")

    def _describe(self, first: av.VideoFrame) -> ClipInfo:
        stream, (width, height) = self._stream, self._size
        is_sideways = self._matrix[0] == 0
        fps, duration = frame_rate(stream), stream.duration
        seconds = float(duration * self._time_base) if duration else None
        if seconds is None and self._container.duration:
            seconds = self._container.duration / av.time_base
        # Not `stream.frames` first: it counts what a phone's trimming only hides.
        count = round(seconds * fps) if seconds else stream.frames or None
        has_audio = audio_stream(self._container) is not None
        rotation, codec = round(first.rotation / 90) * 90 % 360, stream.codec_context.name
        if is_sideways:
            width, height = height, width
        return ClipInfo(width, height, fps, count, seconds, has_audio, codec, rotation)

    def _check_limits(self, max_pixels: int | None) -> None:
        if max_pixels is not None and self.width * self.height > max_pixels:
            got = f"{self.width} x {self.height}"
            limit = f"at most {max_pixels} pixels a frame"
            raise VideoError(f"{self.label} must have {limit}, got {got}. Make it smaller first.")
        seconds, most = self.duration_s, self.max_seconds
        if seconds is not None and most is not None and seconds > most:
            raise VideoError(self._too_long(f"{seconds:.1f}"))

    def _too_long(self, got: str) -> str:
        limit = f"at most {self.max_seconds:g} seconds long"
        return f"{self.label} must be {limit}, got {got}. Cut it first."

    def _decode(self) -> Iterator[av.VideoFrame]:
        """All frames that can be had; what cannot be decoded is counted and left out."""
        for packet in one_clock(self._packets()):
            try:
                yield from packet.decode()
            except FFmpegError:
                is_repeat = packet.size == 0 and packet.pts is not None  # Theora: nothing moved
                self.skipped += not is_repeat

    def _packets(self) -> Iterator[av.Packet]:
        """All packets; a failure to read counts as damage, and reading goes on behind it."""
        for _ in range(_MOST_READ_FAILURES):
            try:
                yield from self._container.demux(self._stream)
                return
            except (FFmpegError, IndexError):  # IndexError: PyAV, of a stream that appears half way
                self.skipped += 1

    def _time(self, frame: av.VideoFrame, last_s: float) -> float:
        """Seconds from the start of the video; damaged files get times that still grow."""
        if frame.pts is None:
            return last_s + float(1 / self.fps) if last_s >= 0 else 0.0
        time_s = float(frame.pts * self._time_base) - self._start_s
        return max(time_s, 0.0) if last_s < 0 else max(time_s, last_s + 0.001)

    def _to_frame(self, frame: av.VideoFrame) -> Frame:
        """(H, W, 3) RGB from whatever the codec gives: upright, square pixels, no transparency."""
        width, height = self._size
        has_alpha = any(part.is_alpha for part in frame.format.components)
        # Untagged HD is BT.709 for every player, untagged SD is BT.601 (FFmpeg's own default).
        is_untagged_hd = frame.colorspace == 2 and frame.height >= 720
        picture = self._reformatter.reformat(
            frame,
            width=width,
            height=height,
            format="rgba" if has_alpha else "rgb24",
            src_colorspace=Colorspace.ITU709 if is_untagged_hd else None,
        ).to_ndarray()
        if has_alpha:
            picture = flatten_on_white(picture[..., :3], picture[..., 3])
        return np.ascontiguousarray(_turn(picture, self._matrix))

    def _note_losses(self, end_s: float) -> None:
        if self.skipped:
            parts = (
                "1 damaged part was" if self.skipped == 1 else f"{self.skipped} damaged parts were"
            )
            self.notes.append(f"{parts} left out of {self.path.name!r}.")
        promised = self._stream.duration
        promised_s = float(promised * self._time_base) if promised else 0.0
        if end_s < promised_s - max(0.25, 2 / self.fps):
            got = f"{end_s:.1f} of {promised_s:.1f} seconds"
            self.notes.append(f"{self.path.name!r} is cut off or damaged: {got} could be read.")


def _square_pixels(width: int, height: int, aspect: Fraction | None) -> tuple[int, int]:
    """Width and height that look right with square pixels, without losing any."""
    if not aspect or not Fraction(1, 8) <= aspect <= 8:
        return width, height
    if aspect > 1:
        return round(width * aspect), height
    return width, round(height / aspect)


def _display_matrix(frame: av.VideoFrame) -> tuple[int, int, int, int]:
    """The turn that a phone asked for, as (a, b, c, d): x' = a x + c y, y' = b x + d y."""
    data = frame.side_data.get(SideDataType.DISPLAYMATRIX)
    if data is None:
        return _NO_TURN
    a, b, _, c, d = np.frombuffer(bytes(data), np.int32)[:5]
    if abs(a) >= abs(b):  # upright or upside down, perhaps mirrored
        return (1 if a >= 0 else -1, 0, 0, 1 if d >= 0 else -1)
    return (0, 1 if b >= 0 else -1, 1 if c >= 0 else -1, 0)


def _turn(picture: NDArray[np.uint8], matrix: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    """Turn and mirror (H, W, 3) by a display matrix; a view, nothing is resampled."""
    a, b, c, d = matrix
    if a == 0:
        return picture.transpose(1, 0, 2)[::b, ::c]
    return picture[::d, ::a]
