"""Clips, reading: upright, square pixels, true times, and one clear line for what cannot be read.

Writing is tested in `test_video_write.py`.
"""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from reenact.errors import VideoError
from reenact.video import ClipInfo, ClipReader, probe
from tests.media import BAD_CLIPS, BAD_PICTURES, ODD_CLIPS, ODD_PICTURES, face
from tests.media_clips import VFR_TIMES_S, draw_clip, slide

_DAMAGED = ("broken_middle", "cut_off", "joined")


def read(path: Path, **limits: float) -> tuple[list[float], list[np.ndarray], ClipReader]:
    with ClipReader(path, **limits) as clip:
        parts = list(clip)
    assert [index for index, _, _ in parts] == list(range(len(parts)))
    return [time_s for _, time_s, _ in parts], [frame for _, _, frame in parts], clip


def error_of(path: Path, **settings: object) -> str:
    with pytest.raises(VideoError) as caught:
        read(path, **settings)
    return str(caught.value)


def loss(frame: np.ndarray, expected: np.ndarray) -> float:
    return float(np.abs(frame.astype(int) - expected).mean())


@pytest.mark.parametrize("name", ODD_CLIPS)
def test_odd_clips_come_out_upright_and_in_their_colors(name, tmp_path):
    times, frames, clip = read(ODD_CLIPS[name](tmp_path))
    assert all(frame.shape == (clip.height, clip.width, 3) for frame in frames)
    assert all(frame.dtype == np.uint8 and frame.flags.c_contiguous for frame in frames)
    assert times[0] == 0 and all(b > a for a, b in zip(times, times[1:], strict=False))
    expected = face()
    if name == "odd_size":
        expected = slide(0, (255, 191))
    if name == "gray":
        expected = np.array(Image.fromarray(face()).convert("L").convert("RGB"))
    assert frames[0].shape == expected.shape
    assert loss(frames[0], expected) < 8
    if name not in _DAMAGED:
        assert clip.skipped == 0 and clip.notes == []
        assert len(frames) == clip.frame_count_estimate


@pytest.mark.parametrize("name", ["plain", "gif", "webm", "mkv", "avi", "late"])
def test_every_frame_is_delivered_in_order(name, tmp_path):
    _, frames, _ = read(ODD_CLIPS[name](tmp_path))
    for index, frame in enumerate(frames):
        losses = [loss(frame, slide(other)) for other in range(8)]
        assert int(np.argmin(losses)) == index % 8


def test_variable_frame_rate_keeps_its_times(tmp_path):
    times, _, _ = read(ODD_CLIPS["variable_rate"](tmp_path))
    assert times == pytest.approx(VFR_TIMES_S, abs=0.0005)


def test_times_start_with_the_video_whatever_the_file_clock_says(tmp_path):
    times, _, _ = read(ODD_CLIPS["late"](tmp_path))
    assert times == pytest.approx([index / 25 for index in range(25)], abs=0.0005)


def test_probe_describes_a_clip(tmp_path):
    info = probe(draw_clip(tmp_path / "a.mp4", frames=30, fps=30, audio="aac"))
    assert info == ClipInfo(192, 256, Fraction(30), 30, pytest.approx(1.0), True, "h264", 0)


def test_probe_knows_the_turned_size(tmp_path):
    info = probe(ODD_CLIPS["turned_270"](tmp_path))
    assert (info.width, info.height, info.rotation, info.has_audio) == (192, 256, 270, False)


def test_a_browser_recording_without_duration_is_read(tmp_path):
    """MediaRecorder streams WebM: no duration, no frame count."""
    live = {"options": {"live": "1"}, "format": "webm"}
    path = draw_clip(
        tmp_path / "live.webm", codec="libvpx", container=live, options={"deadline": "realtime"}
    )
    times, _, clip = read(path)
    assert clip.duration_s is None and clip.frame_count_estimate is None
    assert len(times) == 10 and 0 < clip.fps <= 480


def test_damage_in_the_middle_is_left_out_and_reading_goes_on(tmp_path):
    times, frames, clip = read(ODD_CLIPS["broken_middle"](tmp_path))
    assert clip.skipped > 0 and any("damaged" in note for note in clip.notes)
    assert 30 <= len(frames) < 60
    assert times[-1] == pytest.approx(59 / 25, abs=0.001)
    assert loss(frames[-1], slide(59)) < 8


def test_a_cut_off_clip_ends_with_a_note(tmp_path):
    times, frames, clip = read(ODD_CLIPS["cut_off"](tmp_path))
    assert 15 < len(frames) < 50 and loss(frames[10], slide(10)) < 8
    assert any("cut off" in note and "of 2.0 seconds" in note for note in clip.notes)


def test_two_recordings_in_one_file_are_one_clip(tmp_path):
    times, frames, clip = read(ODD_CLIPS["joined"](tmp_path))
    assert times == pytest.approx([index / 25 for index in range(50)], abs=0.001)
    assert all(frame.shape == (256, 192, 3) for frame in frames) and clip.skipped == 0
    assert loss(frames[25], face()) < 12


def test_a_second_loop_begins_again(tmp_path):
    with ClipReader(ODD_CLIPS["broken_middle"](tmp_path)) as clip:
        first = [time_s for _, time_s, _ in clip]
        skipped, notes = clip.skipped, list(clip.notes)
        assert [time_s for _, time_s, _ in clip] == first
        assert (clip.skipped, clip.notes) == (skipped, notes)
        next(iter(clip))
        assert [time_s for _, time_s, _ in clip] == first


