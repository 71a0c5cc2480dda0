"""Pairs are of one person, depend on seed and number alone, and stay in their split."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from reenact.data.augment import NONE, Augmentation
from reenact.data.pairs import PairOptions, Pairs, held_out_pairs, laid_onto, lip_gap
from reenact.errors import InputError
from reenact.face.schemes import mirror
from tests.packs import make_pack

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def pack(portrait, portrait_face, tmp_path_factory):
    return make_pack(tmp_path_factory.mktemp("pack") / "p.pack", portrait, portrait_face, size=96)


def test_a_pair_has_pictures_and_landmarks_of_one_person(pack):
    pair = Pairs(pack, PairOptions(with_warped=True))[3]
    for name in ("source", "target", "warped"):
        assert pair[name].shape == (3, 96, 96) and pair[name].dtype == np.uint8
    for name in ("source_points", "target_points"):
        assert pair[name].shape == (478, 3) and pair[name].dtype == np.float32


def test_pairs_depend_on_seed_and_number_alone(pack):
    first, second = Pairs(pack), pickle.loads(pickle.dumps(Pairs(pack)))
    second[1]  # another order of asking
    for name, value in first[7].items():
        assert np.array_equal(value, second[7][name]), name
    other = Pairs(pack, PairOptions(seed=1))[7]
    assert not np.array_equal(first[7]["target"], other["target"])


def test_the_target_of_a_single_pair_is_the_real_photo(pack):
    pairs = Pairs(pack, PairOptions(real_share=0, augmentation=NONE))
    for number in range(4):
        pair = pairs[number]
        row = int(pair["row"])
        assert np.array_equal(pair["target"].transpose(1, 2, 0), pack.image(row))
        assert np.allclose(pair["target_points"], pack.points(row))
        assert pair["kind"] == 0
        edge = np.s_[:, :2]  # the warp moves the face only
        assert np.abs(pair["source"][edge].astype(int) - pair["target"][edge]).max() <= 2


def test_a_source_warped_to_the_target_comes_closer_to_it(pack):
    pairs = Pairs(
        pack, PairOptions(real_share=0, augmentation=NONE, with_warped=True, pose_share=1)
    )
    before = after = 0.0
    for number in range(6):
        pair = {k: v.astype(int) for k, v in pairs[number].items() if v.ndim == 3}
        before += np.abs(pair["source"] - pair["target"]).mean()
        after += np.abs(pair["warped"] - pair["target"]).mean()
    assert after < before


def test_pairs_stay_in_their_split(pack):
    train, held_out = Pairs(pack), held_out_pairs(pack)
    assert not set(train.numbers) & set(held_out.numbers)
    rows = {int(held_out[number]["row"]) for number in range(4)}
    assert rows <= set(pack.indices("held_out"))


def test_an_empty_split_is_refused(pack):
    with pytest.raises(InputError, match="at least 2 faces"):
        Pairs(pack, PairOptions(split="none"))


def test_a_change_moves_landmarks_with_the_picture(portrait, portrait_face):
    size = 304
    change = Augmentation(flip=1, moved=1, light=0, color=0).draw(np.random.default_rng(1), size)
    points = change.points(portrait_face.points, size)
    dot = np.zeros_like(portrait)
    x, y = portrait_face.points[4, :2]
    dot[round(y) - 2 : round(y) + 3, round(x) - 2 : round(x) + 3] = 255
    rows, columns = np.nonzero(change.picture(dot)[..., 0] > 128)
    assert abs(columns.mean() - points[4, 0]) < 1 and abs(rows.mean() - points[4, 1]) < 1


def test_no_augmentation_changes_nothing(portrait, portrait_face):
    change = NONE.draw(np.random.default_rng(0), 304)
    assert np.array_equal(change.picture(portrait), portrait)
    assert np.array_equal(change.points(portrait_face.points, 304), portrait_face.points)


def test_a_mirrored_pair_has_mirrored_landmarks(portrait, portrait_face):
    change = Augmentation(flip=1, moved=0, light=0, color=0).draw(np.random.default_rng(0), 304)
    expected = mirror(portrait_face.points, 304, "mediapipe478")
    assert np.array_equal(change.points(portrait_face.points, 304), expected)
    assert np.array_equal(change.picture(portrait), portrait[:, ::-1])


def test_laying_a_picture_onto_itself_changes_nothing(portrait, portrait_face):
    image, points = laid_onto(portrait, portrait_face.points, portrait_face.points)
    assert np.abs(image.astype(int) - portrait).max() <= 1
    assert np.allclose(points, portrait_face.points, atol=1e-3)
    small = portrait_face.points * np.float32(0.9) + np.float32(7)
    assert np.allclose(laid_onto(portrait, portrait_face.points, small)[1][:, :2], small[:, :2])


def test_lip_gap_is_in_eye_distances():
    points = np.zeros((478, 3), np.float32)
    points[263, 0], points[14, 1] = 10, 2
    assert lip_gap(points) == pytest.approx(0.2)


def test_training_needs_no_face_finder_and_no_video_library(pack):
    """What a GPU machine may lack: the pack, its pairs and the loop do without."""
    code = (
        "import sys\n"
        "for name in ('mediapipe', 'av', 'facenet_pytorch', 'dlib', 'gradio', 'pandas', 'lpips',\n"
        "             'pillow_heif', 'torchmetrics', 'diffusers', 'huggingface_hub'):\n"
        "    sys.modules[name] = None\n"
        "import reenact.training.start\n"
        "from reenact.data.pack import Pack\n"
        "from reenact.data.pairs import Pairs, PairOptions\n"
        f"pairs = Pairs(Pack.open({str(pack.path)!r}), PairOptions(with_warped=True))\n"
        "print(pairs[0]['warped'].shape)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "(3, 96, 96)", done.stderr
