"""Who sees what: trials, forms, catch trials, practice. Pure: the same seed gives the same study.

A form is what one participant sees. Every form shows the same people, and methods change places
from form to form (a Latin square), so that each method is judged on every person and nobody sees
one person twice by two methods.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

from bench.study.wording import GENERATED, LEFT, RATINGS, REAL, RIGHT
from reenact.errors import InputError

Role = Literal["main", "catch", "practice"]
KEY_FORMAT = "reenact-study-key"
TRUTH = "real"
"""What stands in place of a method's name for a real picture."""


@dataclass(frozen=True)
class Shown:
    """A picture: which pair it belongs to, and what made it.

    Attributes:
        what: a method's name, `TRUTH`, "source", "driving", or for catch trials "say:<choice>".
    """

    pair: str
    what: str


@dataclass(frozen=True)
class Trial:
    """One question.

    Attributes:
        name: random, says nothing.
        role: "main", "catch" or "practice".
        pictures: what is judged: one picture, or left and right.
        context: pictures that show what was wanted.
        expected: the right choice where there is one.
    """

    name: str
    role: Role
    pictures: tuple[Shown, ...]
    context: tuple[Shown, ...] = ()
    expected: str | None = None


@dataclass(frozen=True)
class Plan:
    """All trials: `forms` hold main and catch trials, in no order that matters."""

    forms: tuple[tuple[Trial, ...], ...]
    practice: tuple[Trial, ...]
    is_shown_both_ways: bool = False
    """Whether a person's real and generated picture come from one pair: too few pairs."""


@dataclass
class Names:
    """Random names that are never given twice."""

    draw: random.Random
    given: set[str] = field(default_factory=set)

    def __call__(self, letter: str) -> str:
        while True:
            name = letter + "".join(self.draw.choices("abcdefghjkmnpqrstuvwxyz23456789", k=8))
            if name not in self.given:
                self.given.add(name)
                return name


def pairs_needed(kind: str, count: int, practice: int) -> int:
    """How many pairs a study uses where the data have enough."""
    return practice + (2 * count if kind == "real-or-generated" else count)


def make_plan(
    kind: str,
    pairs: Sequence[str],
    methods: Sequence[str],
    *,
    count: int,
    catch: int,
    practice: int,
    names: Names,
) -> Plan:
    """Lay out a study.

    Args:
        kind: one of `bench.study.wording.KINDS`.
        pairs: names of pairs, different people first; see `pairs_needed`.
        count: main trials of a form; for `real-or-generated` that many real pictures and that
            many generated ones.
        catch, practice: how many such trials.
        names: also gives the order of things that are drawn.

    Raises:
        InputError: too few pairs or methods.
    """
    least = practice + count
    if len(pairs) < least:
        raise InputError(
            f"{count} trials and {practice} for practice need {least} pairs, got {len(pairs)}. "
            f"Use `--count {max(1, len(pairs) - practice)}` or fewer."
        )
    if kind == "pairwise" and len(methods) < 2:
        raise InputError("A pairwise study needs 2 methods or more. Use `--methods a,b`.")
    trained, rest = pairs[:practice], list(pairs[practice:])
    make = {"real-or-generated": _real_forms, "pairwise": _pairwise_forms, "rating": _rating_forms}
    forms, both_ways = make[kind](rest, methods, count, names)
    values = {"real-or-generated": (GENERATED, REAL), "pairwise": (LEFT, RIGHT)}.get(kind, RATINGS)
    checks = [_catch(kind, values[i % len(values)], names) for i in range(catch)]
    return Plan(
        tuple((*form, *checks) for form in forms),
        tuple(_practice(kind, trained, methods, names)),
        both_ways,
    )


def _real_forms(
    pairs: list[str], methods: Sequence[str], count: int, names: Names
) -> tuple[list[list[Trial]], bool]:
    made, both_ways = pairs[:count], len(pairs) < 2 * count
    real = pairs[:count] if both_ways else pairs[count : 2 * count]
    truths = [_judged(Shown(pair, TRUTH), names, expected=REAL) for pair in real]
    trials = {
        (pair, name): _judged(Shown(pair, name), names, expected=GENERATED)
        for pair in made
        for name in methods
    }
    forms = [
        truths + [trials[pair, methods[(i + shift) % len(methods)]] for i, pair in enumerate(made)]
        for shift in range(len(methods))
    ]
    return forms, both_ways


def _rating_forms(
    pairs: list[str], methods: Sequence[str], count: int, names: Names
) -> tuple[list[list[Trial]], bool]:
    trials = {
        (pair, name): _judged(Shown(pair, name), names, _context(pair))
        for pair in pairs[:count]
        for name in methods
    }
    forms = [
        [trials[p, methods[(i + shift) % len(methods)]] for i, p in enumerate(pairs[:count])]
        for shift in range(len(methods))
    ]
    return forms, False


def _pairwise_forms(
    pairs: list[str], methods: Sequence[str], count: int, names: Names
) -> tuple[list[list[Trial]], bool]:
    """Each two methods meet; who stands on the left alternates, starting with a drawn side."""
    contests = list(combinations(methods, 2))
    trials = {}
    for number, contest in enumerate(contests):
        flip = names.draw.randrange(2)
        for i, pair in enumerate(pairs[:count]):
            sides = contest if (i // len(contests) + number + flip) % 2 else contest[::-1]
            shown = tuple(Shown(pair, name) for name in sides)
            trials[pair, number] = Trial(names("t"), "main", shown, _context(pair))
    forms = [
        [trials[p, (i + shift) % len(contests)] for i, p in enumerate(pairs[:count])]
        for shift in range(len(contests))
    ]
    return forms, False


def _judged(
    shown: Shown, names: Names, context: tuple[Shown, ...] = (), expected: str | None = None
) -> Trial:
    return Trial(names("t"), "main", (shown,), context, expected)


def _context(pair: str) -> tuple[Shown, ...]:
    return (Shown(pair, "source"), Shown(pair, "driving"))


def _catch(kind: str, value: str, names: Names) -> Trial:
    """A picture that says what to choose; it looks like any other trial to the page."""
    said = Shown(names("c"), f"say:{value}")
    if kind == "real-or-generated":
        return Trial(names("t"), "catch", (said,), (), value)
    blank = Shown(said.pair, "blank")
    context = (Shown(said.pair, "blank"), Shown(said.pair, "blank"))
    if kind == "pairwise":
        shown = (said, blank) if value == LEFT else (blank, said)
        return Trial(names("t"), "catch", shown, context, value)
    return Trial(names("t"), "catch", (said,), context, value)


def _practice(kind: str, pairs: Sequence[str], methods: Sequence[str], names: Names) -> list[Trial]:
    trials = []
    for i, pair in enumerate(pairs):
        name = methods[i % len(methods)]
        if kind == "real-or-generated":
            is_real = i % 2 == 0
            shown = (Shown(pair, TRUTH if is_real else methods[i // 2 % len(methods)]),)
            expected = REAL if is_real else GENERATED
            trials.append(Trial(names("t"), "practice", shown, (), expected))
            continue
        shown = (Shown(pair, name),)
        if kind == "pairwise":
            shown += (Shown(pair, methods[(i + 1) % len(methods)]),)
        trials.append(Trial(names("t"), "practice", shown, _context(pair)))
    return trials
