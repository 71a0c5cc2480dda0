"""What a visitor sees first: an example that was worked out while the page loaded.

It also warms the models up, so that the first visitor does not wait for them.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from demo.examples import Example
from demo.marks import save_preview
from demo.people import find_portraits
from demo.pictures import shrink
from demo.services import PictureDone, Services
from demo.sessions import Session
from reenact.media.provenance import Provenance
from reenact.types import Options

SAMPLE_PX = 384

logger = logging.getLogger(__name__)


class Welcome:
    """The first example's result, worked out in a thread of its own.

    Attributes:
        example: which one; None where there are no example pictures.
        result: set when it is ready.
        methods: title and name of each method, set when they are loaded.
        samples: the example by each method, set one after the other.
    """

    def __init__(self, services: Services, examples: list[Example], folder: Path) -> None:
        pictures = [e for e in examples if not e.is_clip]
        self.example = pictures[0] if pictures else None
        self.result: PictureDone | None = None
        self.methods: list[tuple[str, str]] = []
        self.samples: dict[str, Path] = {}
        self._folder = folder / "samples"
        self._services = services
        self._session = Session(folder / "welcome", results_kept=1)
        self._ready = threading.Event()

    def start(self) -> None:
        """Begin in the background."""
        threading.Thread(target=self._work, name="welcome", daemon=True).start()

    def wait(self, seconds: float) -> PictureDone | None:
        """The result, waiting for it if need be; None where it failed or took too long."""
        self._ready.wait(seconds)
        return self.result

    def _work(self) -> None:
        try:
            engine = self._services.engine
            method = engine.method_names()[0]
            engine.method(method)
            self.methods = [(engine.method_info(n).title, n) for n in engine.method_names()]
            if self.example is not None:
                pair = str(self.example.source), str(self.example.driving)
                self.result = self._services.picture(self._session, *pair, method, Options())
        except Exception:  # the page works without; whoever runs the demo finds this in the log
            logger.exception("The first example could not be worked out")
        finally:
            self._ready.set()
        self._warm_up()

    def _warm_up(self) -> None:
        """Run every method twice on the example, so that nobody waits for its first time.

        The second run tells the page *Methods* how long it takes on this computer. A method that
        draws only people it was trained on gets one of them for a source.
        """
        if self.example is None:
            return
        engine, driving = self._services.engine, str(self.example.driving)
        self._folder.mkdir(exist_ok=True)
        for name in engine.method_names():
            try:
                known = find_portraits(engine, [name], self._folder).get(name)
                file = known[0].file if known else self.example.source
                source = engine.load(str(file), "source")
                for _ in range(2):
                    result = engine.picture(source, driving, name, Options(), None, None)
                    self._services.speeds.add(name, result.seconds)
                marks = Provenance.of(result), self._services.config.marking
                sample = self._folder / f"{name}.jpg"
                self.samples[name] = save_preview(shrink(result.image, SAMPLE_PX), sample, *marks)
            except Exception:  # the tab says why when someone chooses it
                logger.exception("Method %s could not be warmed up", name)
