"""Synthetic people: what follows from a seed, and what stays fixed on the face. No rendering."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from reenact.data.synthetic import solids
from reenact.data.synthetic.__main__ import main, parse_expression
from reenact.data.synthetic.examples import CLIP, EXAMPLES, clip_moments
from reenact.data.synthetic.landmarks import Camera, landmarks_68, project
from reenact.data.synthetic.light import LIGHTS, backdrop, light_of
from reenact.data.synthetic.person import random_person
from reenact.errors import InputError
from reenact.types import HeadPose

ROOT = Path(__file__).resolve().parents[3]
ICT = Path(os.environ.get("REENACT_ICT", ROOT.parent / "shared" / "data" / "ict_facekit"))


@pytest.fixture(scope="module")
def body():
    if not (ICT / "ict_facekit.npz").is_file():
        pytest.skip("needs ict_facekit.npz (ICT-FaceKit), which the project does not ship")
    from reenact.data.ict import load_ict
    from reenact.data.synthetic.body import Body

    return Body(load_ict(ICT))


def test_a_seed_is_one_person():
    assert random_person(3) == random_person(3)
    assert len({random_person(seed).identity for seed in range(20)}) == 20


def test_people_vary_in_tone_and_hair():
    people = [random_person(seed) for seed in range(60)]
    assert len({p.hair_style for p in people}) >= 7
    tones = [p.melanin for p in people]
    assert min(tones) < 0.15 and max(tones) > 0.85
    assert all(0 <= c <= 1 for p in people for c in (*p.skin, *p.iris, *p.cloth))


def test_camera_puts_right_and_up_where_the_picture_has_them():
    camera = Camera()
    right, up = project(np.array([[2.0, camera.y, 8.0], [0.0, camera.y + 2, 8.0]]), camera, 101)
    assert right[0] > 50 and right[1] == pytest.approx(50)
    assert up[1] < 50 and up[0] == pytest.approx(50)
    edge = project(np.array([[camera.width_cm / 2, camera.y, camera.focus_z]]), camera, 101)
    assert edge[0, 0] == pytest.approx(100.5)


def test_every_person_has_a_light_and_a_backdrop():
    person = random_person(1)
    assert light_of(person) in LIGHTS
    picture = backdrop(person, 32)
    assert picture.shape == (32, 32, 3) and picture.min() >= 0
    np.testing.assert_array_equal(picture, backdrop(person, 32))


def test_eyeball_has_a_dark_pupil_and_a_light_white():
    place = solids.EyePlace(np.zeros(3), 1.4, np.array([0.0, 0.0, 1.0]))
    ball = solids.eyeball(place, random_person(2))
    spread = np.arctan2(np.hypot(*ball.vertices[:, :2].T), ball.vertices[:, 2])
    assert ball.colors[spread < 0.1].max() < 0.02
    white = (spread > solids.IRIS_ANGLE + 0.1) & (spread < 0.7)
    assert ball.colors[white].min() > 0.3


def test_examples_are_different_people_and_the_clip_starts_neutral():
    assert len({e.name for e in EXAMPLES}) == len(EXAMPLES)
    assert len({e.person.identity for e in (*EXAMPLES, CLIP)}) == len(EXAMPLES) + 1
    moments = list(clip_moments())
    weights, pose = moments[0]
    assert max(weights.values()) == 0 and pose == HeadPose(0, 0, 0)
    names = sorted(weights)
    track = np.array([[w[name] for name in names] for w, _ in moments])
    assert track.max() <= 1 and np.abs(np.diff(track, axis=0)).max() < 0.6


def test_expressions_are_read_from_words():
    assert parse_expression(["jawOpen=0.5,", "browInnerUp=1"]) == {"jawOpen": 0.5, "browInnerUp": 1}
    with pytest.raises(InputError, match="NAME=WEIGHT"):
        parse_expression(["jawOpen=wide"])


def test_a_missing_mesh_is_one_clear_line(tmp_path, capsys):
    assert main(["--ict", str(tmp_path), "-o", str(tmp_path / "a.png")]) == 2
    assert "ICT-FaceKit" in capsys.readouterr().err


def test_head_turns_and_chest_stays(body):
    person = random_person(4)
    straight = body.moment(person)
    turned = body.moment(person, None, HeadPose(20, 10, 0))
    chest = (straight.rest[:, 1] < -16) & (straight.rest[:, 2] < 3.5)
    np.testing.assert_allclose(turned.posed[chest], straight.posed[chest], atol=1e-4)
    nose = (
        landmarks_68(turned.posed, Camera(), 512)[30]
        - landmarks_68(straight.posed, Camera(), 512)[30]
    )
    assert nose[0] > 5 and nose[1] < -5  # yaw + is to image right, pitch + is up


def test_brow_hairs_follow_the_brows(body):
    from reenact.data.synthetic.strands import brows

    person = random_person(4)
    low = brows(body, person, body.moment(person))
    high = brows(body, person, body.moment(person, {"browInnerUp": 1.0}))
    assert low.points.shape == high.points.shape
    assert (high.points[:, 0, 1] - low.points[:, 0, 1]).mean() > 0.1


def test_hair_stays_out_of_the_face(body):
    from reenact.data.synthetic.hair import head_hair

    for style in ("short", "bun"):
        person = random_person(4).with_(hair_style=style)
        hair = head_hair(body, person, body.moment(person).rest)
        x, y, z = hair.points.reshape(-1, 3).T
        in_face = (np.abs(x) < 4) & (y < 6) & (y > -8) & (z > 7)
        assert in_face.mean() < 0.002


def test_lips_are_redder_than_skin(body):
    from reenact.data.synthetic.skin import lip_masks, paint_face

    person = random_person(4)
    maps = paint_face(body, person, size=128)
    lips, _ = lip_masks(body, 128)
    ratio = maps.albedo[..., 0] / maps.albedo[..., 1]
    assert ratio[lips > 0.9].mean() > 1.15 * ratio[lips < 0.1].mean()
    assert 0 < maps.albedo.min() and maps.albedo.max() < 1


@pytest.mark.slow
def test_same_seed_same_picture(tmp_path):
    if importlib.util.find_spec("bpy") is None:
        pytest.skip("needs bpy (Blender as a Python package) to render")
    if not (ICT / "ict_facekit.npz").is_file():
        pytest.skip("needs ict_facekit.npz (ICT-FaceKit), which the project does not ship")
    for name in ("a.png", "b.png"):
        command = [sys.executable, "-m", "reenact.data.synthetic", "--ict", str(ICT), "--seed", "5"]
        command += ["--size", "64", "--samples", "4", "-o", str(tmp_path / name)]
        subprocess.run(command, check=True, cwd=ROOT)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
