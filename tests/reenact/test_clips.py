"""Clips drive pictures and clips. Most tests use `copy`, as what they test is the clip's way."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bench.baselines import Copy
from reenact.clip_sources import HELD_NOTE, is_clip, laid_on
from reenact.clips import Cancelled, reenact_video
from reenact.errors import FaceNotFoundError, ImageError, InputError, OutputError, VideoError
from reenact.types import Options
from reenact.video import ClipReader, ClipWriter, probe
from tests.media import BAD_CLIPS, ODD_CLIPS, draw_clip, face
from tests.media_clips import VFR_TIMES_S

ROOT = Path(__file__).resolve().parents[2]


def write_clip(path: Path, frames, fps=25, audio_from=None) -> Path:
    """A clip of the given frames."""
    with ClipWriter(path, fps=fps, size=frames[0].shape[:2], audio_from=audio_from) as clip:
        for frame in frames:
            clip.write(frame)
    return path


def faceless(count: int) -> list[np.ndarray]:
    return [np.full((256, 192, 3), 90, np.uint8)] * count


@pytest.fixture
def driving(tmp_path):
    return draw_clip(tmp_path / "driving.mp4", frames=12, fps=24)


def test_the_output_has_the_sources_size_and_the_clips_time(portrait, driving, tmp_path):
    summary = reenact_video(portrait, driving, tmp_path / "out.mp4", Copy())
    made = probe(tmp_path / "out.mp4")
    assert (made.height, made.width) == portrait.shape[:2] == summary.size
    assert made.fps == 24
    assert summary.frames == made.frame_count_estimate == 12
    assert summary.held == summary.skipped == 0
    assert summary.clip_seconds == pytest.approx(0.5)


@pytest.mark.parametrize("kind", ["audio_aac", "audio_pcm", "variable_rate", "turned_90", "gif"])
def test_odd_driving_clips_work(kind, portrait, tmp_path):
    clip = ODD_CLIPS[kind](tmp_path)
    summary = reenact_video(portrait, clip, tmp_path / "out.mp4", Copy())
    assert summary.held == 0
    assert probe(tmp_path / "out.mp4").has_audio == summary.has_audio == ("audio" in kind)
    if kind == "variable_rate":
        with ClipReader(tmp_path / "out.mp4") as made:
            times = [time_s for _, time_s, _ in made]
        assert times == pytest.approx(VFR_TIMES_S, abs=0.002)


def test_one_frame_is_a_clip(portrait, tmp_path):
    clip = ODD_CLIPS["one_frame"](tmp_path)
    assert reenact_video(portrait, clip, tmp_path / "out.mp4", Copy()).frames == 1


def test_a_clip_that_is_corrupted_in_the_middle_says_so(portrait, tmp_path):
    clip = ODD_CLIPS["broken_middle"](tmp_path)
    summary = reenact_video(portrait, clip, tmp_path / "out.mp4", Copy())
    assert summary.frames > 20
    assert summary.skipped > 0
    assert "damaged" in summary.line()


def test_frames_without_a_face_hold_the_last_motion(portrait, tmp_path):
    frames = faceless(5) + [face()] * 20 + faceless(5)
    clip = write_clip(tmp_path / "middle.mp4", frames)
    summary = reenact_video(portrait, clip, tmp_path / "out.mp4", Copy())
    assert summary.frames == 30
    # The detector of whole frames looks twice a second of clip time at most.
    assert 10 <= summary.held <= 18
    assert f"no face in {summary.held} driving frames" in summary.line()
    assert HELD_NOTE not in summary.notes


def test_a_clip_without_any_face_is_an_error_and_leaves_nothing(portrait, tmp_path):
    clip = write_clip(tmp_path / "empty.mp4", faceless(8))
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(FaceNotFoundError, match="any of the 8 frames of `driving`"):
        reenact_video(portrait, clip, folder / "out.mp4", Copy())
    assert not list(folder.iterdir())


def test_a_face_that_no_frame_shows_is_said_with_how_many_there_are(portrait, driving, tmp_path):
    with pytest.raises(FaceNotFoundError, match=r"`driving_face` must be 0 .* got 3: `driving` sh"):
        reenact_video(portrait, driving, tmp_path / "out.mp4", Copy(), driving_face=3)
    with pytest.raises(FaceNotFoundError, match=r"`face` must be 0 .* got 2: `source` shows 1"):
        reenact_video(driving, driving, tmp_path / "out.mp4", Copy(), face=2)
    assert not (tmp_path / "out.mp4").exists()


def test_a_neutral_picture_without_relative_mode_is_refused(portrait, driving, tmp_path):
    with pytest.raises(InputError, match="`neutral` is for mode relative"):
        reenact_video(portrait, driving, tmp_path / "out.mp4", Copy(), neutral=portrait)


@pytest.mark.parametrize("kind", BAD_CLIPS)
def test_bad_driving_clips_are_refused_in_one_line(kind, portrait, tmp_path):
    clip = BAD_CLIPS[kind](tmp_path)
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(VideoError) as caught:
        reenact_video(portrait, clip, folder / "out.mp4", Copy())
    assert "`driving`" in str(caught.value) and "\n" not in str(caught.value)
    assert not list(folder.iterdir())


def test_cancel_stops_at_once_and_leaves_nothing(portrait, driving, tmp_path):
    folder, done = tmp_path / "out", []
    folder.mkdir()
    with pytest.raises(Cancelled):
        reenact_video(
            portrait,
            driving,
            folder / "out.mp4",
            Copy(),
            progress=lambda frames, total: done.append((frames, total)),
            cancel=lambda: len(done) == 3,
        )
    assert done == [(1, 12), (2, 12), (3, 12)]
    assert not list(folder.iterdir())


def test_the_output_is_checked_before_work_starts(portrait, driving, tmp_path):
    with pytest.raises(OutputError, match="must end in"):
        reenact_video(portrait, driving, tmp_path / "out.png", "no such method")
    with pytest.raises(OutputError, match="does not exist"):
        reenact_video(portrait, driving, tmp_path / "no" / "out.mp4", "no such method")
    with pytest.raises(OutputError, match="must not be an input"):
        reenact_video(portrait, driving, driving, "no such method")


def test_clips_over_the_limit_are_refused(portrait, driving, tmp_path):
    with pytest.raises(VideoError, match=r"at most 0.2 seconds"):
        reenact_video(portrait, driving, tmp_path / "out.mp4", Copy(), max_seconds=0.2)


def test_an_error_while_encoding_reaches_the_caller(portrait, driving, tmp_path, monkeypatch):
    def refuse(self, frame, time_s=None):
        raise OutputError("Disk full.")

    monkeypatch.setattr(ClipWriter, "write", refuse)
    with pytest.raises(OutputError, match="Disk full"):
        reenact_video(portrait, driving, tmp_path / "out.mp4", Copy())
    assert {path.name for path in tmp_path.iterdir()} == {"driving.mp4"}


def test_crop_only_writes_the_crop(portrait, driving, tmp_path):
    summary = reenact_video(portrait, driving, tmp_path / "o.mp4", Copy(), crop_only=True)
    assert summary.size == (256, 256)


def test_a_source_clip_gives_its_frames_and_ends_with_the_shorter(driving, tmp_path):
    shades = [np.roll(face(), 3 * index, axis=1) for index in range(6)]
    source = write_clip(tmp_path / "source.mp4", shades, fps=12)
    summary = reenact_video(source, driving, tmp_path / "out.mp4", Copy())
    assert summary.frames == 12  # half a second at the driving clip's 24 frames a second
    assert summary.size == (256, 192)
    with ClipReader(tmp_path / "out.mp4") as made:
        for index, _, frame in made:
            own = np.abs(frame.astype(int) - shades[index // 2]).mean()
            assert own < 4, index


def test_a_longer_source_clip_is_cut(driving, tmp_path):
    source = draw_clip(tmp_path / "source.mp4", frames=30, fps=24)
    summary = reenact_video(source, driving, tmp_path / "out.mp4", Copy())
    assert summary.frames == 12
    assert "the source clip is longer and was cut to the driving clip" in summary.line()
    summary = reenact_video(driving, source, tmp_path / "out2.mp4", Copy())
    assert summary.frames == 12
    assert "the driving clip is longer and was cut to the source clip" in summary.line()


def test_a_source_clip_without_a_face_is_an_error(driving, tmp_path):
    source = write_clip(tmp_path / "source.mp4", faceless(6))
    with pytest.raises(FaceNotFoundError, match="`source`"):
        reenact_video(source, driving, tmp_path / "out.mp4", Copy())
    assert not (tmp_path / "out.mp4").exists()


def test_is_clip_looks_at_the_content(driving, portrait_path, tmp_path):
    assert is_clip(driving)
    assert not is_clip(portrait_path)
    text = tmp_path / "text.mp4"
    text.write_text("no clip")
    assert not is_clip(text)
    with pytest.raises(ImageError, match="does not exist"):
        is_clip(tmp_path / "none.mp4")


def test_a_neutral_face_of_another_picture_is_laid_on_the_first(portrait_face):
    from reenact.face.detect import make_face

    larger = make_face(portrait_face.points * 2.5 + 40, 1.0, (900, 900))
    laid = laid_on(larger, portrait_face)
    np.testing.assert_allclose(laid.points, portrait_face.points, atol=0.01)
    assert laid.frame_size == portrait_face.frame_size


def test_warp_drives_a_picture_with_a_clip(portrait, driving, tmp_path):
    options = Options(mode="relative")
    summary = reenact_video(portrait, driving, tmp_path / "out.mp4", options=options)
    assert summary.method == "warp-repair"
    with ClipReader(tmp_path / "out.mp4") as made:
        frames = [frame for _, _, frame in made]
    assert len(frames) == 12
    far = np.abs(frames[6].astype(int) - portrait)[-30:].mean()
    assert far < 4  # encoding alone


@pytest.mark.parametrize(
    ("short_s", "long_s"), [(4, 20), pytest.param(10, 600, marks=pytest.mark.slow)]
)
def test_memory_does_not_grow_with_the_clip(short_s, long_s, portrait_path, tmp_path):
    clips = [
        draw_clip(tmp_path / f"{seconds}.mp4", frames=seconds * 10, fps=10, audio="aac")
        for seconds in (short_s, long_s)
    ]
    code = (
        "import resource, sys; from bench.baselines import Copy;"
        "from reenact.clips import reenact_video;"
        "source, out, *clips = sys.argv[1:];"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "print([reenact_video(source, c, out, Copy()) and peak() for c in clips])"
    )
    run = [sys.executable, "-c", code, portrait_path, tmp_path / "out.mp4", *clips]
    done = subprocess.run(run, capture_output=True, text=True, cwd=ROOT, check=True)
    after_short, after_long = json.loads(done.stdout)
    assert after_long < 1.1 * after_short
