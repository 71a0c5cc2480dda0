"""Writing clips: H.264 in MP4 that every browser plays, with the sound of the driving clip."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from reenact.errors import OutputError, ShapeError, VideoError
from reenact.files import (
    check_can_write,
    discard,
    finish,
    is_disk_error,
    reason,
    unfinished_path,
)
from reenact.types import Frame
from reenact.video_audio import AudioTrack

CLIP_SUFFIXES = (".mp4", ".m4v", ".mov")
"""What `ClipWriter` can write."""

_ENCODER = "libx264"
_CLOCK = Fraction(1, 90_000)
_BT709 = 1
_LIMITED_RANGE = 1


class ClipWriter:
    """Writes frames one at a time, each with its own time; the file appears when all is well.

    Until `close` the clip lies beside `path` under a hidden name; an error inside the `with`
    block removes it. Odd sizes get one more row or column, a copy of the edge, as H.264 needs.

    Args:
        path: where the clip goes; .mp4, .m4v or .mov.
        fps: frames a second, for `write` without a time and for how long the last frame stays.
        size: (height, width) of every frame, as in `frame.shape[:2]`.
        audio_from: a clip whose sound is kept; None, or a clip without sound, means silence.
        crf: quality, 0 (lossless) to 51; 18 looks like the original.
        preset: x264's speed, `ultrafast` to `placebo`.
        comment: a line about the clip, written into the file.
        finish: called with the whole file before it gets its name; see `reenact.media.write`.

    Attributes:
        notes: what a person should know, complete after `close`.

    Raises:
        OutputError: the clip cannot be written.
        VideoError: `audio_from` cannot be read, or `fps` or a time makes no sense.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        fps: Fraction | float,
        size: tuple[int, int],
        audio_from: str | Path | None = None,
        crf: int = 18,
        preset: str = "veryfast",
        comment: str = "",
        finish: Callable[[Path], None] | None = None,
    ) -> None:
        if not 0.01 <= fps <= 1000:
            raise VideoError(f"`fps` must be 0.01 to 1000, got {fps}.")
        self.path = check_can_write(path, CLIP_SUFFIXES)
        self.size = size
        self.fps = Fraction(fps).limit_denominator(100_000)
        self.notes: list[str] = []
        self.frame_count = 0
        self._before_name = finish
        self._last_tick = -1
        self._is_open = True
        self._reformatter = VideoReformatter()
        self._audio: AudioTrack | None = None
        self._unfinished = unfinished_path(self.path)
        self._container = self._open_container()
        try:
            self._stream = self._add_video(crf, preset)
            if comment:
                self._container.metadata["comment"] = comment
            if audio_from is not None:
                self._audio = AudioTrack(audio_from, self._container)
        except BaseException:
            self.abort()
            raise

    def __enter__(self) -> ClipWriter:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()

    def write(self, frame: Frame, time_s: float | None = None) -> None:
        """Add a frame.

        Args:
            frame: (H, W, 3) RGB of the size that was announced.
            time_s: when it is shown; must grow. None: `1 / fps` after frame before it.
        """
        if not self._is_open:
            raise OutputError(f"{self.path.name!r} is closed. Open a new ClipWriter.")
        self._check(frame)
        tick = self._tick(time_s)
        picture = self._to_picture(frame)
        picture.pts, picture.time_base = tick, _CLOCK
        try:
            self._mux(self._stream.encode(picture))
            if self._audio is not None:
                self._audio.write_until(float(tick * _CLOCK))
        except (FFmpegError, OSError) as error:
            self.abort()
            raise self._refusal(error) from error
        self._last_tick = tick
        self.frame_count += 1

    def close(self) -> None:
        """Finish the clip and give it its name. Closing again does nothing."""
        if not self._is_open:
            return
        if self.frame_count == 0:
            self.abort()
            raise OutputError(f"{self.path.name!r} must have frames, got none. Write some first.")
        try:
            self._mux(self._stream.encode())
            if self._audio is not None:
                self._audio.finish(float(self._last_tick * _CLOCK + 1 / self.fps))
                self.notes += self._audio.notes
            self._container.close()
            self._is_open = False
            if self._before_name is not None:
                self._before_name(self._unfinished)
            finish(self._unfinished, self.path)
        except (FFmpegError, OSError) as error:
            raise self._refusal(error) from error
        finally:
            self.abort()

    def abort(self) -> None:
        """Stop, and leave nothing behind. After `close` it does nothing."""
        if self._audio is not None:
            self._audio.close()
        if self._is_open:
            self._is_open = False
            try:
                self._container.close()
            except (FFmpegError, OSError):
                pass  # the reason for stopping is already on its way to the caller
        discard(self._unfinished)

    def _open_container(self) -> OutputContainer:
        name, options = str(self._unfinished), {"movflags": "+faststart"}
        try:
            return av.open(name, "w", format="mp4", options=options)
        except (FFmpegError, OSError) as error:
            discard(self._unfinished)
            raise OutputError(reason(self.path, error)) from error

    def _add_video(self, crf: int, preset: str) -> av.VideoStream:
        height, width = self.size
        try:
            av.Codec(_ENCODER, "w")
        except ValueError as error:
            raise OutputError(
                f"Clips need the encoder {_ENCODER}, which this PyAV lacks. Run `pip install av`."
            ) from error
        # Without B-frames the packets lie in the order of their times, so that players and
        # `ffprobe` agree on the length of a clip with variable frame rate.
        options = {"crf": str(crf), "preset": preset, "bf": "0"}
        stream = self._container.add_stream(_ENCODER, rate=self.fps, options=options)
        stream.width, stream.height = width + width % 2, height + height % 2
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.time_base = _CLOCK
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        context.color_range = _LIMITED_RANGE
        return stream

    def _check(self, frame: Frame) -> None:
        if frame.shape != (*self.size, 3) or frame.dtype != np.uint8:
            must, got = (*self.size, 3), f"{frame.dtype} {frame.shape}"
            raise ShapeError(f"`frame` must be uint8 {must} for this clip, got {got}.")

    def _refusal(self, error: Exception) -> OutputError:
        if is_disk_error(error) or not isinstance(error, FFmpegError):
            return OutputError(reason(self.path, error))
        what = f"{self.size[1]} x {self.size[0]} at {float(self.fps):g} frames a second"
        return OutputError(
            f"{self.path.name!r} ({what}) cannot be encoded as H.264: {error.strerror}. "
            "Try another size."
        )

    def _mux(self, packets: list[av.Packet]) -> None:
        for packet in packets:
            packet.duration = round(1 / (self.fps * _CLOCK))  # the last one's is what counts
            self._container.mux(packet)

    def _tick(self, time_s: float | None) -> int:
        if time_s is None:
            step = 1 / (self.fps * _CLOCK)
            return 0 if self._last_tick < 0 else round(self._last_tick + step)
        if not 0 <= time_s < 1e6:
            raise VideoError(f"`time_s` must be 0 or more seconds, got {time_s}.")
        tick = round(time_s / _CLOCK)
        if tick <= self._last_tick:
            last_s = float(self._last_tick * _CLOCK)
            raise VideoError(f"`time_s` must grow, got {time_s:.4f} after {last_s:.4f}.")
        return tick

    def _to_picture(self, frame: Frame) -> av.VideoFrame:
        height, width = self.size
        if height % 2 or width % 2:
            frame = np.pad(frame, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
        return self._reformatter.reformat(
            av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24"),
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
        )
