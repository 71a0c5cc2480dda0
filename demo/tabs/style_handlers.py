"""Between the tab *Style fusion*, the line of searches and a visitor's desk."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing

import gradio as gr

from demo import text
from demo import text_style as words
from demo.beside import Canceled, Done
from demo.components.face_choice import face_index
from demo.components.markup import Kind, status, with_notes
from demo.examples import Example
from demo.generators import Offer
from demo.looking import look_at
from demo.searching import Forming
from demo.services import explain, needed
from demo.sessions import Session
from demo.style_pictures import EMPTY_FORMING, curve_html
from demo.styling import StyleDesk, load_desk
from demo.tabs.style_shown import Updates, Wish
from demo.tabs.style_tools import StyleTools


class StyleHandlers(StyleTools):
    """What happens when a visitor does something."""

    def about(self, generator: str, recipe: str, steps: float) -> Updates:
        """How long a recipe will take; the networks are loaded the first time."""
        try:
            offer = self.inversions.offers.of(generator)
            _ = offer.method
        except Exception as error:
            return {self.parts.about: explain(error)}
        return self._about(offer, offer.recipe(recipe, steps))

    def recipe(self, generator: str, recipe: str) -> Updates:
        """Another recipe was chosen: its usual number of steps."""
        steps = self.inversions.offers.of(generator).recipe(recipe).steps
        shown = gr.update(visible=steps > 0, **({"value": steps} if steps else {}))
        return {self.parts.steps: shown} | self.about(generator, recipe, steps)

    def generator(self, name: str, request: gr.Request) -> Updates:
        """Another generator was chosen: its layers, and no styles yet."""
        p, session = self.parts, self._session(request)
        offer = self.inversions.offers.of(name)
        self._begin(session)
        self.desks.put(session, None)
        recipes = [one for one in words.RECIPES if offer.has_encoder or one[1] != "encoder"]
        usual, papers = offer.layers.usual, offer.layers.papers
        updates = self._cleared() | self._renamed(offer) | self.recipe(name, "fast")
        return updates | {
            p.recipe: gr.update(choices=recipes, value="fast"),
            p.paper: gr.update(visible=usual != papers),
            p.status: status(words.OTHER_GENERATOR.format(offer.title)),
            **self._buttons(running=False),
        }

    @property
    def chosen(self) -> list:
        """What another generator changes."""
        p = self.parts
        return [*self.outputs, *p.layers, p.recipe, p.steps, p.about, p.paper]

    def wait(self, request: gr.Request) -> Updates:
        """*Start* was pressed: until its turn comes, it can be canceled."""
        self._begin(self._session(request))
        return super().wait(request)

    def run(
        self,
        request: gr.Request,
        generator: str,
        source: str | None,
        driving: str | None,
        recipe: str,
        steps: float,
        source_face: int | str,
        driving_face: int | str,
        share: float,
        *layers: list[int],
    ) -> Iterator[Updates]:
        """Wait for the turn, search for the styles, draw."""
        p, session = self.parts, self._session(request)
        number, before = self._number(session), self.desks.peek(session)
        if not session.take_turn(self.kind):
            yield {p.status: gr.skip()}
            return
        start, is_cleared = time.perf_counter(), False
        self._wishes[session] = flat(layers), share
        yield {p.status: status(words.READING, "busy", 0.0)}
        try:
            self.services.note(session, source, driving)
            offer = self.inversions.offers.of(generator)
            files, chosen = (source, driving), offer.recipe(recipe, steps)
            faces = face_index(source_face), face_index(driving_face)
            found = self.inversions.run(session, *files, chosen, generator=generator, faces=faces)
            with closing(found):
                for step in found:
                    if isinstance(step, Done):
                        desk = step.value
                        continue
                    first = isinstance(step, Forming) and not is_cleared
                    is_cleared |= first
                    yield (self._cleared() if first else {}) | self._step(step, offer)
            shown = self._drawn(session, desk, *self._wish(session))
            self.desks.put(session, desk)
            took = words.DONE.format(time.perf_counter() - start)
            updates = shown | {p.status: status(with_notes(took, shown.pop("notes")), "done")}
        except Canceled as error:
            updates = self._ended(session, str(error), before if is_cleared else None)
        except Exception as error:
            back = before if is_cleared else None
            updates = self._ended(session, explain(error), back, kind="error")
        if number == self._number(session):
            self._wishes.pop(session, None)
            yield updates | self._idle(session)
        else:  # another run began
            yield {p.status: gr.skip()}

    def _wish(self, session: Session) -> Wish:
        return self._wishes.get(session, (self.inversions.offers.of().layers.usual, 1.0))

    def _ended(
        self, session: Session, line: str, before: StyleDesk | None, kind: Kind = "info"
    ) -> Updates:
        """After a search without a result: the result before it, if it was cleared, is back."""
        p = self.parts
        updates: Updates = {p.forming: EMPTY_FORMING, p.curve: ""}
        if before is not None:
            updates |= self._drawn(session, before, *self._wish(session)) | self._costs(before)
            del updates["notes"]
            line = f"{line} {words.RESTORED}"
        return updates | {p.status: status(line, kind)}

    def look(self, name: str, path: str | None, request: gr.Request) -> Updates:
        """A picture was chosen: can it be used, and which of its faces?

        Args:
            name: `source` or `driving`.
        """

        def line(count: int) -> str:
            if count > 1:
                return text.faces_found(count, f"{name} picture")
            return words.CHANGED.format(name)

        p, session = self.parts, self._session(request)
        part, face = getattr(p, name), getattr(p, f"{name}_face")
        return look_at(self.services, session, part, path, name, p.status, line, face)

    def example(self, example: Example, generator: str, request: gr.Request) -> Updates:
        """One click on an example: fill it in, with the usual options; the run follows."""
        p, offer = self.parts, self.inversions.offers.of(generator)
        recipe = offer.recipe("fast")
        updates = p.source_face.shown() | p.driving_face.shown() | self._about(offer, recipe)
        updates |= self._groups(offer, offer.layers.usual) | self.wait(request)
        return updates | {
            p.source: str(example.source),
            p.driving: str(example.driving),
            p.recipe: "fast",
            p.steps: gr.update(value=recipe.steps, visible=True),
            p.share: 1.0,
        }

    def redraw(self, request: gr.Request, share: float, *layers: list[int]) -> Updates:
        """Other layers or another amount: nothing is searched for again."""
        session = self._session(request)
        if session in self._wishes:  # the search that runs will end with them
            self._wishes[session] = flat(layers), share
            return {self.parts.status: gr.skip()}
        try:
            desk = self.desks.of(session)
            return self._redrawn(session, desk, flat(layers), share)
        except Exception as error:
            kind = "info" if str(error) == words.NOT_YET else "error"
            return {self.parts.status: status(explain(error), kind)}

    def usual(self, share: float, generator: str, request: gr.Request) -> Updates:
        """*Expression layers*."""
        offer = self.inversions.offers.of(generator)
        return self._chosen(offer, offer.layers.usual, share, request)

    def paper(self, share: float, generator: str, request: gr.Request) -> Updates:
        """*Paper's 4 and 5*."""
        offer = self.inversions.offers.of(generator)
        return self._chosen(offer, offer.layers.papers, share, request)

    def _chosen(
        self, offer: Offer, layers: Sequence[int], share: float, request: gr.Request
    ) -> Updates:
        return self._groups(offer, layers) | self.redraw(request, share, list(layers))

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
        generator: str,
        source: str | None,
        source_face: int | str,
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
            face = face_index(source_face)
            desk = load_desk(self.inversions.offers, generator, file, source, face)
            self._begin(session)
            self.desks.put(session, desk)
            shown = self._cleared() | self._drawn(session, desk, flat(layers), share)
        except Exception as error:
            return {p.status: status(explain(error), "error")}
        line = status(with_notes(words.LOADED, shown.pop("notes")), "done")
        curve = curve_html(desk.kept.losses, len(desk.kept.losses))
        return shown | self._idle(session) | {p.curve: curve, p.status: line}


def flat(groups: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Layers of all groups, in order."""
    return tuple(sorted(layer for group in groups for layer in group or ()))
