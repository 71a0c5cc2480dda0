"""The sound of the driving clip, carried into the output while its frames are written."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.container import OutputContainer
from av.error import FFmpegError

from reenact.errors import VideoError
from reenact.files import is_disk_error, require_file
from reenact.video_open import audio_stream, one_clock, open_container, start_s

_COPIED = ("aac", "mp3", "mp3float")
_AAC_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
_PRIMING_S = 0.1
"""Encoders put up to this much silence before the start; players need it to decode the rest."""


class AudioTrack:
    """Copies sound that MP4 can hold as it is (AAC, MP3); anything else becomes AAC.

    Sound is read only as far as the frames have come, so memory does not grow with length.

    Args:
        path: the driving clip.
        output: where the sound goes; a stream is added if the clip has sound.

    Attributes:
        notes: what a person should know, complete after `finish`.
    """

    def __init__(self, path: str | Path, output: OutputContainer) -> None:
        file = require_file(path, "audio_from", VideoError)
        self.notes: list[str] = []
        self._name = file.name
        self._output = output
        self._input = open_container(file, f"`audio_from` ({file.name!r})")
        self._stream = audio_stream(self._input)
        self._packets: Iterator[av.Packet] = iter(())
        self._next: av.Packet | None = None
        if self._stream is None:
            return
        video = next(iter(self._input.streams.video), None)
        self._start_s = start_s(video) if video is not None else 0.0
        self._video_s = 0.0
        if video is not None and video.duration:
            self._video_s = float(video.duration * video.time_base)
        is_copied = self._stream.codec_context.name in _COPIED
        self._packets = self._growing(self._copied() if is_copied else self._encoded())
        self._target = self._add_stream(is_copied)
        self._next = next(self._packets, None)

    def write_until(self, time_s: float) -> None:
        """Write what is heard up to `time_s` of the output."""
        while self._next is not None and self._next.pts * self._next.time_base <= time_s:
            try:
                self._output.mux(self._next)
            except FFmpegError as error:
                if is_disk_error(error):
                    raise
                self._note(f"A part of the sound of {self._name!r} is damaged and was left out.")
            self._next = next(self._packets, None)

    def finish(self, end_s: float) -> None:
        """Write the rest: all of it after a whole clip, up to `end_s` if frames stopped early."""
        if self._stream is not None:
            is_whole = end_s >= self._video_s - 0.1
            self.write_until(float("inf") if is_whole else end_s)

    def close(self) -> None:
        """Let go of the driving clip."""
        self._next, self._packets = None, iter(())
        self._input.close()

    def _add_stream(self, is_copied: bool) -> av.AudioStream:
        if is_copied:
            return self._output.add_stream_from_template(self._stream)
        rate = self._stream.codec_context.sample_rate
        layout = "mono" if self._stream.codec_context.layout.nb_channels == 1 else "stereo"
        return self._output.add_stream(
            "aac", rate=rate if rate in _AAC_RATES else 48_000, layout=layout
        )

    def _demux(self) -> Iterator[av.Packet]:
        try:
            yield from one_clock(self._input.demux(self._stream))
        except (FFmpegError, IndexError):  # IndexError: PyAV, of a stream that appears half way
            self._note(f"The sound of {self._name!r} is damaged and ends early.")

    def _copied(self) -> Iterator[av.Packet]:
        """Packets as they are, on the output's clock, which starts with the video."""
        for packet in self._demux():
            if packet.pts is None or packet.dts is None or packet.size == 0:
                continue
            shift = round(self._start_s / packet.time_base)
            packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
            packet.stream = self._target
            if packet.pts * packet.time_base >= -_PRIMING_S:
                yield packet

    def _encoded(self) -> Iterator[av.Packet]:
        """AAC on the output's clock, counted in samples; only real gaps make it jump."""
        heard_s = 0.0
        for packet in self._demux():
            try:
                frames = packet.decode()
            except FFmpegError:
                continue
            for frame in frames:
                time_s = heard_s  # old formats give no times, coarse clocks give jittery ones
                if frame.pts is not None:
                    time_s = float(frame.pts * frame.time_base) - self._start_s
                if abs(time_s - heard_s) < _PRIMING_S and heard_s > 0:
                    time_s = heard_s
                frame.time_base = Fraction(1, frame.sample_rate)
                frame.pts = round(time_s * frame.sample_rate)
                heard_s = time_s + frame.samples / frame.sample_rate
                if frame.pts >= 0:
                    yield from self._encode(frame)
        yield from self._encode(None)

    def _growing(self, packets: Iterator[av.Packet]) -> Iterator[av.Packet]:
        """MP4 needs times that grow."""
        last_dts = None
        for packet in packets:
            if packet.dts is not None and (last_dts is None or packet.dts > last_dts):
                last_dts = packet.dts
                yield packet
            else:
                self._note(f"A part of the sound of {self._name!r} was left out: its times jump.")

    def _encode(self, frame: av.AudioFrame | None) -> list[av.Packet]:
        try:
            return self._target.encode(frame)
        except (FFmpegError, ValueError):  # ValueError: the sound changes its format half way
            self._note(f"A part of the sound of {self._name!r} is damaged and was left out.")
            return []

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)
