"""G2-GAN's tables and GC-GAN's table 1 on drawn people in the publishers' layouts."""

from __future__ import annotations

import numpy as np
import pytest

from bench.baselines import make_method
from bench.measure import Output, measure, reduce
from bench.protocol import load_protocol
from bench.tasks import Pair, Unusable
from bench.ways import Maker
from reenact.errors import InputError
from tests.bench.tasks.drawn import bu4dfe, ckplus, multipie, oulu

CK = ("S002", "S005", "S006")  # by their names, the first and the last are held out
OULU = ("P003", "P008", "P001")  # the first two are


@pytest.fixture(scope="module")
def ck(faces, tmp_path_factory):
    root = tmp_path_factory.mktemp("ckplus")
    ckplus(root, faces, CK)
    return root


@pytest.fixture(scope="module")
def ou(faces, tmp_path_factory):
    root = tmp_path_factory.mktemp("oulu")
    oulu(root, faces, OULU)
    return root


def test_synthesis_asks_every_expressive_frame_of_the_first_frame(of, ck):
    found = of("g2gan-table1-synthesis-ckplus", ck)
    assert [p.name for p in found[:3]] == [
        "ckplus/S002/001/S002_001_00000001>001/S002_001_00000004",
        "ckplus/S002/001/S002_001_00000001>001/S002_001_00000005",
        "ckplus/S002/002/S002_002_00000001>002/S002_002_00000004",
    ]
    assert len(found) == 2 * 3 * 2 and {p.person for p in found} == {"ckplus/S002", "ckplus/S006"}
    assert found[0].source is found[1].source
    # The truth's landmarks drive, as in the paper, but not its pixels.
    assert found[0].way.gives == "landmarks" and found[0].driving_person == found[0].person
    assert found[0].driving_face is found[0].target_face
    assert found[0].crop.size == 128 and found[0].label == "anger"
    assert {p.label for p in found if p.person == "ckplus/S002"} == {"anger", "happy", ""}


def test_removal_is_driven_by_another_person_at_rest(of, ck):
    found = of("g2gan-table1-removal-ckplus", ck, 1)
    assert len(found) == 6 and {p.driving_person for p in found} == {"ckplus/S006"}
    assert all(p.label == "neutral" and p.way is None for p in found)
    assert not found[0].options.follow_pose
    there = of("g2gan-table1-synthesis-ckplus", ck, 1)
    np.testing.assert_array_equal(there[0].source, found[0].gallery)


def test_copy_and_truth_bracket_a_method(of, ck):
    pair = of("g2gan-table1-removal-ckplus", ck, 1)[2]  # a smile
    made = {name: Output(Maker(make_method(name))(pair)) for name in ("copy", "warp", "truth")}
    error = {name: measure("landmark_distance", pair, output) for name, output in made.items()}
    assert error["truth"] < error["warp"] < error["copy"]
    assert measure("ssim", pair, made["truth"]) == 1.0
    assert measure("ssim", pair, made["copy"]) < 0.99


def test_recognition_after_removal_knows_drawn_people(of, ck):
    found = of("g2gan-table4-ckplus", ck)
    copy = Maker(make_method("copy"))
    features = np.array([measure("rank1", p, Output(copy(p))) for p in found])
    value = reduce("rank1", features, [Row(p) for p in found])
    assert value["value"] == 1.0 and value["extras"]["people"] == 2


def test_given_expressions_come_from_others_who_show_the_same(of, ou):
    found = of("g2gan-table3-oulu", ou, 1)
    assert len(found) == 6 * 3
    assert {p.person for p in found} == {"oulu/P003"}
    assert {p.driving_person for p in found} == {"oulu/P008"}
    assert {p.label for p in found} == {"anger", "disgust", "fear", "happy", "sadness", "surprise"}
    surprised = next(p for p in found if p.label == "surprise")
    truth = Output(Maker(make_method("truth"))(surprised))
    still = Output(Maker(make_method("copy"))(surprised))
    assert measure("expression_accuracy", surprised, truth) == 1.0
    assert measure("expression_accuracy", surprised, still) == 0.0


def test_nobody_else_with_that_expression_is_unusable(of, faces, tmp_path):
    oulu(tmp_path, faces, OULU[:2])
    for folder in (tmp_path / "OriginalImg/VL/Strong/P008/Fear").iterdir():
        folder.write_bytes(b"no picture")
    found = of("g2gan-table2-oulu", tmp_path, 1)
    lost = [p for p in found if isinstance(p, Unusable)]
    assert len(lost) == 3 and all("driving:" in p.reason for p in lost)


def test_multipie_tests_the_papers_numbers(of, faces, tmp_path):
    multipie(tmp_path, faces, ("004", "250", "251", "346"), ("05_1", "14_0"))
    found = of("g2gan-table1-synthesis-multipie", tmp_path)
    assert {p.person for p in found} == {"multipie/251", "multipie/346"}
    assert {p.label for p in found} == {"smile", "surprise"}
    assert len(found) == 4  # frontal pictures alone


def test_any_expression_goes_to_any_other_of_one_camera(of, faces, tmp_path):
    multipie(tmp_path, faces, ("004", "251"), ("05_1", "14_0", "13_0"))
    found = of("gcgan-table1-multipie", tmp_path)
    # Each of two cameras: rest to both and back, and both to one another.
    assert len(found) == 2 * 6 and {p.person for p in found} == {"multipie/004"}
    assert all(p.crop.size == 64 and p.way.gives == "landmarks" for p in found)


def test_the_apex_of_a_sequence_that_goes_back_is_in_its_middle(of, faces, tmp_path):
    bu4dfe(tmp_path, faces, ("F001", "F002"))
    names = [p.name for p in of("gcgan-table1-bu4dfe", tmp_path)]
    assert len(names) == len(set(names)) == 6 + 6 + 6 * 5
    assert "bu4dfe/F001/Happy/000>Happy/002" in names
    assert all(name.endswith(("000", "002")) for name in names)


def test_a_picture_without_a_face_is_unusable_and_named(of, faces, tmp_path):
    ckplus(tmp_path, faces, CK[:1])
    (tmp_path / "cohn-kanade-images/S002/001/S002_001_00000005.jpg").write_bytes(b"broken")
    found = of("gcgan-table1-ckplus", tmp_path)
    broken = [p for p in found if isinstance(p, Unusable)]
    assert broken and all("S002_001_00000005" in p.name for p in broken)
    assert all(isinstance(p, Pair) for p in found if p not in broken)


def test_one_tested_person_cannot_drive_oneself(of, faces, tmp_path):
    ckplus(tmp_path, faces, CK[:1])
    with pytest.raises(InputError, match="2 people or more of the test split, got 1"):
        of("g2gan-table4-ckplus", tmp_path)


def test_people_trained_on_are_refused(of, ck):
    (ck / "split.csv").write_text("person,split\nS005,train\nS006,train\n")
    try:
        with pytest.raises(InputError, match="'ckplus/S006' is in both"):
            of("g2gan-table4-ckplus", ck)
    finally:
        (ck / "split.csv").unlink()


def test_tables_of_one_paper_share_their_pairs():
    one = load_protocol("g2gan-table1-removal-oulu")
    two = load_protocol("g2gan-table4-oulu")
    assert one.settings | {"own_removal": True} == two.settings
    assert one.fingerprint != two.fingerprint


class Row:
    """What a set metric may know of a pair."""

    def __init__(self, pair: Pair) -> None:
        self.pair, self.group, self.person = pair.name, pair.group, pair.person
        self.label, self.clip, self.index = pair.label, pair.clip, pair.index
