"""Clips, writing: the same pictures, times and sound come out, whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from reenact.errors import OutputError, ShapeError, VideoError
from reenact.video import ClipReader, ClipWriter, probe
from tests.media import ODD_CLIPS, copy_clip, face
from tests.media_clips import VFR_TIMES_S, draw_clip, slide


def times_of(path: Path) -> list[float]:
    with ClipReader(path) as clip:
        return [time_s for _, time_s, _ in clip]


@pytest.mark.parametrize("name", ODD_CLIPS)
def test_odd_clips_pass_through(name, tmp_path):
    path, out = ODD_CLIPS[name](tmp_path), tmp_path / "out folder.mp4"
    writer = copy_clip(path, out)
    with ClipReader(path) as before, ClipReader(out) as after:
        assert after.info.codec == "h264" and after.info.rotation == 0
        assert after.has_audio == before.has_audio
        for (_, a_s, a), (_, b_s, b) in zip(before, after, strict=True):
            assert abs(a_s - b_s) < 0.001
            assert np.abs(a.astype(int) - b[: a.shape[0], : a.shape[1]]).mean() < 4
    assert writer.frame_count == after.frame_count_estimate
    assert sorted(os.listdir(tmp_path)) == sorted([path.name, out.name])


def test_variable_frame_rate_comes_out_within_a_millisecond(tmp_path):
    copy_clip(ODD_CLIPS["variable_rate"](tmp_path), tmp_path / "out.mp4")
    assert times_of(tmp_path / "out.mp4") == pytest.approx(VFR_TIMES_S, abs=0.001)


@pytest.mark.parametrize("fps", [Fraction(30_000, 1001), 25, 29.97, 59.94, 1, 240])
def test_constant_frame_rate_and_length(fps, tmp_path):
    with ClipWriter(tmp_path / "out.mp4", fps=fps, size=(64, 64)) as writer:
        for _ in range(12):
            writer.write(np.zeros((64, 64, 3), np.uint8))
    info = probe(tmp_path / "out.mp4")
    assert float(info.fps) == pytest.approx(float(fps), rel=1e-3)
    assert info.duration_s == pytest.approx(12 / fps, abs=0.001)
    assert info.frame_count_estimate == 12


def test_the_file_plays_everywhere(tmp_path):
    """H.264, 4:2:0, limited BT.709, index in front."""
    copy_clip(ODD_CLIPS["plain"](tmp_path), tmp_path / "out.mp4")
    data = (tmp_path / "out.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(str(tmp_path / "out.mp4")) as container:
        context = container.streams.video[0].codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
        assert (context.colorspace, context.color_range) == (1, 1)


@pytest.mark.parametrize("color", [(255, 0, 0), (0, 255, 0), (0, 0, 255), (200, 150, 120)])
def test_colors_survive(color, tmp_path):
    frame = np.full((64, 64, 3), color, np.uint8)
    with ClipWriter(tmp_path / "out.mp4", fps=25, size=(64, 64)) as writer:
        writer.write(frame)
    with ClipReader(tmp_path / "out.mp4") as clip:
        (_, _, read), *_ = clip
    assert np.abs(read.astype(int) - frame).max() <= 3


@pytest.mark.parametrize("size", [(63, 65), (64, 65), (63, 64), (2, 2), (17, 400)])
def test_odd_sizes_get_a_copy_of_their_edge(size, tmp_path):
    rows, columns = np.indices(size)
    frame = np.dstack([rows * 200 // size[0], columns * 200 // size[1], rows * 0]).astype(np.uint8)
    with ClipWriter(tmp_path / "out.mp4", fps=25, size=size, crf=1) as writer:
        writer.write(frame)
    with ClipReader(tmp_path / "out.mp4") as clip:
        (_, _, read), *_ = clip
    assert read.shape[:2] == tuple(side + side % 2 for side in size)
    inner = read[: size[0], : size[1]].astype(int)
    assert np.abs(inner - frame).mean() < (3 if min(size) > 2 else 60)  # 2 x 2 is one color
    assert np.abs(read[-1].astype(int) - read[size[0] - 1]).mean() < 4


def test_a_size_that_h264_cannot_hold_is_one_clear_line(tmp_path):
    with pytest.raises(OutputError, match="20000 x 64 .* cannot be encoded as H.264"):
        with ClipWriter(tmp_path / "out.mp4", fps=25, size=(64, 20_000)) as writer:
            writer.write(np.zeros((64, 20_000, 3), np.uint8))
    assert os.listdir(tmp_path) == []


def test_the_output_may_replace_the_clip_that_is_being_read(tmp_path):
    path = draw_clip(tmp_path / "a.mp4", frames=25, audio="aac")
    copy_clip(path, path)
    assert len(times_of(path)) == 25 and probe(path).has_audio


def test_an_error_in_the_block_leaves_the_old_file(tmp_path):
    path = tmp_path / "out.mp4"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError):
        with ClipWriter(path, fps=25, size=(256, 192)) as writer:
            writer.write(slide(0))
            _ = 1 / 0
    assert path.read_bytes() == b"old" and os.listdir(tmp_path) == ["out.mp4"]


def test_nothing_written_is_an_error(tmp_path):
    with pytest.raises(OutputError, match="must have frames"):
        with ClipWriter(tmp_path / "out.mp4", fps=25, size=(64, 64)):
            pass
    assert os.listdir(tmp_path) == []


def test_writing_after_closing_is_an_error(tmp_path):
    with ClipWriter(tmp_path / "out.mp4", fps=25, size=(256, 192)) as writer:
        writer.write(slide(0))
        writer.close()
        writer.close()
        with pytest.raises(OutputError, match="is closed"):
            writer.write(slide(1))
    assert len(times_of(tmp_path / "out.mp4")) == 1


def test_wrong_frames_and_times_are_refused(tmp_path):
    frame = face().copy()
    with ClipWriter(tmp_path / "out.mp4", fps=25, size=(256, 192)) as writer:
        for wrong in (frame[:100], frame[..., 0], frame.astype(float), frame.transpose(1, 0, 2)):
            with pytest.raises(ShapeError, match="`frame` must be uint8"):
                writer.write(wrong)
        writer.write(frame, 0.5)
        for time_s in (0.5, 0.4, -1.0, float("nan"), float("inf")):
            with pytest.raises(VideoError, match="`time_s` must"):
                writer.write(frame, time_s)
        writer.write(frame[::-1, ::-1])  # a view that is not contiguous, one frame later
    with av.open(str(tmp_path / "out.mp4")) as container:
        times = [picture.time for picture in container.decode(video=0)]
    assert times == pytest.approx([0.5, 0.54], abs=0.001)


@pytest.mark.parametrize("fps", [0, 0.001, -25, float("nan"), float("inf"), 1001])
def test_impossible_rates_are_refused(fps, tmp_path):
    with pytest.raises(VideoError, match="`fps` must be"):
        ClipWriter(tmp_path / "out.mp4", fps=fps, size=(64, 64))


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("out.avi", "must end in .mp4"),
        ("out.gif", "must end in .mp4"),
        ("nowhere/out.mp4", "does not exist"),
        ("folder.mp4", "got the folder"),
    ],
)
def test_bad_outputs_are_refused_at_once(place, words, tmp_path):
    (tmp_path / "folder.mp4").mkdir()
    with pytest.raises(OutputError) as caught:
        ClipWriter(tmp_path / place, fps=25, size=(64, 64))
    assert words in str(caught.value)
    assert os.listdir(tmp_path) == ["folder.mp4"]


def test_a_missing_encoder_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("reenact.video_write._ENCODER", "libnothing")
    with pytest.raises(OutputError, match="pip install av"):
        ClipWriter(tmp_path / "out.mp4", fps=25, size=(64, 64))
    assert os.listdir(tmp_path) == []


_SCRIPT = """
import resource, sys
import numpy as np
from reenact.errors import OutputError
from reenact.video import ClipReader, ClipWriter

