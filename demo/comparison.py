"""One pair through every method: plain functions, no Gradio."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from demo import text
from demo import text_compare as words
from demo.beside import Canceled
from demo.judge import Figure
from demo.outcomes import Compared, ComparisonDone
from demo.services import Services, explain, needed
from demo.sessions import Session
from demo.sheet import Cell, save_sheet
from demo.speeds import own_seconds
from reenact.errors import StrangerError
from reenact.types import Options

if TYPE_CHECKING:
    from demo.judge import Faces, Judge
    from reenact.types import Result

Step = Compared | ComparisonDone


def compare(
    services: Services,
    session: Session,
    source: str | None,
    driving: str | None,
    target: str | None,
    options: Options,
    faces: Faces = (None, None),
) -> Iterator[Step]:
    """Each method's result as soon as it is there, then its figures; at the end the sheet.

    A method that fails says why and the others go on. The work stops between two methods when the
    visitor cancels or leaves.

    Args:
        target: the ground truth, where there is one.
        faces: which face of source and driving, from left to right; None for the largest.

    Raises:
        Canceled: the visitor canceled, or left.
        ReenactError: the pictures cannot be used, whatever the method.
    """
    services.note(session, source, driving, target)
    source = needed(source, text.NO_SOURCE)
    driving = needed(driving, text.NO_DRIVING_PICTURE)
    if target is not None:
        needed(target, "")
    run = _Run(services, session, source, driving, target, options, faces)
    with session.job("compare") as stop:
        yield from run.steps(stop)


class _Run:
    """One comparison, while it runs."""

    def __init__(
        self,
        services: Services,
        session: Session,
        source: str,
        driving: str,
        target: str | None,
        options: Options,
        faces: Faces,
    ) -> None:
        load = services.engine.load
        self.services, self.source_file, self.driving_file = services, source, driving
        self.options, self.faces = options, faces
        self.source, self.driving = load(source, "source"), load(driving, "driving")
        self.target = None if target is None else load(target, "target")
        self.judge: Judge = services.engine.judge(
            self.source, self.driving, self.target, options, faces
        )
        self.folder = session.request_folder()
        given = {
            text.SOURCE_HEAD: self.source,
            text.DRIVING_HEAD: self.driving,
            words.TARGET_HEAD: self.target,
        }
        self.cells = [
            Cell(title, image, is_given=True) for title, image in given.items() if image is not None
        ]

    def steps(self, stop: threading.Event) -> Iterator[Step]:
        start, failed = time.perf_counter(), 0
        names = self.services.engine.method_names()
        for name in names:
            yield Compared(name)
            for step in self._one(name):
                if stop.is_set():
                    raise Canceled(text.CANCELED)
                yield step
                failed += bool(step.error)
        sheet = self._sheet()
        yield ComparisonDone(sheet, len(names), failed, time.perf_counter() - start)

    def _one(self, name: str) -> Iterator[Compared]:
        title = self.services.engine.method_info(name).title
        try:
            self._warm_up(name)
            start = time.perf_counter()
            result = self._made(name)
            took = time.perf_counter() - start
            finish = self.services.finish
            done = finish(self.folder, self.source_file, self.source, name, result, took)
            yield Compared(name, done)
            figures = (*self.judge(result.image), seconds_figure(result.seconds))
            self.cells.append(Cell(title, result.image, figures))
            yield Compared(name, done, figures, is_done=True)
        except StrangerError as error:
            message = words.stranger(error.people)
            self.cells.append(Cell(title, None, note=message))
            yield Compared(name, error=message, is_stranger=True, is_done=True)
        except Exception as error:  # one method's failure is no reason to hide the others
            message = explain(error)
            self.cells.append(Cell(title, None, note=message))
            yield Compared(name, error=message, is_done=True)

    def _warm_up(self, name: str) -> None:
        """What a method loads on its first picture is no part of its time."""
        if name not in self.services.speeds:
            self._made(name)

    def _made(self, name: str) -> Result:
        engine = self.services.engine
        return engine.picture(self.source, self.driving_file, name, self.options, *self.faces)

    def _sheet(self) -> Path:
        path = self.folder / f"{Path(self.source_file).stem[:80]}_compared.png"
        return save_sheet(self.cells, path, self.services.config.marking)


def seconds_figure(seconds: dict[str, float]) -> Figure:
    """The method's own time."""
    return Figure("seconds", own_seconds(seconds))
