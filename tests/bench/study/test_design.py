"""Who sees what: balanced, blind, and the same for the same seed."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from bench.study.design import Names, make_plan
from bench.study.wording import KINDS
from reenact.errors import InputError

METHODS = ("a", "b", "c")


def plan(kind, pairs=200, count=60, seed=0, methods=METHODS, catch=6, practice=4):
    names = Names(random.Random(seed))
    people = [f"pair {i}" for i in range(pairs)]
    settings = {"count": count, "catch": catch, "practice": practice, "names": names}
    return make_plan(kind, people, methods, **settings)


def main(form):
    return [trial for trial in form if trial.role == "main"]


def test_a_form_has_as_many_real_as_generated_pictures_of_different_people():
    for form in plan("real-or-generated").forms:
        makers = Counter(trial.pictures[0].what for trial in main(form))
        assert makers == {"real": 60, "a": 20, "b": 20, "c": 20}
        people = [trial.pictures[0].pair for trial in main(form)]
        assert len(set(people)) == len(people) == 120


def test_each_method_makes_every_person_in_one_of_the_forms():
    found = plan("real-or-generated")
    made = Counter(
        (t.pictures[0].pair, t.pictures[0].what)
        for form in found.forms
        for t in main(form)
        if t.expected == "generated"
    )
    assert set(made.values()) == {1}
    assert len(made) == 60 * 3
    assert not found.is_shown_both_ways


def test_too_few_pairs_for_two_sets_are_used_twice_and_it_is_said():
    found = plan("real-or-generated", pairs=70)
    assert found.is_shown_both_ways
    assert len(main(found.forms[0])) == 120


def test_every_two_methods_meet_equally_often_and_on_both_sides():
    found = plan("pairwise")
    left = Counter(t.pictures[0].what for form in found.forms for t in main(form))
    sides = Counter(tuple(s.what for s in t.pictures) for form in found.forms for t in main(form))
    assert set(left.values()) == {60}
    assert set(sides.values()) == {30}
    assert len(sides) == 6


def test_ratings_are_balanced():
    for form in plan("rating").forms:
        assert set(Counter(t.pictures[0].what for t in main(form)).values()) == {20}


@pytest.mark.parametrize("kind", KINDS)
def test_practice_and_catch_pictures_are_in_no_main_trial(kind):
    found = plan(kind)
    used = {s.pair for form in found.forms for t in main(form) for s in t.pictures}
    other = {s.pair for t in found.practice for s in t.pictures}
    for form in found.forms:
        checks = [t for t in form if t.role == "catch"]
        assert len(checks) == 6
        assert all(t.expected for t in checks)
        assert len({t.expected for t in checks}) > 1
        other |= {s.pair for t in checks for s in t.pictures}
    assert not used & other


@pytest.mark.parametrize("kind", KINDS)
def test_the_seed_decides_everything(kind):
    assert plan(kind) == plan(kind)
    assert plan(kind) != plan(kind, seed=1)


def test_names_say_nothing_and_are_never_given_twice():
    names = Names(random.Random(0))
    given = [names("p") for _ in range(2000)]
    assert len(set(given)) == 2000
    assert all(len(name) == 9 and name.isalnum() for name in given)


def test_too_few_pairs_or_methods_are_refused():
    with pytest.raises(InputError, match="need 64 pairs, got 20. Use `--count 16` or fewer"):
        plan("rating", pairs=20)
    with pytest.raises(InputError, match="needs 2 methods or more"):
        plan("pairwise", methods=["a"])
