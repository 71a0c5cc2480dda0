"""The sound of the driving clip: copied or encoded again, as long as it was, in step."""

from __future__ import annotations

import os
from pathlib import Path

import av
import numpy as np
import pytest

from reenact.errors import VideoError
from reenact.video import ClipWriter, probe
from tests.media import BAD_CLIPS, ODD_CLIPS, copy_clip
from tests.media_clips import draw_clip


def sound_of(path: Path) -> tuple[str, float, float] | None:
    """Codec, start and end in seconds of the video's clock, from the decoded samples."""
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return None
        video, stream = container.streams.video[0], container.streams.audio[0]
        zero = float((video.start_time or 0) * video.time_base)
        frames = list(container.decode(stream))
        last = frames[-1]
        end = last.time + last.samples / last.sample_rate
        return stream.codec_context.name, frames[0].time - zero, end - zero


@pytest.mark.parametrize("name", ["audio_aac", "audio_mp3", "late"])
def test_sound_is_copied_as_it_is(name, tmp_path):
    path, out = ODD_CLIPS[name](tmp_path), tmp_path / "out.mp4"
    assert copy_clip(path, out).notes == []
    (codec, start, end), (codec_out, start_out, end_out) = sound_of(path), sound_of(out)
    assert codec_out == codec
    assert abs(start - start_out) < 0.05 and abs(end - end_out) < 0.05


def test_copied_packets_are_not_encoded_again(tmp_path):
    path, out = ODD_CLIPS["audio_aac"](tmp_path), tmp_path / "out.mp4"
    copy_clip(path, out)

    def packets(file: Path) -> list[bytes]:
        with av.open(str(file)) as container:
            return [bytes(p) for p in container.demux(container.streams.audio[0]) if p.size]

    assert packets(out) == packets(path)


@pytest.mark.parametrize("name", ["audio_pcm", "webm"])
def test_other_sound_becomes_aac_of_the_same_length(name, tmp_path):
    path, out = ODD_CLIPS[name](tmp_path), tmp_path / "out.mp4"
    copy_clip(path, out)
    (_, start, end), (codec_out, start_out, end_out) = sound_of(path), sound_of(out)
    assert codec_out == "aac"
    assert abs(start - start_out) < 0.05 and abs(end - end_out) < 0.05


def test_sound_goes_on_where_two_recordings_are_joined(tmp_path):
    path, out = ODD_CLIPS["joined"](tmp_path), tmp_path / "out.mp4"
    copy_clip(path, out)
    assert sound_of(out)[2] == pytest.approx(2.0, abs=0.1)


def test_sound_longer_than_the_video_is_kept(tmp_path):
    path = draw_clip(tmp_path / "long.mp4", frames=10, audio="aac", audio_s=1.5)
    copy_clip(path, tmp_path / "out.mp4")
    assert sound_of(tmp_path / "out.mp4")[2] == pytest.approx(1.5, abs=0.05)


def test_sound_stops_where_the_frames_stop(tmp_path):
    path = draw_clip(tmp_path / "a.mp4", frames=50, audio="aac")
    copy_clip(path, tmp_path / "out.mp4", most=25)
    assert sound_of(tmp_path / "out.mp4")[2] == pytest.approx(1.0, abs=0.05)


def test_a_clip_without_sound_gives_silence(tmp_path):
    copy_clip(ODD_CLIPS["gif"](tmp_path), tmp_path / "out.mp4")
    assert not probe(tmp_path / "out.mp4").has_audio


@pytest.mark.parametrize("name", BAD_CLIPS)
def test_bad_sound_sources_are_refused_and_leave_nothing(name, tmp_path):
    path, folder = BAD_CLIPS[name](tmp_path), tmp_path / "results"
    folder.mkdir()
    try:
        with ClipWriter(folder / "out.mp4", fps=25, size=(64, 64), audio_from=path) as writer:
            writer.write(np.zeros((64, 64, 3), np.uint8))
    except VideoError as error:
        assert "`audio_from`" in str(error) and "\n" not in str(error)
        assert os.listdir(folder) == []
    else:  # sound can be taken from a clip whose pictures are damaged
        assert name in ("only_sound", "no_frames", "all_noise")
