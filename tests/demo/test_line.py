"""The fair line: first come, first served, and everyone knows how long it takes."""

from __future__ import annotations

import threading
import time

import pytest

from demo.line import Line, Pace
from reenact.errors import InputError


def first_place(line, ticket):
    """Where a ticket stands now; None where it is its turn."""
    return next(line.wait(ticket, threading.Event(), tick_s=0.05), None)


def test_who_came_first_is_next():
    line = Line()
    tickets = [line.join(10.0) for _ in range(4)]
    assert first_place(line, tickets[0]) is None
    assert [first_place(line, one).ahead for one in tickets[1:]] == [1, 2, 3]
    line.leave(tickets[1])  # someone in the middle goes: those behind move up
    assert [first_place(line, one).ahead for one in tickets[2:]] == [1, 2]
    line.leave(tickets[0])
    assert first_place(line, tickets[2]) is None


def test_the_wait_is_the_sum_of_what_comes_first():
    line = Line()
    at_work, second, third = line.join(10.0), line.join(100.0), line.join(3.0)
    assert first_place(line, at_work) is None
    assert first_place(line, second).wait_s == pytest.approx(10.0, abs=0.5)
    assert first_place(line, third).wait_s == pytest.approx(110.0, abs=0.5)
    at_work.note(4.0)  # whoever works knows better
    assert first_place(line, third).wait_s == pytest.approx(104.0)
    two = Line(at_once=2)
    for seconds in (10.0, 10.0):
        assert first_place(two, two.join(seconds)) is None
    assert first_place(two, two.join(1.0)).wait_s == pytest.approx(10.0, abs=0.5)


def test_a_turn_comes_as_soon_as_the_one_before_leaves():
    line, order = Line(), []

    def work(number, ticket):
        for _ in line.wait(ticket, threading.Event(), tick_s=5.0):
            pass
        order.append(number)
        line.leave(ticket)

    tickets = [line.join(1.0) for _ in range(5)]
    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(tickets[1:], 1)]
    for thread in reversed(threads):  # whoever asks first is not whoever came first
        thread.start()
    start = time.monotonic()
    line.leave(tickets[0])
    for thread in threads:
        thread.join(5)
    assert order == [1, 2, 3, 4] and len(line) == 0
    assert time.monotonic() - start < 2


def test_a_canceled_wait_ends_at_once():
    line, stop = Line(), threading.Event()
    line.join(100.0)
    places = line.wait(line.join(1.0), stop, tick_s=60)
    assert next(places).ahead == 1
    threading.Timer(0.05, stop.set).start()
    start = time.monotonic()
    assert list(places) == []
    assert time.monotonic() - start < 1


def test_the_line_is_not_endless():
    line = Line(longest=2)
    for _ in range(3):
        line.join(1.0)
    with pytest.raises(InputError, match="Too many people wait"):
        line.join(1.0)


def test_the_pace_is_the_median_of_the_last_times():
    pace = Pace(keep=3)
    assert pace.seconds("fast", 0.5) == 0.5
    for seconds in (100.0, 1.0, 2.0, 3.0):
        pace.add("fast", seconds)
    assert pace.seconds("fast", 0.5) == 2.0
