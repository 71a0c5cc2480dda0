"""One search for the styles of two faces, in a thread of its own, and what it tells."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from demo import text_style as words
from demo.styling import Photo, StyleDesk

if TYPE_CHECKING:
    from torch import Tensor

    from demo.inverting import Inversions
    from reenact.methods.stylefusion.inversion import Inversion, Step
    from reenact.methods.stylefusion.method import StyleFusion

TICK_S = 0.25
"""How often a running inversion is shown, and looks whether it was canceled."""


@dataclass(frozen=True)
class Recipe:
    """How styles are found: `encoder`, `fast` or `paper`, and at most how many steps."""

    name: str = "fast"
    steps: int = words.STEPS["fast"]


@dataclass(frozen=True)
class Forming:
    """How far an inversion is.

    Attributes:
        faces, drawn: (2, 3, S, S) what the generator should draw, and what it draws now.
        losses: of each step so far, both faces.
    """

    step: int
    total: int
    left_s: float
    faces: Tensor
    drawn: Tensor
    losses: list[list[float]] = field(default_factory=list)


class Search:
    """One search, in a thread of its own; what happens goes into `news`."""

    def __init__(
        self,
        owner: Inversions,
        source: str,
        driving: str,
        recipe: Recipe,
        news: queue.SimpleQueue,
        stop: threading.Event,
    ) -> None:
        self.owner, self.files, self.recipe = owner, (source, driving), recipe
        self.news, self.stop = news, stop
        self.losses: list[list[float]] = []
        self.shown_s = 0.0

    def __call__(self) -> None:
        from reenact.methods.stylefusion.inversion import InversionCanceled

        try:
            self.news.put(self._desk())
        except InversionCanceled:  # what it held is free when this function ends
            pass
        except BaseException as error:  # handed to the visitor's thread, which raises it
            self.news.put(error)

    def _desk(self) -> StyleDesk:
        import torch

        from reenact.methods.stylefusion.keep import FaceStyles

        owner, engine, method = self.owner, self.owner.engine, self.owner.method
        start = time.perf_counter()
        photo = Photo.read(engine, method, self.files[0])
        frame = engine.load(self.files[1], "driving")
        normal = method.studio.face(frame, engine.face(frame, None, "driving").points)
        owner.pace.add("find", time.perf_counter() - start)
        faces = torch.stack([photo.picture, normal.picture])
        found = self._invert(method, faces)
        kept = FaceStyles(
            styles=found.styles,
            points=np.stack([photo.points, normal.points]),
            losses=np.array(found.losses, np.float32).reshape(-1, 2),
            distance=found.source,
            recipe=self.recipe.name,
        )
        notes = covered_notes(method, faces, kept.points)
        return StyleDesk(method, kept, photo, (*notes, words.distance(found.source)))

    def _invert(self, method: StyleFusion, faces: Tensor) -> Inversion:
        from reenact.methods.stylefusion.inversion import FastRecipe, infer_paper

        studio, recipe = method.studio, self.recipe
        self._tell(faces, studio.render(studio.guess(faces)))
        if recipe.name == "encoder":
            return studio.infer(faces)
        start = time.perf_counter()

        def watch(step: Step) -> bool:
            self.losses.append(step.losses)
            now = time.perf_counter()
            if step.number == recipe.steps or now - self.shown_s > TICK_S:
                self.shown_s = now
                self._tell(faces, step.picture(), (now - start) / step.number)
            return self.stop.is_set()

        if recipe.name == "paper":
            found = infer_paper(
                studio.generator, faces, studio.distance, steps=recipe.steps, watch=watch
            )
        else:
            found = studio.infer(faces, FastRecipe(steps=recipe.steps), watch=watch)
        took = time.perf_counter() - start
        self.owner.pace.add(recipe.name, took / max(1, len(found.losses)))
        self._tell(faces, studio.render(found.styles), 0.0)
        return found

    def _tell(self, faces: Tensor, drawn: Tensor, step_s: float | None = None) -> None:
        done, total = len(self.losses), self.recipe.steps
        left_s = self.owner.steps_s(self.recipe, done)
        if step_s is not None:
            left_s = (total - done) * step_s
        losses = [list(pair) for pair in self.losses]
        self.news.put(Forming(done, total, left_s, faces, drawn, losses))


def covered_notes(method: StyleFusion, faces: Tensor, points: NDArray[np.float32]) -> list[str]:
    """What to say of faces (2, 3, S, S) that something lies in front of."""
    from reenact.methods.stylefusion.covered import covered_parts

    if method.studio.encoder is None:
        return []
    drawn = method.studio.render(method.studio.guess(faces))
    notes = []
    for name, *one in zip(("source", "driving"), faces, drawn, points, strict=True):
        parts = covered_parts(*one)
        if parts:
            notes.append(words.covered(name, parts))
    return notes


def latest(news: queue.SimpleQueue) -> Any:
    """The newest report, or None after a tick without one."""
    try:
        report = news.get(timeout=TICK_S)
    except queue.Empty:
        return None
    while isinstance(report, Forming) and not news.empty():
        report = news.get()
    return report
