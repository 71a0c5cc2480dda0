"""The style-transfer paper's table 1 on drawn performances."""

from __future__ import annotations

import pytest

from bench.baselines import make_method
from bench.measure import Output, measure
from bench.ways import Maker
from reenact.errors import InputError
from reenact.images import load_picture
from reenact.video import ClipWriter


def perform(path, faces, who, frames):
    """A clip that goes from rest to a smile in its middle."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shown = [load_picture(faces[who, w], name="x") for w in ("neutral", "happy")]
    with ClipWriter(path, fps=25, size=shown[0].shape[:2], crf=1) as clip:
        for index in range(frames):
            clip.write(shown[index > frames // 2], index / 25)


def test_one_performer_drives_another_and_the_truth_is_the_same_moment(of, faces, tmp_path):
    for who, name in enumerate(("anna", "ben")):
        perform(tmp_path / "smile" / f"{name}.mp4", faces, who, 11)
    found = of("stylefusion-table1", tmp_path)
    assert [p.name for p in found] == [
        "smile/anna<ben/5",
        "smile/anna<ben/10",
        "smile/ben<anna/5",
        "smile/ben<anna/10",
    ]
    copy = Maker(make_method("copy"))
    still, smiling = (measure("l1", p, Output(copy(p))) for p in found[:2])
    assert still < 1 < smiling
    made = Output(Maker(make_method("warp"))(found[1]))
    assert measure("landmark_distance", found[1], made) < measure(
        "landmark_distance", found[1], Output(copy(found[1]))
    )


def test_clips_that_do_not_match_are_refused(of, faces, tmp_path):
    perform(tmp_path / "smile" / "anna.mp4", faces, 0, 8)
    perform(tmp_path / "smile" / "ben.mp4", faces, 1, 6)
    with pytest.raises(InputError, match="ben.mp4 ends after 6 frames and anna.mp4 does not"):
        of("stylefusion-table1", tmp_path)


def test_one_performer_alone_is_refused(of, faces, tmp_path):
    perform(tmp_path / "smile" / "anna.mp4", faces, 0, 2)
    with pytest.raises(InputError, match="`data` must hold folders of clips"):
        of("stylefusion-table1", tmp_path)
