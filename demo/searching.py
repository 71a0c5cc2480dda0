"""One search for the styles of two faces, in a thread of its own, and what it tells."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from demo import text_style as words
from demo.beside import TICK_S, Canceled
from demo.chosen import chosen_face
from demo.styling import Photo, StyleDesk

if TYPE_CHECKING:
    from torch import Tensor

    from demo.generators import Offer
    from reenact.methods.stylefusion.inversion import Inversion, Step
    from reenact.methods.stylefusion.method import StyleFusion


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
    """One search for the styles of two faces; a `beside.Work`.

    Args:
        offer: the generator. files: source and driving picture.
        faces: index of the face in each, from left to right; None for the largest.
    """

    def __init__(
        self,
        offer: Offer,
        files: tuple[str, str],
        recipe: Recipe,
        faces: tuple[int | None, int | None] = (None, None),
    ) -> None:
        self.offer, self.files, self.recipe, self.faces = offer, files, recipe, faces
        self.losses: list[list[float]] = []
        self.shown_s = 0.0

    def __call__(
        self, tell: Callable[[Forming], None], is_stopped: Callable[[], bool]
    ) -> StyleDesk:
        import torch

        from reenact.methods.stylefusion.keep import FaceStyles

        self.tell, self.is_stopped = tell, is_stopped
        engine, method = self.offer.engine, self.offer.method
        start = time.perf_counter()
        photo = Photo.read(engine, method, self.files[0], self.faces[0])
        self._check()
        frame = engine.load(self.files[1], "driving")
        face, taken = chosen_face(engine, frame, self.faces[1], "driving")
        self._check()
        normal = method.studio.face(frame, face.points)
        self.offer.pace.add("find", time.perf_counter() - start)
        faces = torch.stack([photo.picture, normal.picture])
        found = self._invert(method, faces)
        kept = FaceStyles(
            styles=found.styles,
            points=np.stack([photo.points, normal.points]),
            losses=np.array(found.losses, np.float32).reshape(-1, 2),
            distance=found.source,
            recipe=self.recipe.name,
        )
        covered = covered_notes(method, faces, kept.points)
        notes = (*photo.notes, *taken, *covered, words.distance(found.source))
        return StyleDesk(method, kept, photo, notes, generator=self.offer.name)

    def _check(self) -> None:
        if self.is_stopped():
            raise Canceled(words.SEARCH_CANCELED)

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
            return self.is_stopped()

        if recipe.name == "paper":
            found = infer_paper(
                studio.generator, faces, studio.distance, steps=recipe.steps, watch=watch
            )
        else:
            found = studio.infer(faces, FastRecipe(steps=recipe.steps), watch=watch)
        took = time.perf_counter() - start
        self.offer.pace.add(recipe.name, took / max(1, len(found.losses)))
        self._tell(faces, studio.render(found.styles), 0.0)
        return found

    def _tell(self, faces: Tensor, drawn: Tensor, step_s: float | None = None) -> None:
        done, total = len(self.losses), self.recipe.steps
        left_s = self.offer.steps_s(self.recipe, done)
        if step_s is not None:
            left_s = (total - done) * step_s
        losses = [list(pair) for pair in self.losses]
        self.tell(Forming(done, total, left_s, faces, drawn, losses))


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
