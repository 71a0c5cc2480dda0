"""What the tabs can do: plain functions, no Gradio, nothing of a visitor outside `Session`."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demo import text, text_media
from demo.beside import Done, Work, beside
from demo.config import DemoConfig
from demo.engine import word_of
from demo.examples import is_example
from demo.live import LiveCamera, LiveKey, LiveView
from demo.outcomes import ClipStep, FacesFound, PictureDone
from demo.pictures import numbered_faces
from demo.results import write_picture
from demo.sessions import Session, Sessions
from demo.speeds import Speeds
from reenact.errors import InputError, ReenactError, StrangerError
from reenact.types import Options

if TYPE_CHECKING:
    from demo.engine import Engine
    from reenact.types import Frame, Result

logger = logging.getLogger(__name__)

BROWSER_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".avif"}
"""Pictures that every browser shows. Others (HEIC, TIFF) are shown as a copy."""


class ConsentError(ReenactError):
    """A visitor's own file would be used before they agreed."""


@dataclass
class Services:
    """Everything that the tabs share. One for each running demo.

    Attributes:
        engine: the door to `reenact`.
        sessions: what belongs to each visitor.
        config: the limits.
        speeds: seconds that each method took for the last pictures (nothing else of them).
    """

    engine: Engine
    sessions: Sessions
    config: DemoConfig = field(default_factory=DemoConfig)
    speeds: Speeds = field(default_factory=Speeds)

    def picture(
        self,
        session: Session,
        source: str | None,
        driving: str | None,
        method: str,
        options: Options,
        face: int | None = None,
        driving_face: int | None = None,
    ) -> PictureDone:
        """The source picture with the driving picture's expression.

        Raises:
            ReenactError: with one line that says what must be true.
        """
        self.note(session, source, driving)
        source = needed(source, text.NO_SOURCE)
        driving = needed(driving, text.NO_DRIVING_PICTURE)
        start = time.perf_counter()
        frame = self.engine.load(source, "source")
        result = self.engine.picture(frame, driving, method, options, face, driving_face)
        folder = session.request_folder()
        return self.finish(folder, source, frame, method, result, time.perf_counter() - start)

    def clip(
        self,
        session: Session,
        source: str | None,
        driving: str | None,
        method: str,
        options: Options,
        face: int | None = None,
        driving_face: int | None = None,
    ) -> Iterator[ClipStep]:
        """The source picture moving like the driving clip, step by step.

        The work runs beside this generator and stops when the generator is closed, when the
        visitor cancels, and when they leave. A canceled clip leaves no file.

        Raises:
            Canceled: the visitor canceled.
            ReenactError: with one line that says what must be true.
        """
        self.note(session, source, driving)
        source = needed(source, text.NO_SOURCE)
        driving = needed(driving, text.NO_DRIVING_CLIP)
        output = session.request_folder() / result_name(source, method, ".mp4")

        def work(tell: Callable[[Any], None], cancel: Callable[[], bool]) -> Any:
            limit = self.config.max_clip_seconds

            def progress(done: int, total: int | None = 0) -> None:
                tell((done, total or 0))

            return self.engine.clip(
                *(source, driving, output, method, options, face, driving_face),
                *(limit, progress, cancel),
            )

        with session.job("clip") as stop:
            yield ClipStep()
            yield from self._steps(work, output, stop)

    def _steps(self, work: Work, output: Path, stop: threading.Event) -> Iterator[ClipStep]:
        start, step = time.perf_counter(), ClipStep()
        for news in beside(work, stop):
            took = time.perf_counter() - start
            if isinstance(news, Done):
                frames = int(getattr(news.value, "frames", step.done) or step.done)
                notes = tuple(getattr(news.value, "notes", ()) or ())
                step = ClipStep(frames, frames, took, output, notes)
            elif news is not None:
                step = ClipStep(*news, took)
            yield step

    def live(
        self,
        session: Session,
        frame: Any,
        source: str | None,
        method: str,
        options: Options,
        face: int | None = None,
    ) -> LiveView:
        """The source with the expression of one camera frame."""
        self.note(session, source)
        self.check_consent(session)
        key = LiveKey(needed(source, text.NO_SOURCE), method, face)
        with session.lock:
            camera = session.live
            if not isinstance(camera, LiveCamera) or camera.key != key:
                camera = LiveCamera(self.engine, key, options)
                session.set_live(camera)
        return camera(frame, options)

    def set_neutral(self, session: Session) -> None:
        """Take the next camera frame as the visitor's neutral face."""
        if not isinstance(session.live, LiveCamera):
            raise InputError(text.NO_CAMERA)
        session.live.reset_neutral()

    def faces(self, session: Session, path: str | None, *, name: str, is_clip: bool) -> FacesFound:
        """How many faces a new picture (or a clip's first frame) shows.

        Raises:
            ReenactError: it cannot be read, or shows no face.
        """
        self.note(session, path)
        if path is None or is_example(path):
            return FacesFound(0 if path is None else 1)
        if is_clip:
            frame = self.engine.first_frame(path, self.config.max_clip_seconds)
        else:
            frame = self.engine.load(path, name)
        found = self.engine.faces(frame)
        if not found and not is_clip:
            from reenact.face.detect import pick_face

            pick_face(found, None, name, frame)  # raises the message that a run would give
        preview = copy = None
        if len(found) > 1:
            preview = session.request_folder() / "faces.jpg"
            numbered_faces(frame, found).save(preview, quality=90)
        if not is_clip and Path(path).suffix.lower() not in BROWSER_SUFFIXES:
            copy = session.request_folder() / f"{Path(path).stem}.png"
            self._save(frame, copy)
        return FacesFound(len(found), preview, copy)

    def leave(self, session_id: str | None) -> None:
        """The visitor left: stop their jobs and camera, remove their files."""
        self.sessions.leave(session_id)

    def finish(
        self, folder: Path, source: str, frame: Frame, method: str, result: Result, seconds: float
    ) -> PictureDone:
        """Write a result as every result is written: marked as generated, with small copies.

        Args:
            folder: where; `before_METHOD.jpg` and `after_METHOD.jpg` are written beside the PNG.
            source: the file that `frame` was read from.
            seconds: what the page says it took.
        """
        self.speeds.add(method, result.seconds)
        file = folder / result_name(source, method, ".png")
        return write_picture(file, frame, method, result, seconds, self.config.marking)

    def note(self, session: Session, *paths: str | None) -> None:
        """Remember files that the visitor brought, so that they go when the visitor does.

        Raises:
            ConsentError: one of them is the visitor's own, and they did not agree yet.
        """
        brought = [path for path in paths if self.sessions.note_upload(session, path)]
        if brought:
            self.check_consent(session)

    def check_consent(self, session: Session) -> None:
        """Called before anything that a visitor brings is used.

        Raises:
            ConsentError: the visitor did not agree yet.
        """
        if self.config.consent and not session.has_agreed:
            raise ConsentError(text_media.CONSENT_FIRST)

    def _save(self, image: Any, file: Path) -> None:
        from reenact.images import save_picture

        save_picture(image, file)


def explain(error: BaseException) -> str:
    """One line for the visitor. What they could not cause is logged and gets a friendly line."""
    if isinstance(error, StrangerError) and error.people:
        return text.stranger(error.people)
    if isinstance(error, ReenactError):
        return str(error)
    logger.error("Unexpected error in the demo", exc_info=error)
    return text.UNEXPECTED


def needed(path: str | None, message: str) -> str:
    """The file's path.

    Raises:
        InputError: `message` where there is none, another where it was deleted meanwhile.
    """
    if path is None:
        raise InputError(message)
    if not Path(path).exists():
        raise InputError(text.GONE)
    return path


def result_name(source: str, method: str, suffix: str) -> str:
    """What a visitor's download is called: after their picture and the method."""
    word = word_of(method)
    stem = Path(source).stem.removesuffix(f"_{word}")[:80] or "result"
    return f"{stem}_{word}{suffix}"
