"""The truth lies in the interval, for simulated people of known skill."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bench.study.report import lines, report
from tests.bench.study.crowd import (
    answers,
    fooled_crowd,
    make_study,
    preferring_crowd,
    rating_crowd,
    save_key,
)

SEEDS = 20
FOOLED = {"a": 0.749, "b": 0.413, "real": 0.711}  # FReeNet's table 1
STRENGTH = {"a": 0.8, "b": 0.0, "c": -0.8}
RATING = {"a": 4.2, "b": 2.5}


def scored(tmp_path, sheet, crowd, name="s"):
    folder = save_key(sheet, tmp_path / name)
    (folder / "results" / "all.json").write_text(json.dumps(crowd))
    return report(folder)


def is_inside(value, truth):
    low, high = value["interval_95"]
    assert low < value["mean"] < high
    return low <= truth <= high


def test_percent_fooled_holds_the_truth(tmp_path):
    sheet = make_study("real-or-generated", ["a", "b"])
    hits = {name: 0 for name in FOOLED}
    for seed in range(SEEDS):
        crowd = fooled_crowd(sheet.key, FOOLED, 30, seed)
        done = scored(tmp_path, sheet, crowd, str(seed))
        figures = done["fooled_percent"] | {"real": done["real_called_real_percent"]}
        for name, value in figures.items():
            hits[name] += is_inside(value, 100 * FOOLED[name])
            assert value["interval_95"][1] - value["interval_95"][0] < 20
    # Of 20 intervals of 95 %, 16 or fewer hold the truth by chance in 0.3 % of cases.
    assert min(hits.values()) >= 17, hits


def test_bradley_terry_strengths_hold_the_truth(tmp_path):
    sheet = make_study("pairwise", ["a", "b", "c"])
    hits = {name: 0 for name in STRENGTH}
    for seed in range(SEEDS):
        done = scored(tmp_path, sheet, preferring_crowd(sheet.key, STRENGTH, 30, seed), str(seed))
        for name, value in done["bradley_terry"].items():
            hits[name] += is_inside(value, STRENGTH[name])
        assert abs(sum(v["mean"] for v in done["bradley_terry"].values())) < 1e-6
    assert min(hits.values()) >= 17, hits


def test_ratings_hold_the_truth(tmp_path):
    sheet = make_study("rating", ["a", "b"])
    hits = {name: 0 for name in RATING}
    for seed in range(SEEDS):
        done = scored(tmp_path, sheet, rating_crowd(sheet.key, RATING, 12, seed), str(seed))
        for name, value in done["rating"].items():
            hits[name] += is_inside(value, RATING[name])
    assert min(hits.values()) >= 17, hits


def test_people_who_see_everything_are_never_fooled_and_agree(tmp_path):
    sheet = make_study("real-or-generated", ["a", "b"])
    crowd = answers(
        sheet.key, 12, lambda trial, _: "real" if trial["made_by"] == ["real"] else "generated"
    )
    done = scored(tmp_path, sheet, crowd)
    assert done["fooled_percent"]["a"]["mean"] == 0
    assert done["real_called_real_percent"]["mean"] == 100
    assert done["krippendorff_alpha"] == 1
    assert done["fooled_percent"]["a"]["count"] == 12 * 30


def test_people_who_guess_do_not_agree(tmp_path):
    sheet = make_study("rating", ["a", "b"])
    draw = np.random.default_rng(0)
    done = scored(tmp_path, sheet, answers(sheet.key, 12, lambda *_: str(draw.integers(1, 6))))
    assert abs(done["krippendorff_alpha"]) < 0.05


def test_those_who_miss_catch_trials_or_stop_are_named_with_the_reason(tmp_path):
    sheet = make_study("real-or-generated", ["a"])
    crowd = fooled_crowd(sheet.key, FOOLED, 12, 0)
    for answer in crowd[3]["answers"]:
        if sheet.key["trials"][answer[0]]["role"] == "catch":
            answer[1] = "real"
    del crowd[5]["answers"][100:]
    done = scored(tmp_path, sheet, crowd)
    assert done["counted"] == 10
    reasons = {one["name"]: one["reason"] for one in done["excluded"]}
    assert reasons == {
        "person 3": "3 of 6 catch trials right, 80% needed",
        "person 5": "not finished: 100 of 126 answers",
    }
    text = "\n".join(lines(done))
    assert "person 3 (all.json, entry 4): 3 of 6 catch trials right" in text
    assert "10 of 12 participants count" in text


def test_nobody_left_is_one_line(tmp_path):
    sheet = make_study("rating", ["a"])
    crowd = rating_crowd(sheet.key, RATING, 2, 0)
    for one in crowd:
        del one["answers"][1:]
    with pytest.raises(Exception, match="Nobody is left after exclusions"):
        scored(tmp_path, sheet, crowd)


def test_few_people_are_said_to_be_few(tmp_path):
    sheet = make_study("rating", ["a"])
    done = scored(tmp_path, sheet, rating_crowd(sheet.key, RATING, 3, 0))
    assert any("Only 3 participants" in one for one in done["warnings"])
