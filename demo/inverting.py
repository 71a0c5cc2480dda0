"""From two pictures to two faces in styles: a fair line, then an inversion that can be watched."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from demo import text
from demo import text_style as words
from demo.line import Line, Pace, Place
from demo.memory import give_back
from demo.services import Canceled, needed
from demo.sessions import Session
from demo.styling import METHOD, Photo, StyleDesk
from reenact.media.provenance import Provenance

if TYPE_CHECKING:
    from torch import Tensor

    from demo.engine import Engine
    from reenact.methods.stylefusion.inversion import Inversion, Step
    from reenact.methods.stylefusion.method import StyleFusion

TICK_S = 0.25
"""How often a running inversion is shown, and looks whether it was canceled."""

PAPER_LAYERS = (3, 4)
"""As in `reenact.methods.stylefusion.fuse`, which loads torch."""

_FIND_S = 3.0  # two faces are looked for, before anyone measured it
_STEP_S = 0.1
_TRIED_STEPS = 3


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


class Inversions:
    """The app's one place where styles are searched for.

    Args:
        at_once: searches that run at the same time. longest: how many visitors may wait.
    """

    def __init__(self, engine: Engine, *, at_once: int = 1, longest: int = 20) -> None:
        self._engine = engine
        self.line, self.pace = Line(at_once, longest), Pace()
        self._method: StyleFusion | None = None
        self._lock = threading.Lock()

    @property
    def method(self) -> StyleFusion:
        """The method, loaded once; a few steps tell how fast this computer is."""
        with self._lock:
            if self._method is None:
                made = self._engine.style_fusion()
                self._try(made)
                self._method = made
            return self._method

    @property
    def sizes(self) -> tuple[int, ...]:
        """Side of each layer's features, without loading the networks."""
        config = self._engine.style_config()
        return tuple(config.layer_size(layer) for layer in range(config.layers))

    @property
    def fixed(self) -> tuple[int, ...]:
        """The paper's layers, without loading the networks."""
        return tuple(layer for layer in PAPER_LAYERS if layer < len(self.sizes))

    @property
    def provenance(self) -> Provenance:
        """Of faces that the generator draws."""
        return Provenance(METHOD, weights_sha256=self.method.weights_sha256, is_whole=True)

    def _try(self, method: StyleFusion) -> None:
        import torch

        from reenact.methods.stylefusion.inversion import FastRecipe

        faces = torch.rand(2, 3, *(method.studio.config.size,) * 2)
        times: list[float] = []
        recipe = FastRecipe(steps=_TRIED_STEPS)
        method.studio.infer(faces, recipe, watch=lambda _: times.append(time.perf_counter()))
        step_s = (times[-1] - times[0]) / (len(times) - 1)
        for name in ("fast", "paper"):
            self.pace.add(name, step_s)

    def expected_s(self, recipe: Recipe) -> float:
        """Seconds for two pictures, as far as anyone knows."""
        return self.pace.seconds("find", _FIND_S) + self._steps_s(recipe)

    def _steps_s(self, recipe: Recipe, done: int = 0) -> float:
        if recipe.name == "encoder":
            return 0.0
        return (recipe.steps - done) * self.pace.seconds(recipe.name, _STEP_S)

    def run(
        self, session: Session, source: str | None, driving: str | None, recipe: Recipe
    ) -> Iterator[Place | Forming | StyleDesk]:
        """Where one waits, then each picture of the faces as they form, then the desk.

        The search runs beside this generator and stops within a step when the generator is closed,
        when the visitor cancels, and when they leave.

        Raises:
            Canceled: the visitor canceled.
            ReenactError: with one line that says what must be true.
        """
        source = needed(source, text.NO_SOURCE)
        driving = needed(driving, text.NO_DRIVING_PICTURE)
        with session.job() as stop:
            ticket = self.line.join(self.expected_s(recipe))
            try:
                yield from self.line.wait(ticket, stop)
                if stop.is_set():
                    raise Canceled(text.CANCELED)
                for step in self._beside(source, driving, recipe, stop):
                    if isinstance(step, Forming):
                        ticket.note(step.left_s)
                    yield step
            finally:
                self.line.leave(ticket)
                give_back()

    def _beside(
        self, source: str, driving: str, recipe: Recipe, stop: threading.Event
    ) -> Iterator[Forming | StyleDesk]:
        news: queue.SimpleQueue = queue.SimpleQueue()
        search = _Search(self, source, driving, recipe, news, stop)
        thread = threading.Thread(target=search, name="inversion", daemon=True)
        thread.start()
        try:
            while True:
                value = _latest(news)
                if stop.is_set():
                    raise Canceled(text.CANCELED)
                if isinstance(value, BaseException):
                    raise value
                if value is not None:
                    yield value
                if isinstance(value, StyleDesk):
                    return
        finally:
            stop.set()
            thread.join()  # until it ended, nobody else begins


class _Search:
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

        owner, engine, method = self.owner, self.owner._engine, self.owner.method
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
        left_s = self.owner._steps_s(self.recipe, done)
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


def _latest(news: queue.SimpleQueue) -> Any:
    """The newest report, or None after a tick without one."""
    try:
        latest = news.get(timeout=TICK_S)
    except queue.Empty:
        return None
    while isinstance(latest, Forming) and not news.empty():
        latest = news.get()
    return latest