def peak_mb():
    # Not getrusage: it starts with the peak of the process that started this one.
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024

def copy(count, path, source):
    with ClipReader(source) as clip:
        size = (clip.height, clip.width)
        with ClipWriter(path, fps=clip.fps, size=size, audio_from=source) as out:
            for index, time_s, frame in clip:
                if index < count:
                    out.write(frame, time_s)
"""


def run(code: str, *arguments: object) -> str:
    command = [sys.executable, "-c", _SCRIPT + code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return done.stdout


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="reads the peak from /proc")
@pytest.mark.parametrize(
    "frames", [300, pytest.param(6000, marks=pytest.mark.slow)], ids=["fast", "slow"]
)
def test_memory_does_not_grow_with_length(frames, tmp_path):
    """The 200 frames more would take 10 MB if anything held them decoded once."""
    source = draw_clip(tmp_path / "long.mp4", frames=frames, size=(128, 128), audio="aac")
    code = """
copy(100, sys.argv[2], sys.argv[1])
before = peak_mb()
copy(10**9, sys.argv[2], sys.argv[1])
print(peak_mb() - before)
"""
    assert float(run(code, source, tmp_path / "out.mp4")) < 8


def test_a_full_disk_is_one_clear_line_and_leaves_the_old_file(tmp_path):
    """The system refuses more than 100 kB a file, as a full disk would."""
    path = tmp_path / "out.mp4"
    path.write_bytes(b"old")
    code = """
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
random = np.random.default_rng(0)
try:
    with ClipWriter(sys.argv[1], fps=25, size=(256, 256)) as out:
        for _ in range(20):
            out.write(random.integers(0, 256, (256, 256, 3), np.uint8))
except OutputError as error:
    print(error)
"""
    assert "cannot be written: File too large" in run(code, path)
    assert path.read_bytes() == b"old" and os.listdir(tmp_path) == ["out.mp4"]


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts open files in /proc")
def test_files_are_closed(tmp_path):
    path = ODD_CLIPS["audio_aac"](tmp_path)
    before = len(os.listdir("/proc/self/fd"))
    copy_clip(path, tmp_path / "out.mp4")
    with pytest.raises(ShapeError):
        with ClipWriter(tmp_path / "b.mp4", fps=25, size=(64, 64), audio_from=path) as writer:
            writer.write(face())
    assert len(os.listdir("/proc/self/fd")) == before
