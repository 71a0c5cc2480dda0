"""From one expression to another: the pictures between, and the files they are written to."""

from __future__ import annotations

import av
import numpy as np
import pytest
from PIL import Image

from reenact.edit_file import write_edit
from reenact.editing import FaceEditor
from reenact.errors import EditError, FaceNotFoundError, InputError, OutputError
from reenact.geometry.presets import PRESETS
from reenact.interpolation import expression_of, interpolate, strip, write_frames
from reenact.media.provenance import Marking
from reenact.pipeline import Reenactor

PLAIN = Marking(credentials=False, watermark=False)


@pytest.fixture(scope="module")
def reenactor(portrait, portrait_face) -> Reenactor:
    return Reenactor(portrait, "warp", source_face=portrait_face)


@pytest.fixture(scope="module")
def results(portrait):
    return list(interpolate(portrait, "smile", "surprise", "warp", steps=5))


@pytest.fixture(scope="module")
def edits(portrait_face, tmp_path_factory):
    editor = FaceEditor(portrait_face)
    editor.preset("laugh")
    path = tmp_path_factory.mktemp("edits") / "laugh.json"
    write_edit(path, editor.edit())
    return path


def test_the_ends_are_the_two_expressions(results, reenactor):
    editor = FaceEditor(reenactor.face)
    for name, result in (("smile", results[0]), ("surprise", results[-1])):
        editor.preset(name)
        np.testing.assert_allclose(result.landmarks, editor.points()[:, :2], atol=0.35)


def test_the_steps_are_even(results):
    marks = np.stack([result.landmarks for result in results])
    steps = np.linalg.norm(np.diff(marks, axis=0), axis=(1, 2))
    assert steps.min() > 1 and np.ptp(steps) < 0.02 * steps.mean()


def test_pictures_edits_and_presets_drive(portrait, portrait_path, edits, reenactor):
    smile = expression_of(reenactor, "smile")
    laugh = expression_of(reenactor, edits)
    own = expression_of(reenactor, portrait_path)
    assert np.abs(own.move).max() < 1e-3 < np.abs(smile.move).max()
    assert laugh.move[14, 1] - laugh.move[13, 1] > 0.05
    np.testing.assert_array_equal(expression_of(reenactor, portrait).move, own.move)


def test_a_file_wins_over_a_preset_of_the_same_name(tmp_path, monkeypatch, portrait, reenactor):
    Image.fromarray(portrait).save(tmp_path / "x.png")
    (tmp_path / "x.png").rename(tmp_path / "smile")
    monkeypatch.chdir(tmp_path)
    assert np.abs(expression_of(reenactor, "smile").move).max() < 1e-3


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".gif", ".mp4"])
def test_every_file_has_every_step(suffix, results, tmp_path):
    file = tmp_path / f"out{suffix}"
    assert write_frames(results, file, marking=PLAIN) == 5
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    if suffix == ".mp4":
        with av.open(str(file)) as clip:
            assert sum(1 for _ in clip.decode(video=0)) == 8  # there and back
        return
    with Image.open(file) as image:
        if suffix == ".gif":
            assert image.n_frames == 8 and image.info["loop"] == 0
        else:
            assert image.width > 5 * 304 and image.height == 304


def test_marked_files_say_what_they_are(results, tmp_path):
    from reenact.media.verify import verify

    for suffix in (".png", ".gif", ".mp4"):
        file = tmp_path / f"out{suffix}"
        write_frames(results[:3], file)
        assert verify(file).verdict == "here", suffix


def test_a_strip_is_pictures_side_by_side():
    frames = [np.full((40, 30, 3), value, np.uint8) for value in (10, 20, 30)]
    made = strip(frames)
    np.testing.assert_array_equal(made[:, :30], frames[0])
    np.testing.assert_array_equal(made[:, -30:], frames[2])


@pytest.mark.parametrize(("steps", "got"), [(1, "1"), (1000, "1000"), (True, "True"), (2.5, "2.5")])
def test_refuses_a_number_of_steps_that_makes_no_sense(steps, got, portrait):
    with pytest.raises(InputError, match=f"`steps` must be .*got {got}"):
        interpolate(portrait, "smile", "wink", steps=steps)


def test_says_which_presets_there_are(reenactor):
    with pytest.raises(InputError, match="Did you mean 'surprise'") as caught:
        expression_of(reenactor, "surprize")
    assert all(name in str(caught.value) for name in PRESETS)


def test_ends_are_named_and_refused_before_the_source_is_looked_at(tmp_path):
    blank = np.full((200, 200, 3), 90, np.uint8)  # no face: found out later
    with pytest.raises(InputError, match="`first` must be a picture, an edits file or a preset"):
        interpolate(blank, "surprize", "wink")
    with pytest.raises(InputError, match="`second` must be a file"):
        interpolate(blank, "wink", tmp_path / "no.png")


def test_bad_drivings_are_refused(reenactor, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text("{}")
    with pytest.raises(EditError, match="Unknown scheme"):
        expression_of(reenactor, bad)
    with pytest.raises(FaceNotFoundError):
        expression_of(reenactor, np.full((200, 200, 3), 90, np.uint8))


def test_refuses_a_suffix_nobody_writes(results, tmp_path):
    with pytest.raises(OutputError, match="must end in"):
        write_frames(results, tmp_path / "x.webm")
