"""GC-GAN's figure 3 and table 2 on drawn people of Multi-PIE and CelebA."""

from __future__ import annotations

import numpy as np
import pytest

from bench.baselines import make_method
from bench.measure import Output, measure, reduce
from bench.tasks.between_expressions import between
from bench.ways import Maker
from reenact.errors import InputError
from reenact.face.detect import make_face
from tests.bench.tasks.drawn import celeba, multipie


def test_half_way_is_in_the_middle():
    start = make_face(np.zeros((478, 3), np.float32), 1.0, (9, 9))
    end = make_face(np.full((478, 3), 4, np.float32), 1.0, (9, 9))
    assert (between(start, end, 0.25).points == 1).all()
    assert (between(start, end, 1.0).points == 4).all()


def test_pictures_move_as_the_landmarks_do(of, faces, tmp_path):
    multipie(tmp_path, faces, ("004", "001"))
    found = of("gcgan-figure3", tmp_path)
    assert [p.index for p in found] == [*range(11), *range(11)]
    assert {p.person for p in found} == {"multipie/004"} and len({p.clip for p in found}) == 2
    features = {}
    for name in ("copy", "warp"):
        made = Maker(make_method(name))
        features[name] = np.array([measure("lipschitz_ratio", p, Output(made(p))) for p in found])
    still = reduce("lipschitz_ratio", features["copy"], [Row(p) for p in found])
    moved = reduce("lipschitz_ratio", features["warp"], [Row(p) for p in found])
    assert still["count"] == moved["count"] == 20
    assert still["value"] == 0 and moved["value"] > 0
    assert moved["extras"]["max"] < 10 * moved["value"]


def test_expressions_of_celeba_drive_people_of_multipie(of, faces, tmp_path):
    multipie(tmp_path / "multipie", faces, ("004", "005", "001"))
    celeba(tmp_path / "celeba", faces, 6)
    found = of("gcgan-table2", tmp_path)
    assert len(found) == 6 and len({p.driving_person for p in found}) == 6
    assert {p.person for p in found} <= {"multipie/004", "multipie/005"}
    one = Output(Maker(make_method("warp"))(found[0]))
    assert measure("verification_accuracy", found[0], one) == 1.0
    copy = Output(Maker(make_method("copy"))(found[0]))
    similar = [measure("expression_similarity", found[0], output) for output in (copy, one)]
    assert similar[0] < similar[1]


def test_a_missing_part_names_where_to_get_it(of, faces, tmp_path):
    multipie(tmp_path / "multipie", faces, ("004",))
    with pytest.raises(InputError, match="celeba does not exist. Get CelebA .* from https") as told:
        of("gcgan-table2", tmp_path)
    assert "\n" not in str(told.value)


class Row:
    """What a set metric may know of a pair."""

    def __init__(self, pair) -> None:
        self.pair, self.group, self.person = pair.name, pair.group, pair.person
        self.label, self.clip, self.index = pair.label, pair.clip, pair.index
