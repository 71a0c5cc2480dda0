"""Between the tab *Compare* and `demo.comparison`: what changes on the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from demo import text
from demo import text_compare as words
from demo.beside import Canceled
from demo.comparison import compare
from demo.components.face_choice import FacePart, face_index
from demo.components.markup import status
from demo.components.method_card import MethodCard, figures, note
from demo.examples import Example
from demo.looking import look_at
from demo.outcomes import Compared, ComparisonDone
from demo.services import explain
from demo.tabs.running import Running
from reenact.types import Options

if TYPE_CHECKING:
    from demo.tabs.compare import CompareParts

Updates = dict[Any, Any]


class CompareHandlers(Running):
    """What happens when a visitor does something. Nothing of a visitor is kept in here."""

    kind = "compare"
    parts: CompareParts

    @property
    def inputs(self) -> list:
        """What `run` takes, in order."""
        p = self.parts
        faces = [p.source_face.choice, p.driving_face.choice]
        return [p.source, p.driving, p.target, p.region, p.strength, *faces]

    @property
    def outputs(self) -> list:
        """What a run changes."""
        cards = self.parts.cards.values()
        each = [(c.slider, c.line, c.actions, c.download, c.file) for c in cards]
        people = (card.people for card in cards if card.people is not None)
        return [*self.begun, self.parts.sheet, *(p for card in each for p in card), *people]

    def run(
        self,
        source: str | None,
        driving: str | None,
        target: str | None,
        region: str,
        strength: float,
        face: int | str,
        driving_face: int | str,
        request: gr.Request,
    ) -> Iterator[Updates]:
        """The comparison's turn has come."""
        p, session = self.parts, self._session(request)
        if not session.take_turn(self.kind):
            yield {p.status: gr.skip()}
            return
        yield self._cleared()
        finished: set[str] = set()
        options = Options(region, strength)
        try:
            faces = (face_index(face), face_index(driving_face))
            steps = compare(self.services, session, source, driving, target, options, faces)
            with closing(steps):
                for step in steps:
                    yield self._step(step)
                    if isinstance(step, Compared) and step.is_done:
                        finished.add(step.method)
        except Canceled as error:
            yield {p.status: status(str(error))} | self._unfinished(finished)
        except Exception as error:
            yield {p.status: status(explain(error), "error")} | self._unfinished(finished)

    def look(
        self,
        part: Any,
        path: str | None,
        name: str,
        request: gr.Request,
        face: FacePart | None = None,
    ) -> Updates:
        """A picture was chosen: can it be used, and which of its faces is meant?"""

        def line(count: int) -> str:
            is_choice = face is not None and count > 1
            return text.faces_found(count, name) if is_choice else text.ready(name)

        session = self._session(request)
        return look_at(self.services, session, part, path, name, self.parts.status, line, face)

    def example(self, example: Example, request: gr.Request) -> Updates:
        """One click on an example: fill it in, with the usual options; the run follows."""
        p, options = self.parts, Options()
        return {
            p.source: str(example.source),
            p.driving: str(example.driving),
            p.target: None if example.target is None else str(example.target),
            p.region: options.region,
            p.strength: options.strength,
            **p.source_face.shown(),
            **p.driving_face.shown(),
        } | self.wait(request)

    def portrait(self, file: Path, request: gr.Request) -> Updates:
        """Somebody whom a method draws becomes the source; the run follows.

        A ground truth would be of another person.
        """
        p = self.parts
        filled = {p.source: str(file), p.target: None, **p.source_face.shown()}
        return filled | self.wait(request)

    def _step(self, step: Compared | ComparisonDone) -> Updates:
        p = self.parts
        if isinstance(step, ComparisonDone):
            line = status(words.done(step.count, step.failed, step.seconds), "done")
            sheet = gr.update(value=str(step.sheet), interactive=True)
            return {p.status: line, p.sheet: sheet} | self._buttons(running=False)
        card = p.cards[step.method]
        number, total = list(p.cards).index(step.method) + 1, len(p.cards)
        part = (number - (0 if step.is_done else 1)) / total
        line = status(words.running(number, total, card.title), "busy", part)
        return {p.status: line} | self._card(card, step)

    def _card(self, card: MethodCard, step: Compared) -> Updates:
        if step.is_stranger:
            shown = {} if card.people is None else {card.people: gr.update(visible=True)}
            return {card.line: note(step.error)} | shown
        if step.error:
            return {card.line: note(step.error, "error")}
        if step.picture is None:
            return {card.line: note(words.WORKING)}
        if step.figures:
            notes = "".join(note(line) for line in dict.fromkeys(step.picture.notes))
            return {card.line: figures(step.figures) + notes}
        done = step.picture
        return {
            card.slider: gr.update(value=(str(done.before), str(done.after)), visible=True),
            card.line: note(words.MEASURING),
            card.actions: gr.update(visible=True),
            card.download: gr.update(value=str(done.file)),
            card.file: str(done.file),
        }

    def _cleared(self) -> Updates:
        """Results of the run before would be taken for those of this one."""
        p = self.parts
        updates: Updates = {
            p.status: status(words.STARTING, "busy", 0.0),
            p.sheet: gr.update(value=None, interactive=False),
        }
        for card in p.cards.values():
            updates |= {
                card.slider: gr.update(visible=False),
                card.line: note(words.WAITING),
                card.actions: gr.update(visible=False),
                card.file: None,
            }
            if card.people is not None:
                updates[card.people] = gr.update(visible=False)
        return updates | self._buttons(running=True)

    def _unfinished(self, finished: set[str]) -> Updates:
        """After a run that stopped: what has a result stays, nothing says that it waits."""
        others = (card for name, card in self.parts.cards.items() if name not in finished)
        return {card.line: note(words.NOT_RUN) for card in others} | self._buttons(running=False)
