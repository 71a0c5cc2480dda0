"""Between the tab *Style fusion*, the line of searches and a visitor's desk."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import gradio as gr

from demo import text
from demo import text_style as words
from demo.components.markup import status, with_notes
from demo.examples import Example
from demo.looking import look_at
from demo.searching import Recipe
from demo.services import Canceled, explain, needed
from demo.style_pictures import costs_html, curve_html, save_grid
from demo.styling import StyleDesk, load_desk
from demo.tabs.style_shown import StyleShown

Updates = dict[Any, Any]
KIND = "style"


class StyleHandlers(StyleShown):
    """What happens when a visitor does something."""

    def about(self, recipe: str, steps: float) -> Updates:
        """How long a recipe will take; the networks are loaded the first time."""
        try:
            _ = self.inversions.method
        except Exception as error:
            return {self.parts.about: explain(error)}
        return self._about(Recipe(recipe, int(steps)))

    def recipe(self, recipe: str) -> Updates:
        """Another recipe was chosen: its usual number of steps."""
        steps = words.STEPS[recipe]
        shown = gr.update(visible=steps > 0, **({"value": steps} if steps else {}))
        return {self.parts.steps: shown} | self.about(recipe, steps)

    def wait(self, request: gr.Request) -> Updates:
        """*Start* was pressed: until its turn comes, it can be canceled."""
        self._session(request).wait(KIND)
        return {self.parts.status: status(text.QUEUED, "busy")} | self._buttons(running=True)

    def run(
        self,
        request: gr.Request,
        source: str | None,
        driving: str | None,
        recipe: str,
        steps: float,
        share: float,
        *layers: list[int],
    ) -> Iterator[Updates]:
        """Wait for the turn, search for the styles, draw."""
        p, session = self.parts, self._session(request)
        if not session.take_turn(KIND):
            yield {p.status: gr.skip()}
            return
        self.desks.put(session, None)
        start = time.perf_counter()
        yield self._cleared() | {p.status: status(words.READING, "busy", 0.0)}
        try:
            self.services.note(session, source, driving)
            chosen = Recipe(recipe, words.STEPS[recipe] and int(steps))
            found = self.inversions.run(session, source, driving, chosen)
            with closing(found):
                for step in found:
                    if isinstance(step, StyleDesk):
                        self.desks.put(session, step)
                    else:
                        yield self._step(step)
            desk = self.desks.of(session)
            shown = self._drawn(session, desk, flat(layers), share)
            took = words.DONE.format(time.perf_counter() - start)
            line = {p.status: status(with_notes(took, shown.pop("notes")), "done")}
            yield shown | line | self._buttons(running=False) | self._tools(desk)
        except Canceled as error:
            yield self._cleared() | {p.status: status(str(error))} | self._buttons(running=False)
        except Exception as error:
            line = {p.status: status(explain(error), "error")}
            yield self._cleared() | line | self._buttons(running=False)

    def cancel(self, request: gr.Request) -> Updates:
        """*Cancel*: stop within a step, or leave the line."""
        count = self._session(request).cancel()
        message = text.CANCELED if count else text.NOTHING_TO_CANCEL
        return {self.parts.status: status(message)} | self._buttons(running=False)

    def look(self, part: Any, path: str | None, name: str, request: gr.Request) -> Updates:
        """A picture was chosen: can it be used?"""

        def line(count: int) -> str:
            return words.SEVERAL.format(name, count) if count > 1 else words.CHANGED.format(name)

        session = self._session(request)
        return look_at(self.services, session, part, path, name, self.parts.status, line)

    def example(self, example: Example, request: gr.Request) -> Updates:
        """One click on an example: fill it in, with the usual options; the run follows."""
        p = self.parts
        groups = self._groups(self.inversions.layers.usual)
        return {
            p.source: str(example.source),
            p.driving: str(example.driving),
            p.recipe: "fast",
            p.steps: gr.update(value=words.STEPS["fast"], visible=True),
            p.share: 1.0,
        } | (groups | self._about(Recipe()) | self.wait(request))

    def redraw(self, request: gr.Request, share: float, *layers: list[int]) -> Updates:
        """Other layers or another amount: nothing is searched for again."""
        session = self._session(request)
        try:
            desk = self.desks.of(session)
            return self._redrawn(session, desk, flat(layers), share)
        except Exception as error:
            kind = "info" if str(error) == words.NOT_YET else "error"
            return {self.parts.status: status(explain(error), kind)}

    def usual(self, share: float, request: gr.Request) -> Updates:
        """*Expression layers*."""
        return self._chosen(self.inversions.layers.usual, share, request)

    def paper(self, share: float, request: gr.Request) -> Updates:
        """*Paper's 4 and 5*."""
        return self._chosen(self.inversions.layers.papers, share, request)

    def _chosen(self, layers: Sequence[int], share: float, request: gr.Request) -> Updates:
        return self._groups(layers) | self.redraw(request, share, list(layers))

    def solve(self, share: float, request: gr.Request) -> Iterator[Updates]:
        """*Solve*: the layers that cost least for these two faces."""
        p, session = self.parts, self._session(request)
        yield {p.status: status(words.SOLVING, "busy")}
        try:
            desk = self.desks.of(session)
            start = time.perf_counter()
            choice = desk.solve()
            took = time.perf_counter() - start
            updates = self._groups(choice.layers)
            updates |= self._redrawn(session, desk, choice.layers, share)
            line = words.solved(choice.layers, choice.total, choice.fixed_total, took)
            costs = costs_html(choice, self.inversions.layers.names)
            yield updates | {p.status: status(line, "done"), p.costs: costs}
        except Exception as error:
            yield {p.status: status(explain(error), "error")}

    def grid(self, request: gr.Request) -> Iterator[Updates]:
        """*Splice grid*: figure 14 of these two faces."""
        p, session = self.parts, self._session(request)
        yield {p.status: status(words.DRAWING, "busy")}
        try:
            desk = self.desks.of(session)
            file = session.request_folder() / self._name(desk, "splice_grid", ".png")
            marking, sizes = self.services.config.marking, self.inversions.layers.sizes
            save_grid(desk.grid(), desk.both, sizes, file, desk.provenance, marking)
            shown = gr.update(value=str(file), visible=True)
            yield {p.status: status(words.GRID_DONE, "done"), p.sheet: shown}
        except Exception as error:
            yield {p.status: status(explain(error), "error")}

    def save(self, request: gr.Request) -> Updates:
        """*Save styles*."""
        p, session = self.parts, self._session(request)
        try:
            desk = self.desks.of(session)
            file = desk.save(session.request_folder() / self._name(desk, "styles", ".safetensors"))
        except Exception as error:
            return {p.styles_file: None, p.status: status(explain(error), "error")}
        return {p.styles_file: str(file), p.status: status(words.SAVED.format(file.name), "done")}

    def load(
        self,
        request: gr.Request,
        file: str | None,
        source: str | None,
        share: float,
        *layers: list[int],
    ) -> Updates:
        """*Load styles*: as after a run, without one."""
        p, session = self.parts, self._session(request)
        if file is None:
            return {p.status: gr.skip()}
        try:
            self.services.note(session, source, file)
            needed(file, text.GONE)
            desk = load_desk(self.services.engine, self.inversions.method, file, source)
            self.desks.put(session, desk)
            shown = self._cleared() | self._drawn(session, desk, flat(layers), share)
        except Exception as error:
            return {p.status: status(explain(error), "error")}
        line = status(with_notes(words.LOADED, shown.pop("notes")), "done")
        curve = curve_html(desk.kept.losses, len(desk.kept.losses))
        return shown | self._tools(desk) | {p.curve: curve, p.status: line}


def flat(groups: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Layers of all groups, in order."""
    return tuple(sorted(layer for group in groups for layer in group or ()))
