"""Two people who take turns in a clip are told apart; one person with many faces is not."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import cv2
import numpy as np
import pytest

from bench.people_set import FOLDER as PEOPLE
from reenact.data.one_person import other_people, told
from reenact.data.person_clip import pack_people, read_person
from reenact.errors import InputError, WeightsError
from reenact.images import load_picture, save_picture
from reenact.losses.models import VARIABLE
from reenact.video import ClipReader
from tests.reenact.data.test_person_clip import write_clip

SHARED = Path(__file__).resolve().parents[4] / "shared"
MODELS, CLIPS = SHARED / "models", SHARED / "data" / "clips"
NEEDS = {MODELS: "needs ../shared/models", CLIPS: "needs ../shared/data/clips"}


def needs(*folders: Path):
    absent = [NEEDS[folder] for folder in folders if not folder.is_dir()]
    return pytest.mark.skipif(bool(absent), reason=", ".join(absent))


def turning(start: float, end: float, count: int) -> np.ndarray:
    """(count, 2) descriptions that turn, degrees."""
    angles = np.radians(np.linspace(start, end, count))
    return np.stack([np.cos(angles), np.sin(angles)], 1).astype(np.float32)


def test_frames_hang_together_by_chains_however_far_the_ends_are_apart():
    one = turning(0, 170, 9)  # neighbors 21 degrees apart, the ends opposite
    assert not other_people(one).any()


def test_the_fewer_frames_are_the_other_person_wherever_they_lie():
    mine, other = turning(0, 40, 7), turning(150, 160, 3)
    for order in permutations((mine[:4], other, mine[4:])):
        described = np.concatenate(order)
        assert (other_people(described) == (described[:, 0] < 0)).all()


def test_one_wrong_face_is_nobody():
    assert not other_people(np.concatenate([turning(0, 40, 7), turning(170, 170, 1)])).any()


def test_stretches_of_a_clip_are_told_in_seconds_and_pictures_by_name():
    is_other = np.array([True, True, False, True])
    assert told([0.0, 1.5, 3.0, 4.5], is_other) == "at about 0.0 to 1.5 s, 4.5 s"
    assert told(list("abcd"), is_other) == "in a, b, d"
    assert told([0.0, 1.5], np.array([False, False])) == ""


def test_without_the_network_it_is_said_that_nothing_was_checked(portrait, tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    clip = write_clip(tmp_path / "me.mp4", [np.ascontiguousarray(portrait)] * 6)
    (line,) = read_person(clip, "me").left_out
    assert line.startswith("not checked whether all show one person")
    assert "mobilefacenet.safetensors is not in REENACT_MODELS" in line


def test_a_damaged_network_is_no_reason_to_skip_the_check(portrait, tmp_path, monkeypatch):
    (tmp_path / "mobilefacenet.safetensors").write_bytes(b"damaged")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    clip = write_clip(tmp_path / "me.mp4", [np.ascontiguousarray(portrait)] * 6)
    with pytest.raises(WeightsError, match="damaged"):
        pack_people([clip], tmp_path / "me.pack")


@pytest.mark.shared
@needs(MODELS)
def test_rendered_people_in_one_folder_are_refused_by_name(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(MODELS))
    for who in ("p5", "p6"):
        folder = tmp_path / who
        for path in sorted((PEOPLE / who).glob("*.webp"))[: 9 if who == "p5" else 3]:
            for place in (folder, tmp_path / "both"):
                place.mkdir(exist_ok=True)
                save_picture(load_picture(path, name="clip"), place / f"{who}_{path.stem}.png")
    with pytest.raises(InputError, match="both must show one person.* in p6_anger.png, p6_disg"):
        pack_people([tmp_path / "both"], tmp_path / "out.pack")
    with pytest.raises(InputError, match="30 frames or more, got 9"):  # one person, too few
        pack_people([tmp_path / "p5"], tmp_path / "out.pack")


@pytest.mark.slow
@pytest.mark.shared
@needs(MODELS, CLIPS)
def test_two_clips_joined_are_refused_and_one_is_not(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(MODELS))

    def frames(name: str, count: int) -> list[np.ndarray]:
        with ClipReader(CLIPS / name) as clip:
            return [frame for index, _, frame in clip if index < count]

    mine, other = frames("d12.mp4", 48), frames("d19.mp4", 12)  # of all pairs the most alike
    other = [cv2.resize(frame, mine[0].shape[1::-1]) for frame in other]
    joined = write_clip(tmp_path / "joined.mp4", [*mine[:24], *other, *mine[24:]])
    with pytest.raises(InputError, match=r"somebody else is seen at about 1\.0 to 1\.4 s\. Leave"):
        pack_people([joined], tmp_path / "out.pack")
    alone = write_clip(tmp_path / "alone.mp4", mine)
    assert pack_people([alone], tmp_path / "out.pack").people == ("alone",)
