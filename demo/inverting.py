"""From two pictures to two faces in styles: a fair line, then an inversion that can be watched."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from demo import text
from demo import text_style as words
from demo.line import Line, Pace, Place
from demo.memory import give_back
from demo.searching import Forming, Recipe, Search, latest
from demo.services import Canceled, needed
from demo.sessions import Session
from demo.styling import METHOD, StyleDesk
from reenact.media.provenance import Provenance

if TYPE_CHECKING:
    from demo.engine import Engine
    from reenact.methods.stylefusion.method import StyleFusion

_FIND_S = 3.0  # two faces are looked for, before anyone measured it
_STEP_S = 0.1
_TRIED_STEPS = 3


@dataclass(frozen=True)
class Layers:
    """A generator's layers, counted from 0.

    Attributes:
        sizes: side of each layer's features.
        usual: those that hold the expression. papers: the paper's fixed ones.
    """

    sizes: tuple[int, ...]
    usual: tuple[int, ...]
    papers: tuple[int, ...]

    @property
    def names(self) -> list[str]:
        """What each is called."""
        return words.layer_names(len(self.sizes), self.usual)


class Inversions:
    """The app's one place where styles are searched for.

    Args:
        at_once: searches that run at the same time. longest: how many visitors may wait.
    """

    def __init__(self, engine: Engine, *, at_once: int = 1, longest: int = 20) -> None:
        self.engine = engine
        self.line, self.pace = Line(at_once, longest), Pace()
        self._method: StyleFusion | None = None
        self._lock = threading.Lock()

    @property
    def method(self) -> StyleFusion:
        """The method, loaded once; a few steps tell how fast this computer is."""
        with self._lock:
            if self._method is None:
                made = self.engine.style_fusion()
                self._try(made)
                self._method = made
            return self._method

    @cached_property
    def layers(self) -> Layers:
        """The generator's layers, without loading it."""
        config = self.engine.style_config()
        known = [layer for layer in config.expression if layer < config.layers]
        papers = [layer for layer in type(config).expression if layer < config.layers]
        sizes = tuple(config.layer_size(layer) for layer in range(config.layers))
        return Layers(sizes, tuple(known), tuple(papers))

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
        return self.pace.seconds("find", _FIND_S) + self.steps_s(recipe)

    def steps_s(self, recipe: Recipe, done: int = 0) -> float:
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
        search = Search(self, source, driving, recipe, news, stop)
        thread = threading.Thread(target=search, name="inversion", daemon=True)
        thread.start()
        try:
            while True:
                value = latest(news)
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
