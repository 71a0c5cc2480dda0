"""Expressions on and off: who drives whom, what the truth is, and people in both splits."""

from __future__ import annotations

import pytest

from bench.protocol import load_protocol
from bench.runner import run
from bench.tasks import pairs
from reenact.errors import InputError
from reenact.images import save_picture

SYNTHESIS, REMOVAL = load_protocol("expression-synthesis"), load_protocol("expression-removal")


@pytest.fixture(scope="module")
def data(portrait, tmp_path_factory):
    """Three "people"; only two of them are angry."""
    data = tmp_path_factory.mktemp("people")
    for kind, count in (("neutral", 3), ("smiling", 3), ("anger", 2)):
        (data / kind).mkdir()
        for number in range(count):
            picture = portrait[2 * number : 2 * number + 290, :296]
            save_picture(picture, data / kind / f"{'abc'[number]}.{'png' if number else 'jpg'}")
    return data


@pytest.fixture
def split(data):
    yield data / "split.csv"
    (data / "split.csv").unlink()


def test_synthesis_pairs_everybody_with_every_expression(data):
    found = list(pairs(SYNTHESIS, data, None))
    assert [(p.person, p.label) for p in found] == [
        *[("a", "anger"), ("a", "smiling"), ("b", "anger"), ("b", "smiling"), ("c", "smiling")]
    ]
    for pair in found:
        assert pair.driving_person != pair.person
        assert pair.gallery is pair.source
    assert [p.name for p in pairs(SYNTHESIS, data, 1)] == [p.name for p in found[:2]]


def test_removal_is_the_way_back(data):
    there, back = (list(pairs(p, data, None)) for p in (SYNTHESIS, REMOVAL))
    assert [p.label for p in back] == ["neutral"] * len(there)
    assert [(p.person, p.driving_person) for p in back] == [
        (p.person, p.driving_person) for p in there
    ]
    assert back[0].gallery is not back[0].source


def test_the_target_lies_on_the_source(data):
    """The people's pictures differ by a shift alone, which laying on the eyes takes away."""
    (done,) = run(SYNTHESIS, ["copy"], data)
    assert len(done.rows) == 5
    for row in done.rows:
        assert row.values["identity_distance"] == pytest.approx(0, abs=1e-6)
        assert row.values["ssim"] > 0.97
    assert all("expression_accuracy" in row.values for row in done.rows)


def test_a_split_keeps_to_its_test_people(data, split):
    split.write_text("person,split\na,test\nb,test\nc,train\n")
    assert {pair.person for pair in pairs(SYNTHESIS, data, None)} == {"a", "b"}


def test_a_person_in_both_splits_is_refused(data, split):
    split.write_text("person,split\na,test\nb,test\na,train\n")
    with pytest.raises(InputError, match="must be in one split, .* has 'a' in both"):
        list(pairs(SYNTHESIS, data, None))


def test_two_pictures_of_one_person_are_refused(portrait, tmp_path):
    for kind in ("neutral", "smiling"):
        (tmp_path / kind).mkdir()
        for suffix in ("png", "jpg"):
            save_picture(portrait, tmp_path / kind / f"a.{suffix}")
    with pytest.raises(InputError, match="'a' is twice in 'neutral'"):
        list(pairs(SYNTHESIS, tmp_path, None))
