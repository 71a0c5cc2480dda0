"""*Solve* and *Splice grid* of the tab *Style fusion*: seconds of work that can be canceled."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import gradio as gr

from demo import text_style as words
from demo.beside import Canceled, Done
from demo.components.markup import status
from demo.services import explain
from demo.sessions import Session
from demo.style_pictures import save_grid
from demo.styling import StyleDesk
from demo.tabs.style_shown import StyleShown, Updates


class StyleTools(StyleShown):
    """What is made of two faces whose styles are known."""

    @property
    def solved(self) -> list:
        """What *Solve* changes."""
        p = self.parts
        return [*p.layers, *self.result, *self.begun[1:], p.costs]

    def solve(self, share: float, request: gr.Request) -> Iterator[Updates]:
        """*Solve*: the layers that cost least for these two faces."""
        start = time.perf_counter()

        def shown(session: Session, desk: StyleDesk, choice: Any) -> Updates:
            took = time.perf_counter() - start
            offer = self.inversions.offers.of(desk.generator)
            updates = self._groups(offer, choice.layers)
            updates |= self._redrawn(session, desk, choice.layers, share)
            line = words.solved(choice.layers, choice.total, choice.fixed_total, took)
            return updates | self._costs(desk) | {self.parts.status: status(line, "done")}

        lines = (words.SOLVING, words.SOLVING_STEP)
        yield from self._work(request, self.inversions.solve, lines, shown)

    def grid(self, request: gr.Request) -> Iterator[Updates]:
        """*Splice grid*: figure 14 of these two faces."""

        def shown(session: Session, desk: StyleDesk, grid: Any) -> Updates:
            file = session.request_folder() / self._name(desk, "splice_grid", ".png")
            sizes = self.inversions.offers.of(desk.generator).layers.sizes
            save_grid(grid, desk.both, sizes, file, desk.provenance, self.services.config.marking)
            sheet = gr.update(value=str(file), visible=True)
            return {self.parts.status: status(words.GRID_DONE, "done"), self.parts.sheet: sheet}

        lines = (words.DRAWING, words.GRID_STEP)
        yield from self._work(request, self.inversions.grid, lines, shown)

    def stop(self, request: gr.Request) -> Updates:
        """*Cancel* in place of the two."""
        return self._cancel(self._session(request), self.parts.stop)

    def _work(
        self, request: gr.Request, begin: Callable, lines: tuple[str, str], shown: Callable
    ) -> Iterator[Updates]:
        """Wait for the turn, measure, show.

        Args:
            begin: `Inversions.solve` or `grid`.
            lines: what is said at first, and of each picture.
            shown: updates for what was made.
        """
        line, session = self.parts.status, self._session(request)
        number = self._number(session)
        yield {line: status(lines[0], "busy", 0.0)} | self._tool_buttons()
        try:
            desk = self.desks.of(session)
            offer, value = self.inversions.offers.of(desk.generator), None
            steps = begin(session, desk)
            with closing(steps):
                for step in steps:
                    if isinstance(step, Done):
                        value = step.value
                    else:
                        yield self._step(step, offer, lines[1])
            updates = shown(session, desk, value)
        except Canceled as error:
            updates = {line: status(str(error))}
        except Exception as error:
            updates = {line: status(explain(error), "error")}
        if number == self._number(session):
            yield updates | self._idle(session)
        else:  # another run began, or other styles were loaded
            yield {line: gr.skip()}
