"""What changes on the page of the tab *Style fusion* when there is something to show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from demo import text_style as words
from demo.components.markup import status, with_notes
from demo.inverting import Inversions
from demo.line import Place
from demo.results import write_picture
from demo.searching import Forming, Recipe
from demo.services import Services, result_name
from demo.sessions import Session
from demo.style_pictures import curve_html, drawn_html, forming_html, save_face
from demo.styling import METHOD, StyleDesk, StyleDesks

if TYPE_CHECKING:
    from demo.components.style_parts import StyleParts

Updates = dict[Any, Any]


class StyleShown:
    """Updates for the page. Nothing of a visitor is kept in here but their desk.

    Args:
        inversions: the line of searches; the same for all visitors.
    """

    def __init__(self, services: Services, inversions: Inversions, parts: StyleParts) -> None:
        self.services, self.inversions, self.parts = services, inversions, parts
        self.desks = StyleDesks()

    @property
    def begun(self) -> list:
        """What changes when a run is asked for or canceled."""
        p = self.parts
        return [p.status, p.run, p.cancel]

    @property
    def result(self) -> list:
        """What another choice of layers changes."""
        p = self.parts
        return [p.status, p.slider, p.drawn, p.download, p.as_source, p.as_driving, p.file]

    @property
    def outputs(self) -> list:
        """What a run changes."""
        p = self.parts
        more = [p.run, p.cancel, p.forming, p.curve, p.solve, p.grid, p.save, p.costs, p.sheet]
        return [*self.result, *more]

    def _about(self, recipe: Recipe) -> Updates:
        seconds = self.inversions.expected_s(recipe)
        return {self.parts.about: words.about(recipe.name, recipe.steps, seconds)}

    def _step(self, step: Place | Forming) -> Updates:
        p = self.parts
        if isinstance(step, Place):
            line = words.waiting(step.ahead, step.wait_s)
            return {p.status: status(line, "busy")}
        part = step.step / max(1, step.total)
        line = words.running(step.step, step.total, step.left_s) if step.total else words.DRAWING
        provenance, marking = self.inversions.provenance, self.services.config.marking
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

    def _groups(self, layers: Sequence[int]) -> Updates:
        """The boxes with these layers checked."""
        each = zip(self.parts.layers, words.layer_groups(self.inversions.layers.sizes), strict=True)
        return {part: [one for one in own if one in layers] for part, (_, own) in each}

    def _cleared(self) -> Updates:
        """Results of the run before would be taken for those of this one."""
        p = self.parts
        off = gr.update(interactive=False)
        return {
            p.forming: "",
            p.curve: "",
            p.costs: "",
            p.drawn: "",
            p.slider: gr.update(value=None, visible=True),
            p.sheet: gr.update(value=None, visible=False),
            p.download: gr.update(value=None, interactive=False),
            p.file: None,
        } | dict.fromkeys((p.as_source, p.as_driving, p.solve, p.grid, p.save), off)

    def _tools(self, desk: StyleDesk) -> Updates:
        del desk
        p = self.parts
        return dict.fromkeys((p.solve, p.grid, p.save), gr.update(interactive=True))

    def _session(self, request: gr.Request) -> Session:
        return self.services.sessions.get(request.session_hash)

    def _buttons(self, *, running: bool) -> Updates:
        p = self.parts
        return {p.run: gr.update(visible=not running), p.cancel: gr.update(visible=running)}
