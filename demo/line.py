"""A fair line: whoever came first is next, and everyone is told how long it will take."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median

from demo import text_style as words
from reenact.errors import InputError


@dataclass(eq=False)
class Ticket:
    """A place in the line.

    Attributes:
        expected_s: how long the work is expected to take; whoever works may correct `left_s`.
        since: `time.monotonic()` of the begin; None while it waits.
    """

    expected_s: float
    since: float | None = None
    _left_s: float | None = None

    def note(self, left_s: float) -> None:
        """Whoever works knows better how long it will take from now on."""
        self._left_s = left_s

    @property
    def left_s(self) -> float:
        """Seconds until its work is done, once it is its turn."""
        if self.since is None:
            return self.expected_s
        if self._left_s is not None:
            return self._left_s
        return max(0.0, self.expected_s - (time.monotonic() - self.since))


@dataclass(frozen=True)
class Place:
    """Where someone stands.

    Attributes:
        ahead: how many come first, the one at work among them.
        wait_s: seconds until it is their turn, as far as anyone knows.
    """

    ahead: int
    wait_s: float


class Line:
    """One after the other, in the order in which they came.

    Args:
        at_once: how many work at the same time.
        longest: how many may wait.
    """

    def __init__(self, at_once: int = 1, longest: int = 20) -> None:
        self._at_once, self._longest = at_once, longest
        self._tickets: deque[Ticket] = deque()
        self._moved = threading.Condition()

    def __len__(self) -> int:
        return len(self._tickets)

    def join(self, expected_s: float) -> Ticket:
        """A ticket for the end of the line.

        Raises:
            InputError: too many wait already.
        """
        with self._moved:
            if len(self._tickets) >= self._longest + self._at_once:
                raise InputError(words.BUSY)
            ticket = Ticket(expected_s)
            self._tickets.append(ticket)
            return ticket

    def wait(self, ticket: Ticket, stop: threading.Event, tick_s: float = 0.5) -> Iterator[Place]:
        """Where the ticket stands, again and again, until it is its turn or `stop` is set.

        A canceled wait ends within a tenth of a second.
        """
        while not stop.is_set():
            with self._moved:
                place = self._place(ticket)
                if place.ahead < self._at_once:
                    ticket.since = time.monotonic()
                    return
            yield place
            end = time.monotonic() + tick_s
            while time.monotonic() < end and not stop.is_set():
                with self._moved:
                    if self._place(ticket).ahead < self._at_once:
                        break
                    self._moved.wait(0.1)

    def leave(self, ticket: Ticket) -> None:
        """The work is done, or was given up."""
        with self._moved:
            if ticket in self._tickets:
                self._tickets.remove(ticket)
            self._moved.notify_all()

    def _place(self, ticket: Ticket) -> Place:
        first = [*self._tickets]
        before = first[: first.index(ticket)]
        return Place(len(before), sum(one.left_s for one in before) / self._at_once)


@dataclass
class Pace:
    """How long things took on this computer: the median of the last ones.

    Args:
        keep: how many times are kept.
    """

    keep: int = 9
    _seconds: dict[str, deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, what: str, seconds: float) -> None:
        """Note how long one thing took."""
        with self._lock:
            self._seconds.setdefault(what, deque(maxlen=self.keep)).append(seconds)

    def seconds(self, what: str, otherwise: float) -> float:
        """Median seconds of a thing; `otherwise` while nobody did it yet."""
        with self._lock:
            known = self._seconds.get(what)
            return median(known) if known else otherwise