def test_frames_are_the_callers_own(tmp_path):
    with ClipReader(ODD_CLIPS["turned_90"](tmp_path)) as clip:
        for _, _, frame in clip:
            assert loss(frame, face()) < 8
            frame[:] = 0


def test_transparent_gif_is_put_on_white(tmp_path):
    pictures = []
    for index in range(3):
        alpha = np.full(face().shape[:2], 255, np.uint8)
        alpha[:, :30] = 0
        pictures.append(Image.fromarray(np.dstack([slide(index), alpha])))
    path = tmp_path / "transparent.gif"
    pictures[0].save(path, save_all=True, append_images=pictures[1:], disposal=2, duration=50)
    _, frames, _ = read(path)
    assert len(frames) == 3 and all((frame[:, :30] == 255).all() for frame in frames)


def test_full_range_and_untagged_hd_colors(tmp_path):
    red = np.zeros((720, 64, 3), np.uint8)
    red[..., 0] = 200
    import av
    from av.video.reformatter import Colorspace

    path = tmp_path / "hd.mp4"
    with av.open(str(path), "w") as output:  # BT.709, and nothing in the file says so
        stream = output.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 720, "yuv420p"
        frame = av.VideoFrame.from_ndarray(red)
        frame = frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709)
        frame.colorspace = 2
        output.mux(stream.encode(frame))
        output.mux(stream.encode())
    _, frames, _ = read(path)
    assert np.abs(frames[0].astype(int) - red).max() <= 4


@pytest.mark.parametrize("name", BAD_CLIPS)
def test_bad_clips_are_refused_with_one_clear_line(name, tmp_path, capfd):
    path = BAD_CLIPS[name](tmp_path)
    message = error_of(path, name="driving")
    assert "`driving`" in message and path.name in message
    assert "\n" not in message and message.endswith(".") and len(message) < 250
    assert capfd.readouterr() == ("", "")  # FFmpeg keeps quiet too


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing", "does not exist"),
        ("folder", "got the folder"),
        ("empty", "0 bytes"),
        ("text", "must be a whole clip, got something else named .mp4"),
        ("only_sound", "got only sound"),
        ("no_frames", "must contain moving pictures, got none"),
        ("all_noise", "got none that can be decoded"),
        ("no_index", "cut off or damaged"),
        ("still", "got a still picture. Use `image`"),
        ("still_gif", "got a still picture. Use `image`"),
        ("playlist", "must be a whole clip"),
    ],
)
def test_refusals_say_why(name, words, tmp_path):
    assert words in error_of(BAD_CLIPS[name](tmp_path))


@pytest.mark.parametrize("name", ["exif_1", "heic", "webp", "rgb_16_png", "gif", "rgb_16_tiff"])
def test_a_picture_given_as_clip_is_told_so(name, tmp_path):
    assert "Use `image`" in error_of(ODD_PICTURES[name](tmp_path))


def test_moving_webp_is_refused_and_moving_png_is_read(tmp_path):
    assert "Use MP4" in error_of(ODD_PICTURES["webp_moving"](tmp_path))
    assert len(read(ODD_PICTURES["png_moving"](tmp_path))[1]) == 2


def test_a_song_with_a_cover_is_only_sound(tmp_path):
    """The cover is a video stream of one picture."""
    song = draw_clip(tmp_path / "song.mp3", frames=1, codec="mjpeg", pixels="yuvj420p",
                     audio="libmp3lame", audio_s=0.3)  # fmt: skip
    assert "got only sound" in error_of(song)


def test_cut_pictures_given_as_clips_are_refused(tmp_path):
    for name in ("cut_png", "cut_heic", "cut_gif", "huge"):
        assert "\n" not in error_of(BAD_PICTURES[name](tmp_path))


def test_longer_than_the_limit_is_refused_before_reading(tmp_path):
    path = draw_clip(tmp_path / "long.mp4", frames=50)
    with pytest.raises(VideoError, match="at most 1.5 seconds long, got 2.0. Cut it first"):
        ClipReader(path, max_seconds=1.5)
    assert len(read(path, max_seconds=2.0)[1]) == 50


def test_longer_than_the_limit_is_noticed_where_the_header_does_not_say(tmp_path):
    live = {"options": {"live": "1"}, "format": "webm"}
    path = draw_clip(tmp_path / "live.webm", codec="libvpx", container=live, frames=20)
    assert "at most 0.5 seconds" in error_of(path, max_seconds=0.5)


def test_larger_than_the_limit_is_refused(tmp_path):
    path = draw_clip(tmp_path / "a.mp4")
    assert "got 192 x 256" in error_of(path, max_pixels=192 * 256 - 1)
    assert len(read(path, max_pixels=192 * 256)[1]) == 10


def test_noise_in_the_header_never_ends_in_another_error(tmp_path):
    data = draw_clip(tmp_path / "a.mp4", frames=3, audio="aac").read_bytes()
    random, path = np.random.default_rng(1), tmp_path / "noise.mp4"
    start = data.index(b"moov")
    for _ in range(25):
        damaged = bytearray(data)
        for place in random.integers(start, len(data), 6):
            damaged[place] = random.integers(256)
        path.write_bytes(damaged)
        try:
            read(path, max_pixels=10**7)
        except VideoError as error:
            assert "\n" not in str(error)


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts open files in /proc")
def test_files_are_closed(tmp_path):
    good, bad = draw_clip(tmp_path / "a.mp4"), BAD_CLIPS["all_noise"](tmp_path)
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        read(good)
        error_of(bad)
        probe(good)
    assert len(os.listdir("/proc/self/fd")) == before
