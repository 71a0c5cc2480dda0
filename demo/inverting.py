"""The lines of the tab *Style fusion*: searches for styles in one, measured pictures in another.

Both are fair: whoever came first is next, and everyone who waits is told how long, and can leave.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from demo import text
from demo import text_style as words
from demo.beside import Canceled, Done, Work, beside
from demo.generators import Offers
from demo.line import Line, Place
from demo.memory import give_back
from demo.searching import Forming, Recipe, Search
from demo.services import needed
from demo.sessions import Session
from demo.styling import StyleDesk

if TYPE_CHECKING:
    from demo.engine import Engine

KIND = "style"
"""Jobs of a visitor in this tab; see `Session.job`."""

_TOOL_S = 5.0  # solving, before anyone measured it


@dataclass(frozen=True)
class Measured:
    """How far *Solve* or the splice grid is, in pictures."""

    done: int
    total: int
    left_s: float


class Inversions:
    """The app's one place where styles are searched for.

    Args:
        named: further generators; see `generators.named_generators`.
        at_once: searches that run at the same time. longest: how many visitors may wait.
    """

    def __init__(
        self,
        engine: Engine,
        named: Mapping[str, str] | None = None,
        *,
        at_once: int = 1,
        longest: int = 20,
    ) -> None:
        self.engine, self.offers = engine, Offers(engine, named)
        self.line = Line(at_once, longest)
        self.tools = Line(at_once, longest)  # a few seconds each: not behind searches of minutes

    def run(
        self,
        session: Session,
        source: str | None,
        driving: str | None,
        recipe: Recipe,
        *,
        generator: str | None = None,
        faces: tuple[int | None, int | None] = (None, None),
    ) -> Iterator[Place | Forming | Done]:
        """Where one waits, each picture of the faces as they form, then `Done` with the desk.

        The search runs beside this generator and stops within a step when the generator is closed,
        when the visitor cancels, and when they leave.

        Args:
            generator: one of the names that are offered.
            faces: of both pictures, from left to right; None for the largest.

        Raises:
            Canceled: the visitor canceled.
            ReenactError: with one line that says what must be true.
        """
        offer = self.offers.of(generator)
        files = needed(source, text.NO_SOURCE), needed(driving, text.NO_DRIVING_PICTURE)
        search = Search(offer, files, recipe, faces)
        expected_s = offer.expected_s(recipe)
        yield from self._in_turn(self.line, session, expected_s, search, words.SEARCH_CANCELED)

    def solve(self, session: Session, desk: StyleDesk) -> Iterator[Place | Measured | Done]:
        """*Solve*: like `run`, then `Done` with the choice; at once where it was solved before."""
        if desk.choice is not None:
            yield Done(desk.choice)
            return
        yield from self._tool(session, desk, "solve", desk.solve, words.SOLVE_CANCELED)

    def grid(self, session: Session, desk: StyleDesk) -> Iterator[Place | Measured | Done]:
        """*Splice grid*: like `run`, then `Done` with the pictures."""
        yield from self._tool(session, desk, "grid", desk.grid, words.GRID_CANCELED)

    def _tool(
        self, session: Session, desk: StyleDesk, name: str, made: Callable, message: str
    ) -> Iterator[Any]:
        pace = self.offers.of(desk.generator).pace

        def work(tell: Callable[[Measured], None], is_stopped: Callable[[], bool]) -> Any:
            start = time.perf_counter()

            def watch(done: int, total: int) -> bool:
                took = time.perf_counter() - start
                tell(Measured(done, total, took / done * (total - done)))
                return is_stopped()

            value = made(watch)
            pace.add(name, time.perf_counter() - start)
            return value

        expected_s = pace.seconds(name, _TOOL_S)
        yield from self._in_turn(self.tools, session, expected_s, work, message)

    def _in_turn(
        self, line: Line, session: Session, expected_s: float, work: Work, message: str
    ) -> Iterator[Any]:
        with session.job(KIND) as stop:
            ticket = line.join(expected_s)
            try:
                yield from line.wait(ticket, stop)
                if stop.is_set():
                    raise Canceled(words.LEFT_LINE)
                for news in beside(work, stop, message):
                    if isinstance(news, Forming | Measured):
                        ticket.note(news.left_s)
                    if news is not None:
                        yield news
            finally:
                line.leave(ticket)
                give_back()
