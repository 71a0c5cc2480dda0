"""One's own clip: what is packed, what is refused, and what it lacks."""

from __future__ import annotations

import base64
import shutil
from dataclasses import replace

import cv2
import numpy as np
import pytest

from reenact.data.clip_checks import ClipFacts, check_clip, facts_of
from reenact.data.pack import Pack
from reenact.data.person_clip import pack_people, unrest
from reenact.errors import InputError, ReenactError
from reenact.geometry.expression import ExpressionModel
from reenact.images import save_picture
from reenact.training.recipe import Recipe
from reenact.training.start import packed

GOOD = ClipFacts(300, 0.0, "", 0.4, 0.01, (-20, 20), (-12, 12), 120, 60, 300)


@pytest.fixture(scope="module")
def folder(portrait, tmp_path_factory):
    """40 pictures of one person."""
    folder = tmp_path_factory.mktemp("pictures") / "anna"
    folder.mkdir()
    for number in range(40):
        save_picture(np.roll(portrait, number % 5, axis=1), folder / f"{number:02d}.jpg")
    return folder


def write_clip(path, frames):
    import av

    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = *frames[0].shape[1::-1], "yuv420p"
        for frame in frames:
            file.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        file.mux(stream.encode())
    return path


def test_a_folder_of_pictures_is_one_person_with_a_portrait(folder, tmp_path):
    made = pack_people([folder], tmp_path / "anna.pack")
    pack = Pack.open(made.path)
    assert made.people == ("anna",) and len(pack) == 40
    assert {row["split"] for row in pack.rows} == {"train"}
    data = base64.b64decode(pack.info["portraits"]["anna"])
    assert cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR).shape == (304, 304, 3)
    assert any("No open mouth" in note or "No closed eyes" in note for note in made.notes)
    assert any("Few frames (40)" in note for note in made.notes)


def test_pictures_that_are_damaged_or_empty_are_left_out_and_named(folder, tmp_path):
    mine = tmp_path / "anna"
    shutil.copytree(folder, mine)
    (mine / "07.jpg").write_bytes((mine / "08.jpg").read_bytes()[:900])
    save_picture(np.full((200, 200, 3), 90, np.uint8), mine / "20.jpg")
    seen = []
    made = pack_people([mine], tmp_path / "anna.pack", lambda *both: seen.append(both))
    assert len(Pack.open(made.path)) == 38 and seen[-1] == (38, 40)
    assert any(line.startswith("anna: left out: `clip` ('07.jpg') must") for line in made.notes)
    assert "anna: no face in 1 of 40, left out: 20.jpg." in made.notes


def test_the_last_fifth_of_a_clip_is_held_out(portrait, tmp_path):
    clip = write_clip(tmp_path / "me.mp4", [np.ascontiguousarray(portrait)] * 40)
    tiny = Recipe("landmarkgan", recipe="tiny", minutes=1)
    recipe = packed(tiny, [("clip", str(clip))], tmp_path / "runs")
    pack = Pack.open(recipe.data[0].removeprefix("pack="))
    held = [row["frame"] for row in pack.rows if row["split"] == "held_out"]
    assert held == list(range(32, 40)) and len(pack) == 40
    assert {row["person"] for row in pack.rows} == {"me"}


def test_clips_that_cannot_be_trained_on_are_refused_in_one_line(portrait, tmp_path):
    face = np.ascontiguousarray(portrait)
    empty = np.full_like(face, 90)
    clips = {
        "five": ([face] * 5, "five.mp4 must show the face in 30 frames or more, got 4"),
        "nobody": ([empty] * 12, "No face found in nobody.mp4"),
        "two": ([np.hstack([face, face])] * 12, "two.mp4 must show one person, but two or more"),
    }
    for name, (frames, message) in clips.items():
        clip = write_clip(tmp_path / f"{name}.mp4", frames)
        with pytest.raises(InputError, match=message):
            pack_people([clip], tmp_path / "out.pack")
        assert not (tmp_path / "out.pack").exists()


def test_files_that_are_no_clips_are_refused(tmp_path):
    (tmp_path / "junk.mp4").write_bytes(b"junk" * 100)
    (tmp_path / "empty").mkdir()
    for name in ("junk.mp4", "empty", "absent.mp4"):
        with pytest.raises(ReenactError, match="`clip`"):
            pack_people([tmp_path / name], tmp_path / "out.pack")
    with pytest.raises(InputError, match="different names"):
        pack_people([tmp_path / "a.mp4", tmp_path / "b" / "a.mov"], tmp_path / "out.pack")
    with pytest.raises(InputError, match="must stand alone"):
        packed(Recipe("landmarkgan"), [("clip", "a.mp4"), ("london", "b")], tmp_path)


def test_one_picture_is_no_clip(portrait_path, tmp_path):
    with pytest.raises(InputError, match="got the picture portrait.png. Put many"):
        pack_people([portrait_path], tmp_path / "out.pack")


def test_a_good_clip_lacks_nothing():
    assert check_clip(GOOD, "me.mp4") == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"mouth": 0.05}, "No open mouth"),
        ({"eyes": 0.2}, "No closed eyes"),
        ({"yaw": (-3, 20)}, "No turn to the left of the picture (most: 3 degrees)"),
        ({"yaw": (-20, -15)}, "No turn to the right of the picture (most: 0 degrees)"),
        ({"pitch": (-2, 12)}, "No look down (most: 2 degrees)"),
        ({"pitch": (-12, 1)}, "No look up (most: 1 degrees)"),
        ({"crowded": 0.1}, "Somebody else is seen now and then"),
        ({"faces": 60}, "Few frames (60)"),
        ({"light": 30}, "Too dark (the face is 30 of 255)"),
        ({"light": 240}, "Too bright"),
        ({"size_px": 90}, "A small face (90 pixels)"),
        ({"sharp": 2}, "Blurred"),
    ],
)
def test_what_is_lacking_is_said(change, said):
    (line,) = check_clip(replace(GOOD, **change), "me.mp4")
    assert line.startswith(said)


def test_facts_are_those_of_the_faces(portrait, portrait_face):
    crop = cv2.resize(portrait, (256, 256))
    facts = facts_of([portrait_face] * 4, [crop] * 4, [1, 2, 1, 1])
    assert facts.faces == 4 and facts.crowded == 0.25
    assert facts.yaw[0] == pytest.approx(portrait_face.pose.yaw) == facts.yaw[1]
    assert facts.pitch == pytest.approx((0, 0), abs=1e-6)
    darker = facts_of([portrait_face], [crop // 2], [1])
    assert darker.light == pytest.approx(facts.light / 2, rel=0.02)
    assert darker.sharp == pytest.approx(facts.sharp, rel=0.2)


def test_an_open_mouth_is_less_at_rest(portrait_face):
    opened = portrait_face.points.copy()
    opened[[14, 17, 152, 87, 317], 1] += 25
    expression = ExpressionModel.load()
    assert unrest(expression, opened) > unrest(expression, portrait_face.points)
