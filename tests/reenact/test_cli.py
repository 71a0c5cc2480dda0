"""The command line: exit codes, one clear line for mistakes, and the files that come out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from reenact import cli, terminal
from reenact.edits import edit_data
from reenact.images import save_picture
from tests.media import BAD_CLIPS, BAD_PICTURES, ODD_PICTURES, draw_clip, face

ROOT = Path(__file__).resolve().parents[2]


def assert_one_line(err: str) -> None:
    assert err.strip() and err.count("\n") == 1, err
    assert "Traceback" not in err


def command(*args, **settings) -> subprocess.Popen:
    """The real program in a process of its own."""
    run = [sys.executable, "-m", "reenact", *map(str, args)]
    pipe = subprocess.PIPE
    return subprocess.Popen(run, cwd=ROOT, stdout=pipe, stderr=pipe, text=True, **settings)


def test_methods_lists_them_all(reenact):
    from reenact.registry import method_names

    code, out, _ = reenact("methods", "--json")
    rows = json.loads(out)
    assert code == 0
    assert tuple(row["name"] for row in rows) == method_names()
    assert all(row["summary"] for row in rows)
    code, out, _ = reenact("methods")
    assert code == 0 and len(out.splitlines()) == len(rows)


@pytest.mark.parametrize("name", ["methods", "image", "video", "edit"])
def test_every_command_has_help(name, reenact):
    code, out, _ = reenact(name, "--help")
    assert code == 0 and "--help" in out


def test_no_arguments_shows_help(reenact):
    code, out, _ = reenact()
    assert code == 0 and "image" in out


USAGE = {
    "command": (["vdeo"], "Did you mean 'video'?"),
    "argument": (["image", "a.png"], "See `reenact image --help`."),
    "output": (["image", "a.png", "b.png"], "--output"),
    "option": (["image", "a.png", "b.png", "-o", "c.png", "--stength", "1"], "--stength"),
    "number": (["image", "a.png", "b.png", "-o", "c.png", "--strength", "big"], "--strength"),
    "strength": (["image", "a.png", "b.png", "-o", "c.png", "--strength", "9"], "`strength`"),
    "nan": (["image", "a.png", "b.png", "-o", "c.png", "--strength", "nan"], "`strength`"),
    "region": (["image", "a.png", "b.png", "-o", "c.png", "--region", "nose"], "`region`"),
    "mode": (["video", "a.png", "b.mp4", "-o", "c.mp4", "--mode", "both"], "`mode`"),
    "missing": (["image", "no such.png", "b.png", "-o", "c.png"], "does not exist"),
    "address": (["image", "a.png", "https://a.org/b.png", "-o", "c.png"], "Download it first"),
    "no_method": (["image", "a.png", "b.png", "-o", "c.png", "--method", ""], "method ''"),
    "no_clip": (["video", "a.png", "b.mp4", "-o", "c.mp4"], "`driving` must be a file"),
    "neutral": (
        ["video", "a.png", __file__, "-o", "c.mp4", "--neutral", "n.png"],
        "`neutral` must be a file",
    ),
    "method": (["image", "a.png", "b.png", "-o", "c.png", "--method", "wrap"], "mean 'warp'?"),
}


@pytest.mark.parametrize(("args", "expected"), USAGE.values(), ids=USAGE)
def test_mistakes_are_one_line_and_exit_2(args, expected, reenact, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    code, out, err = reenact(*args)
    assert (code, out) == (2, "")
    assert_one_line(err)
    assert expected in err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", BAD_PICTURES)
def test_bad_pictures_are_refused(kind, reenact, portrait_path, tmp_path):
    bad, target = BAD_PICTURES[kind](tmp_path), tmp_path / "out.png"
    for args, name in (((bad, portrait_path), "source"), ((portrait_path, bad), "driving")):
        code, _, err = reenact("image", *args, "-o", target)
        assert code == 2
        assert_one_line(err)
        assert f"`{name}`" in err
    assert not target.exists()


@pytest.mark.parametrize(
    "kind",
    [*(f"exif_{n}" for n in range(1, 9)), "cmyk", "gray_16_png", "rgb_16_png", "transparent_png"]
    + ["palette", "gif_moving", "heic", "spaces", "non_latin"],
)
def test_odd_pictures_come_out_upright(kind, reenact, portrait_path, tmp_path):
    source, target = ODD_PICTURES[kind](tmp_path), tmp_path / "Ergebnis 结果.png"
    code, out, err = reenact("image", source, portrait_path, "-o", target, "--no-pose")
    assert (code, err) == (0, "")
    with Image.open(target) as made:
        assert made.size == (192, 256)
        upper = np.asarray(made.convert("L"), float)[:60]
    own = np.asarray(Image.fromarray(face()).convert("L"), float)[:60]
    columns = slice(40, None)  # the transparent ones of one picture are left out
    assert np.corrcoef(upper[:, columns].ravel(), own[:, columns].ravel())[0, 1] > 0.9
    assert out.startswith(f"{target}: 192 x 256, by warp")


def test_a_picture_without_a_face_is_refused(reenact, portrait_path, tmp_path):
    empty = tmp_path / "wall.png"
    save_picture(np.full((300, 400, 3), 128, np.uint8), empty)
    code, _, err = reenact("image", empty, portrait_path, "-o", tmp_path / "o.png")
    assert code == 2
    assert_one_line(err)
    assert "No face found in `source` (400 x 300)" in err


def test_one_of_30_faces_can_be_chosen(reenact, portrait_path, tmp_path):
    crowd, target = tmp_path / "crowd.png", tmp_path / "o.png"
    tile = face()[40:232]
    save_picture(np.tile(tile, (5, 6, 1)), crowd)
    code, _, err = reenact("image", crowd, portrait_path, "-o", target, "--face", 30)
    assert code == 2
    assert_one_line(err)
    assert "must be 0 to 29" in err
    code, _, err = reenact("image", crowd, portrait_path, "-o", target, "--face", 29)
    assert (code, err) == (0, "")
    change = np.abs(np.asarray(Image.open(target)).astype(int) - np.tile(tile, (5, 6, 1)))
    assert change[:, : 4 * 192].max() <= 10  # the watermark
    assert change[:, 4 * 192 :].max() > 40


def test_the_output_path_is_checked_before_work_starts(reenact, portrait_path, tmp_path):
    text = tmp_path / "text.jpg"
    text.write_text("never read")
    for target, expected in (
        (tmp_path / "o.gif", "must end in"),
        (tmp_path / "none" / "o.png", "does not exist"),
        (Path("/proc/o.png"), "cannot be written"),
        (text, "must not be an input"),
    ):
        code, _, err = reenact("image", text, portrait_path, "-o", target)
        assert code == 2
        assert_one_line(err)
        assert expected in err


def test_relative_needs_a_neutral_picture(reenact, portrait_path, tmp_path):
    args = ("image", portrait_path, portrait_path, "-o", tmp_path / "o.png", "--mode", "relative")
    code, _, err = reenact(*args)
    assert code == 2 and "`driving_neutral` (`--neutral`)" in err
    code, _, err = reenact(*args, "--neutral", portrait_path, "--crop-only")
    assert (code, err) == (0, "")


def test_video_writes_a_clip_and_says_what_it_did(reenact, portrait_path, tmp_path):
    clip = draw_clip(tmp_path / "видео (1).mp4", frames=10, audio="aac")
    target = tmp_path / "out.mp4"
    code, out, err = reenact("video", portrait_path, clip, "-o", target, "--mode", "relative")
    assert (code, err) == (0, "")
    assert "10 frames" in out and "with sound" in out and out.count("\n") == 1
    assert target.exists()


@pytest.mark.parametrize("kind", ["only_sound", "no_frames", "text", "still"])
def test_bad_clips_are_refused(kind, reenact, portrait_path, tmp_path):
    clip, target = BAD_CLIPS[kind](tmp_path), tmp_path / "out.mp4"
    code, _, err = reenact("video", portrait_path, clip, "-o", target)
    assert code == 2
    assert_one_line(err)
    assert not target.exists()


def test_edit_moves_landmarks(reenact, portrait, portrait_path, portrait_face, tmp_path):
    data = edit_data(portrait_face.points, "mediapipe478", portrait.shape[:2])
    for lower_lip in (14, 17, 87, 317, 16, 15, 86, 316, 85, 315):
        data["points"][lower_lip][1] += 0.04
    edits, target = tmp_path / "edits.json", tmp_path / "out.png"
    edits.write_text(json.dumps(data))
    code, out, err = reenact("edit", portrait_path, edits, "-o", target)
    assert (code, err) == (0, "")
    assert (np.asarray(Image.open(target)) != portrait).any()


def test_bad_edits_are_refused(reenact, portrait, portrait_path, portrait_face, tmp_path):
    for index, value, expected in (
        (0, [float("nan"), 0], "NaN"),
        (0, [3, 0], "must lie in the picture"),
        (slice(0, 400), [], "478 points for mediapipe478, got 78"),
    ):
        data = edit_data(portrait_face.points, "mediapipe478", portrait.shape[:2])
        data["points"][index] = value
        edits = tmp_path / "edits.json"
        edits.write_text(json.dumps(data))
        code, _, err = reenact("edit", portrait_path, edits, "-o", tmp_path / "out.png")
        assert code == 2
        assert_one_line(err)
        assert expected in err


def test_a_bug_is_one_line_that_names_the_way_to_its_traceback(reenact, monkeypatch):
    def broken():
        raise RuntimeError("oops")

    monkeypatch.delenv("REENACT_DEBUG", raising=False)
    monkeypatch.setattr("reenact.registry.method_names", broken)
    code, _, err = reenact("methods")
    assert code == 1
    assert_one_line(err)
    assert "a bug of ours (RuntimeError: oops)" in err and "REENACT_DEBUG=1" in err
    monkeypatch.setenv("REENACT_DEBUG", "1")
    with pytest.raises(RuntimeError, match="oops"):
        terminal.run(cli.app, "reenact", ["methods"])


def test_a_whole_process_keeps_stderr_clean(portrait_path, tmp_path):
    clip = draw_clip(tmp_path / "clip.mp4", frames=3)
    process = command("video", portrait_path, clip, "-o", tmp_path / "out.mp4")
    out, err = process.communicate(timeout=3000)
    assert (process.returncode, err) == (0, "")
    assert "3 frames" in out


@pytest.fixture
def interruptible():
    """Children heed Ctrl-C, also where the tests run in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_process_leaves_nothing(number, code, portrait_path, tmp_path):
    clip, folder = draw_clip(tmp_path / "clip.mp4", frames=1500), tmp_path / "out"
    folder.mkdir()
    process = command(
        "video", portrait_path, clip, "-o", folder / "out.mp4", start_new_session=True
    )
    for _ in range(3000):
        if any(folder.iterdir()):
            break
        time.sleep(0.1)
    os.kill(process.pid, number)
    _, err = process.communicate(timeout=300)
    assert process.returncode == code, err
    assert "Traceback" not in err and err.count("\n") <= 1
    assert not list(folder.iterdir())
