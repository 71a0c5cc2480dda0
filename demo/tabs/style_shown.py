"""What changes on the page of the tab *Style fusion* when there is something to show."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from demo import text_style as words
from demo.components.markup import status, with_notes
from demo.generators import Offer
from demo.inverting import KIND, Inversions, Measured
from demo.line import Place
from demo.results import write_picture
from demo.searching import Forming, Recipe
from demo.services import Services, result_name
from demo.sessions import Session
from demo.style_pictures import (
    EMPTY_FORMING,
    costs_html,
    curve_html,
    drawn_html,
    forming_html,
    save_face,
)
from demo.styling import METHOD, StyleDesk, StyleDesks
from demo.tabs.running import Running, cancel_button

if TYPE_CHECKING:
    from demo.components.style_parts import StyleParts

Updates = dict[Any, Any]
Wish = tuple[tuple[int, ...], float]
"""Layers and an amount that were chosen while a search runs."""


class StyleShown(Running):
    """Updates for the page. Nothing of a visitor is kept in here but their desk.

    Args:
        inversions: the lines of searches and tools; the same for all visitors.
    """

    kind = KIND
    canceled = words.SEARCH_CANCELED
    parts: StyleParts

    def __init__(self, services: Services, inversions: Inversions, parts: StyleParts) -> None:
        super().__init__(services, parts)
        self.inversions = inversions
        self.desks = StyleDesks()
        self._runs: weakref.WeakKeyDictionary[Session, int] = weakref.WeakKeyDictionary()
        self._wishes: weakref.WeakKeyDictionary[Session, Wish] = weakref.WeakKeyDictionary()

    @property
    def begun(self) -> list:
        """What changes when anything is begun, canceled or done."""
        p = self.parts
        return [p.status, p.run, p.cancel, p.generator, p.solve, p.grid, p.save, p.stop]

    @property
    def result(self) -> list:
        """What another choice of layers changes."""
        p = self.parts
        return [p.status, p.slider, p.drawn, p.download, p.as_source, p.as_driving, p.file]

    @property
    def outputs(self) -> list:
        """What a run changes."""
        p = self.parts
        return [*self.result, *self.begun[1:], p.forming, p.curve, p.costs, p.sheet]

    def _about(self, offer: Offer, recipe: Recipe) -> Updates:
        seconds, has_encoder = offer.expected_s(recipe), offer.has_encoder
        said = words.about(recipe.name, recipe.steps, seconds, has_encoder=has_encoder)
        return {self.parts.about: said}

    def _step(self, step: Place | Forming | Measured, offer: Offer, line: str = "") -> Updates:
        """How far waiting, a search or a tool is; `line` is what a tool says."""
        p = self.parts
        if isinstance(step, Place):
            line = words.waiting(step.ahead, step.wait_s)
            return {p.status: status(line, "busy")}
        if isinstance(step, Measured):
            said = line.format(step.done, step.total, words.left(step.left_s))
            return {p.status: status(said, "busy", step.done / step.total)}
        part = step.step / max(1, step.total)
        line = words.running(step.step, step.total, step.left_s) if step.total else words.DRAWING
        provenance, marking = offer.provenance, self.services.config.marking
        return {
            p.status: status(line, "busy", part),
            p.forming: forming_html(step.faces, step.drawn, provenance, marking),
            p.curve: curve_html(step.losses, step.total),
        }

    def _redrawn(
        self, session: Session, desk: StyleDesk, layers: Sequence[int], share: float
    ) -> Updates:
        shown = self._drawn(session, desk, layers, share)
        said = words.REDRAWN.format(words.layer_list(sorted(layers))) if layers else words.NO_LAYERS
        return shown | {self.parts.status: status(with_notes(said, shown.pop("notes")), "done")}

    def _drawn(
        self, session: Session, desk: StyleDesk, layers: Sequence[int], share: float
    ) -> Updates:
        """What layers and an amount change; `notes` is for the status line."""
        p, marking = self.parts, self.services.config.marking
        drawn = desk.draw(tuple(layers), share)
        folder, has_photo = session.request_folder(), drawn.result is not None
        file = folder / self._name(desk, METHOD, ".png")
        pair = None
        if has_photo:
            frame = desk.photo.frame
            done = write_picture(file, frame, METHOD, drawn.result, drawn.seconds, marking)
            pair = (str(done.before), str(done.after))
        else:
            save_face(drawn.faces[1], file, desk.provenance, marking)
        hand_on = gr.update(interactive=has_photo)
        return {
            p.slider: gr.update(value=pair, visible=has_photo),
            p.drawn: drawn_html(drawn.faces, desk.provenance, marking),
            p.download: gr.update(value=str(file), interactive=True),
            p.as_source: hand_on,
            p.as_driving: hand_on,
            p.file: str(file) if has_photo else None,
            "notes": drawn.notes,
        }

    def _name(self, desk: StyleDesk, what: str, suffix: str) -> str:
        return result_name(desk.photo.file if desk.photo else "face", what, suffix)

    def _groups(self, offer: Offer, layers: Sequence[int]) -> Updates:
        """The boxes with these layers checked; a smaller generator has fewer of them."""
        own = [layers for _, layers in words.layer_groups(offer.layers.sizes)]
        own += [[]] * (len(self.parts.layers) - len(own))
        each = zip(self.parts.layers, own, strict=True)
        return {part: [one for one in group if one in layers] for part, group in each}

    def _renamed(self, offer: Offer) -> Updates:
        """The boxes of another generator, its expression layers checked."""
        known = offer.layers
        updates = self._groups(offer, known.usual)
        own = [layers for _, layers in words.layer_groups(known.sizes)]
        for number, part in enumerate(self.parts.layers):
            group = own[number] if number < len(own) else []
            updates[part] = gr.update(
                choices=[(known.names[layer], layer) for layer in group],
                value=updates[part],
                visible=bool(group),
            )
        return updates

    def _cleared(self) -> Updates:
        """Results of the run before would be taken for those of this one."""
        p = self.parts
        return {
            p.forming: EMPTY_FORMING,
            p.curve: "",
            p.costs: "",
            p.drawn: "",
            p.slider: gr.update(value=None, visible=True),
            p.sheet: gr.update(value=None, visible=False),
            p.download: gr.update(value=None, interactive=False),
            p.file: None,
        } | dict.fromkeys((p.as_source, p.as_driving), gr.update(interactive=False))

    def _costs(self, desk: StyleDesk) -> Updates:
        names = self.inversions.offers.of(desk.generator).layers.names
        return {self.parts.costs: costs_html(desk.choice, names) if desk.choice else ""}

    def _buttons(self, *, running: bool, has_styles: bool = False) -> Updates:
        """Start or Cancel; what needs styles can be pressed where there are some."""
        p, can = self.parts, has_styles and not running
        return {
            p.run: gr.update(visible=not running, interactive=True),
            p.cancel: cancel_button(running),
            p.generator: gr.update(interactive=not running),
            p.solve: gr.update(visible=True, interactive=can),
            p.grid: gr.update(visible=True, interactive=can),
            p.save: gr.update(interactive=can),
            p.stop: cancel_button(False),
        }

    def _idle(self, session: Session) -> Updates:
        return self._buttons(running=False, has_styles=self.desks.peek(session) is not None)

    def _tool_buttons(self) -> Updates:
        """While a tool works, Cancel stands in its place, and nothing else can be begun."""
        p = self.parts
        off = gr.update(interactive=False)
        hidden = gr.update(visible=False)
        return {
            **dict.fromkeys((p.run, p.generator, p.save), off),
            **dict.fromkeys((p.solve, p.grid), hidden),
            p.stop: cancel_button(True),
        }

    def _begin(self, session: Session) -> None:
        """Something else begins: what was begun before it may no longer change the page."""
        session.cancel(self.kind)
        self._runs[session] = self._number(session) + 1

    def _number(self, session: Session) -> int:
        return self._runs.get(session, 0)
