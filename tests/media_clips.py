"""Awkward clips for tests, drawn on the spot with PyAV. See `tests/media.py` for how to use them.

The odd clips all show `face()`, sliding by a few pixels, upright when they are read right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
from PIL import Image

Maker = Callable[[Path], Path]
CLOCK = Fraction(1, 90_000)
VFR_TIMES_S = (0.0, 0.04, 0.08, 0.2, 0.21, 0.5, 0.54, 0.9)


@cache
def face() -> np.ndarray:
    """(256, 192, 3) a real face, upright; taller than wide, so that a wrong turn shows."""
    from skimage.data import astronaut

    picture = Image.fromarray(astronaut()).crop((116, 0, 344, 304)).resize((192, 256))
    pixels = np.array(picture)
    pixels.setflags(write=False)
    return pixels


def slide(index: int, size: tuple[int, int] | None = None) -> np.ndarray:
    """Frame `index` of the drawn clips: the face, moved right by `index % 8` pixels."""
    moved = np.roll(face(), index % 8, axis=1)
    if size is not None:
        moved = np.array(Image.fromarray(moved).resize(size[::-1]))
    return np.ascontiguousarray(moved)


def draw_clip(
    path: Path,
    *,
    frames: int = 10,
    fps: int = 25,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    size: tuple[int, int] | None = None,
    times_s: Iterable[float] | None = None,
    rotate: Callable[[av.VideoStream], None] | None = None,
    aspect: Fraction | None = None,
    audio: str | None = None,
    audio_s: float | None = None,
    container: dict | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """Draw a clip of the sliding face.

    Args:
        size: (height, width); the face's own where None.
        times_s: when each frame is shown; every `1 / fps` where None.
        rotate: sets the display matrix of the stream.
        aspect: width to height of one stored pixel.
        audio: a codec for a tone of `audio_s` seconds; as long as the video where None.
    """
    height, width = size or face().shape[:2]
    times = list(times_s) if times_s is not None else [i / fps for i in range(frames)]
    with av.open(str(path), "w", **(container or {})) as output:
        stream = output.add_stream(codec, rate=fps, options=options or {})
        stream.width, stream.height, stream.pix_fmt = width, height, pixels
        stream.codec_context.time_base = CLOCK if codec == "libx264" else Fraction(1, fps)
        if pixels in ("gray", "yuvj420p"):
            stream.codec_context.color_range = 2  # full: what swscale makes of these formats
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotate is not None:
            rotate(stream)
        sound = output.add_stream(audio, rate=48_000, layout="mono") if audio else None
        for index, time_s in enumerate(times):
            picture = av.VideoFrame.from_ndarray(slide(index, size), format="rgb24")
            picture = picture.reformat(format=pixels)
            picture.time_base = stream.codec_context.time_base
            picture.pts = round(time_s / picture.time_base)
            output.mux(stream.encode(picture))
        output.mux(stream.encode())
        if sound is not None:
            _tone(output, sound, audio_s or times[-1] + 1 / fps)
    return path


def _tone(output: av.container.OutputContainer, stream: av.AudioStream, seconds: float) -> None:
    wave = 0.3 * np.sin(np.arange(round(seconds * 48_000)) * 440 * 2 * np.pi / 48_000)
    for start in range(0, len(wave), 960):
        part = wave[None, start : start + 960].astype(np.float32)
        frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
        output.mux(stream.encode(frame))
    output.mux(stream.encode(None))


def drawn(file_name: str, **settings: object) -> Maker:
    """A maker that calls `draw_clip` with these settings."""

    def make(folder: Path) -> Path:
        return draw_clip(folder / file_name, **settings)

    return make


def turned(degrees: int, mirror: bool = False) -> Maker:
    """A clip as phones store it: turned, with a display matrix that turns it back."""

    def make(folder: Path) -> Path:
        path = folder / f"turned{degrees}{'m' if mirror else ''}.mp4"
        upright = np.fliplr(face()) if mirror else face()
        picture = np.rot90(upright, -degrees // 90)
        height, width = picture.shape[:2]
        with av.open(str(path), "w") as output:
            stream = output.add_stream("libx264", rate=25)
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            stream.set_display_rotation(degrees, hflip=mirror)
            for _ in range(5):
                frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture))
                output.mux(stream.encode(frame))
            output.mux(stream.encode())
        return path

    return make


def broken_middle(folder: Path) -> Path:
    """A clip whose middle fifth is noise."""
    path = draw_clip(folder / "broken_middle.mp4", frames=60, **_STREAMED)
    data = bytearray(path.read_bytes())
    start, end = len(data) * 4 // 10, len(data) * 6 // 10
    data[start:end] = np.random.default_rng(0).bytes(end - start)
    path.write_bytes(data)
    return path


def cut_off(folder: Path) -> Path:
    """A clip of two seconds whose download stopped half way; its index is whole."""
    path = draw_clip(folder / "cut_off.mp4", frames=50, **_STREAMED)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    return path


def gif(folder: Path, frames: int = 5) -> Path:
    """An animated GIF, 100 ms a frame."""
    path = folder / f"moving{frames}.gif"
    pictures = [Image.fromarray(slide(index)) for index in range(frames)]
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=100, loop=0)
    return path


def late(folder: Path) -> Path:
    """A transport stream, whose clock starts at 1.4 seconds, with AAC sound."""
    return draw_clip(folder / "late.ts", frames=25, audio="aac")


def joined(folder: Path) -> Path:
    """Two recordings in one transport stream: another size, and the clock starts again."""
    parts = [
        draw_clip(folder / f"part{index}.ts", frames=25, size=size, audio="mp2")
        for index, size in enumerate([(256, 192), (128, 96)])
    ]
    path = folder / "joined.ts"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    for part in parts:
        part.unlink()
    return path


# Index in front, and a frame every 10 that needs no other: as clips on the web are.
_STREAMED = {"container": {"options": {"movflags": "+faststart"}}, "options": {"g": "10"}}

ODD_CLIPS: dict[str, Maker] = {
    "plain": drawn("plain.mp4"),
    "turned_90": turned(90),
    "turned_180": turned(180),
    "turned_270": turned(270),
    "mirrored": turned(0, mirror=True),
    "mirrored_90": turned(90, mirror=True),
    "wide_pixels": drawn("wide_pixels.mp4", size=(256, 96), aspect=Fraction(2)),
    "tall_pixels": drawn("tall_pixels.mp4", size=(128, 192), aspect=Fraction(1, 2)),
    "odd_size": drawn("odd_size.mp4", pixels="yuv444p", size=(255, 191)),
    "variable_rate": drawn("variable_rate.mp4", times_s=VFR_TIMES_S),
    "ten_bit": drawn("ten_bit.mp4", pixels="yuv420p10le"),
    "gray": drawn("gray.mp4", pixels="gray"),
    "gif": gif,
    "webm": drawn("clip.webm", codec="libvpx", options={"b": "2M"}, audio="libopus"),
    "mov": drawn("clip.mov"),
    "mkv": drawn("clip.mkv"),
    "avi": drawn("clip.avi", codec="mjpeg", pixels="yuvj420p"),
    "late": late,
    "audio_aac": drawn("audio_aac.mp4", frames=25, audio="aac"),
    "audio_mp3": drawn("audio_mp3.mp4", frames=25, audio="libmp3lame"),
    "audio_pcm": drawn("audio_pcm.mov", frames=25, audio="pcm_s16le"),
    "broken_middle": broken_middle,
    "cut_off": cut_off,
    "joined": joined,
    "one_frame": drawn("one_frame.mp4", frames=1),
    "non_latin": drawn("видео 動画 (1).mp4"),
    "colon": drawn("./concat:clip.mp4"),
}


def absent(file_name: str) -> Maker:
    """A name that nothing has."""
    return lambda folder: folder / file_name


def a_folder(file_name: str) -> Maker:
    """A folder where a file should be."""

    def make(folder: Path) -> Path:
        path = folder / file_name
        path.mkdir()
        return path

    return make


def holding(file_name: str, content: bytes) -> Maker:
    """A file with the given bytes."""

    def make(folder: Path) -> Path:
        path = folder / file_name
        path.write_bytes(content)
        return path

    return make


def only_sound(folder: Path) -> Path:
    """Sound in an MP4, without pictures."""
    path = folder / "only_sound.mp4"
    with av.open(str(path), "w") as output:
        _tone(output, output.add_stream("aac", rate=48_000, layout="mono"), 0.5)
    return path


def no_frames(folder: Path) -> Path:
    """A clip that was closed without a frame."""
    path = folder / "no_frames.mp4"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        output.start_encoding()
    return path


def all_noise(folder: Path) -> Path:
    """A clip with a whole index, all of whose frames are noise."""
    path = draw_clip(folder / "all_noise.mp4", frames=5, **_STREAMED)
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + 4
    data[start:] = b"\xff" * (len(data) - start)
    path.write_bytes(data)
    return path


def no_index(folder: Path) -> Path:
    """A clip that was cut off before its index, which lies at the end."""
    path = draw_clip(folder / "no_index.mp4", frames=20)
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"moov") - 100])
    return path


def still(folder: Path) -> Path:
    """A picture named like a clip."""
    path = folder / "still.mp4"
    Image.fromarray(face()).save(path, format="JPEG")
    return path


def playlist(folder: Path) -> Path:
    """A playlist named like a clip: it must not make us open what it names."""
    draw_clip(folder / "secret.ts", frames=3)
    path = folder / "playlist.mp4"
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsecret.ts\n#EXT-X-ENDLIST\n")
    return path


BAD_CLIPS: dict[str, Maker] = {
    "missing": absent("missing.mp4"),
    "folder": a_folder("folder.mp4"),
    "empty": holding("empty.mp4", b""),
    "text": holding("text.mp4", b"This is no clip.\n" * 50),
    "only_sound": only_sound,
    "no_frames": no_frames,
    "all_noise": all_noise,
    "no_index": no_index,
    "still": still,
    "still_gif": lambda folder: gif(folder, frames=1),
    "playlist": playlist,
}
