"""Studies without pictures, and people of known skill who take them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.protocol import load_protocol
from bench.study.design import Names, make_plan
from bench.study.results import ANSWERS_FORMAT
from bench.study.sheet import Sheet, StudySettings, assemble
from bench.study.wording import GENERATED, LEFT, REAL, RIGHT, wording


def make_study(
    kind: str, methods: Sequence[str], *, pairs: int = 140, count: int = 60, **settings: Any
) -> Sheet:
    """A study of `pairs` people, one pair each; every picture is one byte."""
    chosen = StudySettings(kind=kind, count=count, **settings)
    names = Names(random.Random(chosen.seed))
    plan = make_plan(
        kind,
        [f"pair {i}" for i in range(pairs)],
        methods,
        count=count,
        catch=chosen.catch,
        practice=chosen.practice,
        names=names,
    )
    trials = [trial for form in (*plan.forms, plan.practice) for trial in form]
    shown = {s: None for t in trials for s in (*t.pictures, *t.context)}
    files = {one: names("p") + ".jpg" for one in shown}
    words = wording(kind, is_rendered=False, exposure_ms=chosen.exposure_ms)
    protocol = load_protocol("self-reenactment")
    pictures = dict.fromkeys(files.values(), b"\xff")
    return assemble(protocol, methods, chosen, plan, words, files, pictures, str, [])


def save_key(sheet: Sheet, folder: Path) -> Path:
    """What `score` needs of a study's folder."""
    (folder / "results").mkdir(parents=True)
    (folder / "KEY.json").write_text(json.dumps(sheet.key))
    return folder


def answers(
    key: dict[str, Any], people: int, choose: Callable[[dict[str, Any], int], str]
) -> list[dict[str, Any]]:
    """What the page of each of them downloads. Catch trials are all right.

    Args:
        choose: (trial of the key, number of the person) -> choice.
    """
    found = []
    for number in range(people):
        form = number % len(key["forms"])
        given = []
        for name in key["forms"][form]:
            trial = key["trials"][name]
            choice = trial["expected"] if trial["role"] == "catch" else choose(trial, number)
            given.append([name, choice, 900 + number, 900 + number])
        record = {"format": ANSWERS_FORMAT, "version": 1, "study": key["study"], "form": form}
        found.append(record | {"participant": f"person {number}", "answers": given})
    return found


def fooled_crowd(
    key: dict[str, Any], truth: dict[str, float], people: int, seed: int
) -> list[dict[str, Any]]:
    """People call a picture real with a probability of its maker's truth on average.

    Each person and each picture shifts it: some people say real more often, some pictures look it.
    """
    draw = np.random.default_rng(seed)
    shift = {i: draw.uniform(-0.1, 0.1) for i in range(people)}
    look: dict[str, float] = {}

    def choose(trial: dict[str, Any], number: int) -> str:
        look.setdefault(trial["pair"], draw.uniform(-0.1, 0.1))
        chance = truth[trial["made_by"][0]] + shift[number] + look[trial["pair"]]
        return REAL if draw.random() < chance else GENERATED

    return answers(key, people, choose)


def preferring_crowd(
    key: dict[str, Any], truth: dict[str, float], people: int, seed: int
) -> list[dict[str, Any]]:
    """People prefer by the Bradley-Terry model with these strengths."""
    draw = np.random.default_rng(seed)

    def choose(trial: dict[str, Any], number: int) -> str:
        left, right = (truth[name] for name in trial["made_by"])
        return LEFT if draw.random() < 1 / (1 + np.exp(right - left)) else RIGHT

    return answers(key, people, choose)


def rating_crowd(
    key: dict[str, Any], truth: dict[str, float], people: int, seed: int
) -> list[dict[str, Any]]:
    """Ratings 1 to 5 whose mean is the truth: 1 plus four tosses of a coin of that chance."""
    draw = np.random.default_rng(seed)

    def choose(trial: dict[str, Any], number: int) -> str:
        return str(1 + draw.binomial(4, (truth[trial["made_by"][0]] - 1) / 4))

    return answers(key, people, choose)
