"""Opening clips, for the frames and for the sound: which file, which stream, which clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition

from reenact.errors import VideoError
from reenact.files import iso_brand, read_head
from reenact.images import is_still_picture

# Playlists (HLS, concat) stay closed: a file from a stranger could name other files or servers.
_CONTAINERS = (
    "mov,mp4,matroska,webm,avi,gif,apng,mpegts,mpeg,mpegvideo,ogg,flv,asf,m4v,nut,mxf,dv,"
    "mp3,wav,flac,aac"  # no clips; but "got only sound" helps more than "got something else"
)
_LIKELY_FPS = (0.05, 480)
_CLOCK_RESTART_S = 0.5
_FALLBACK_FPS = Fraction(25)


def open_container(path: Path, label: str) -> InputContainer:
    """Open a clip with PyAV.

    Raises:
        VideoError: it is a still picture, or nothing that PyAV can read.
    """
    if is_still_picture(path):
        raise VideoError(f"{label} must be a clip, got a still picture. Use `image` for it.")
    options = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"}
    try:  # the absolute path keeps 'http:...' and 'concat:...' plain file names
        return av.open(str(path.absolute()), container_options=options)
    except (FFmpegError, OSError, ValueError) as error:
        got = f"something else named {path.suffix}" if path.suffix else "something else"
        if iso_brand(read_head(path)):
            got = "one that is cut off or damaged"
        raise VideoError(
            f"{label} must be a whole clip, got {got}. Use MP4, MOV, WebM, MKV, AVI or GIF."
        ) from error


def audio_stream(container: InputContainer) -> av.AudioStream | None:
    """The first sound that can be decoded (phones add tracks that nobody can)."""
    for stream in container.streams.audio:
        context = stream.codec_context
        if context is not None and context.sample_rate > 0 and context.layout.nb_channels > 0:
            return stream
    return None


def start_s(stream: av.VideoStream) -> float:
    """When the video starts, in seconds of the file's clock; sound is measured from here too."""
    return float(stream.start_time * stream.time_base) if stream.start_time else 0.0


def one_clock(packets: Iterable[av.Packet]) -> Iterator[av.Packet]:
    """Packets whose clock runs on where another recording begins in the same file."""
    last, step, shift = None, 0, 0
    for packet in packets:
        if packet.dts is not None:
            restart = round(_CLOCK_RESTART_S / packet.time_base)
            if last is not None and packet.dts + shift < last - restart:
                shift = last + step - packet.dts
            packet.dts += shift
            packet.pts = None if packet.pts is None else packet.pts + shift
            step = 0 if last is None else packet.dts - last
            last = packet.dts
        yield packet


def video_stream(container: InputContainer, label: str) -> av.VideoStream:
    """The first stream of moving pictures (the cover of a song is a stream too, of one).

    Raises:
        VideoError: there is none.
    """
    for stream in container.streams.video:
        is_cover = stream.disposition & Disposition.attached_pic
        if not is_cover and stream.codec_context is not None:
            return stream
    got = "only sound" if container.streams.audio else "none"
    raise VideoError(f"{label} must contain moving pictures, got {got}. Choose another clip.")


def frame_rate(stream: av.VideoStream) -> Fraction:
    """Average frames a second, if likely: browsers record WebM that claims 1000, or nothing."""
    for rate in (stream.average_rate, stream.guessed_rate, stream.base_rate):
        if rate and _LIKELY_FPS[0] <= rate <= _LIKELY_FPS[1]:
            return Fraction(rate)
    return _FALLBACK_FPS
