"""What belongs to one visitor: files, running jobs and the live camera. It goes when they leave.

Nothing of one visitor is kept anywhere else, so nothing can reach another. Gradio names uploads
by their content; a file that two visitors uploaded is deleted when the last of them leaves.
"""

from __future__ import annotations

import math
import re
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from demo import text
from demo.presence import Presence
from reenact.errors import InputError


class Closable(Protocol):
    """Something that holds memory or a tracker until it is closed."""

    def close(self) -> None: ...


@dataclass(eq=False)
class Session:
    """One visitor (one open page).

    Attributes:
        folder: where the visitor's results are written; its name cannot be guessed.
        uploads: files that the visitor brought.
        live: the visitor's live camera, where it runs.
        last_used: `time.monotonic()` of the last thing the visitor did.
        has_agreed: whether the visitor said that they may use what they bring.
        waiting: kinds of runs ("clip", "compare", "style") that wait for their turn and were not
            canceled.
    """

    folder: Path
    results_kept: int = 8
    uploads: set[Path] = field(default_factory=set)
    live: Closable | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)
    last_used: float = field(default_factory=time.monotonic)
    is_closed: bool = False
    has_agreed: bool = False
    waiting: set[str] = field(default_factory=set)
    _jobs: dict[threading.Event, str] = field(default_factory=dict)
    _requests: list[Path] = field(default_factory=list)
    _kept: list[Path] = field(default_factory=list)

    def request_folder(self) -> Path:
        """A new folder for one request. The oldest ones beyond `results_kept` are removed."""
        folder = self.folder / secrets.token_urlsafe(12)
        with self.lock:
            if self.is_closed:
                raise RuntimeError("The visitor has left.")
            folder.mkdir(parents=True)
            self._requests.append(folder)
            while len(self._requests) > self.results_kept:
                shutil.rmtree(self._requests.pop(0), ignore_errors=True)
        return folder

    def keep(self, file: str | Path) -> Path:
        """A copy of a result that is used as an input; the oldest beyond `results_kept` goes.

        Raises:
            InputError: the result was removed meanwhile.
        """
        if not Path(file).is_file():
            raise InputError(text.GONE)
        folder = self.folder / "kept" / secrets.token_urlsafe(12)
        with self.lock:
            if self.is_closed:
                raise InputError(text.GONE)
            folder.mkdir(parents=True)
            copy = Path(shutil.copy2(file, folder))
            self._kept.append(folder)
            while len(self._kept) > self.results_kept:
                shutil.rmtree(self._kept.pop(0), ignore_errors=True)
        return copy

    @contextmanager
    def job(self, kind: str = "") -> Iterator[threading.Event]:
        """A running job: the event is set when the visitor cancels its kind, or leaves."""
        stop = threading.Event()
        with self.lock:
            self._jobs[stop] = kind
            if self.is_closed:
                stop.set()
        try:
            yield stop
        finally:
            with self.lock:
                self._jobs.pop(stop, None)

    @property
    def is_working(self) -> bool:
        """Whether a job runs or waits for its turn."""
        return bool(self._jobs or self.waiting)

    def is_running(self, kind: str) -> bool:
        """Whether a job of a kind runs, or stands in a line of its own."""
        with self.lock:
            return kind in self._jobs.values()

    def cancel(self, kind: str | None = None) -> int:
        """Stop jobs of a kind, or all, that run or wait for their turn; how many there were."""
        with self.lock:
            jobs = [stop for stop, own in self._jobs.items() if kind in (None, own)]
            for stop in jobs:
                stop.set()
            waiting = {own for own in self.waiting if kind in (None, own)}
            self.waiting -= waiting
            return len(jobs) + len(waiting)

    def wait(self, kind: str) -> None:
        """A run was asked for; until its turn comes, it can be canceled."""
        with self.lock:
            self.waiting.add(kind)

    def take_turn(self, kind: str) -> bool:
        """A waiting run begins; False where it was canceled while it waited."""
        with self.lock:
            was_waiting = kind in self.waiting
            self.waiting.discard(kind)
            return was_waiting

    def set_live(self, live: Closable | None) -> None:
        """Put a live camera in place of the one before, which is closed."""
        with self.lock:
            if self.live is not None and self.live is not live:
                self.live.close()
            self.live = live
            if self.is_closed and live is not None:
                live.close()
                self.live = None


class Sessions:
    """All open sessions by their id.

    Args:
        cache: the folder that Gradio uploads to; nothing outside it is ever deleted.
        keep: results kept for each visitor.

    Attributes:
        presence: who has a page open.
    """

    def __init__(self, cache: Path, *, keep: int = 8) -> None:
        self.cache = cache.resolve()
        self.keep = keep
        self._open: dict[str, Session] = {}
        self.presence = Presence()
        self._agreed: dict[str, float] = {}
        self._noted: dict[Path, float] = {}
        self._lock = threading.RLock()

    def __len__(self) -> int:
        return len(self._open)

    def get(self, session_id: str | None) -> Session:
        """The session with this id, made on first use."""
        key = session_id or secrets.token_hex(8)
        with self._lock:
            if key not in self._open:
                folder = self.cache / "sessions" / secrets.token_urlsafe(16)
                self._open[key] = Session(folder, results_kept=self.keep)
                self._open[key].has_agreed = key in self._agreed
            session = self._open[key]
            session.last_used = time.monotonic()
            return session

    def note_upload(self, session: Session, path: str | Path | None) -> bool:
        """Remember a file that the visitor brought, so that it goes with them.

        Returns:
            Whether the visitor brought it; false for examples and for our own results.
        """
        if path is None:
            return False
        file = Path(path).resolve()
        if not self._is_upload(file):
            return False
        with session.lock:
            session.uploads.add(file)
        self._noted[file] = time.time()
        return True

    def forget_upload(self, session: Session, path: str | Path) -> None:
        """Delete a file that the visitor brought, unless another visitor brought the same."""
        file = Path(path).resolve()
        with session.lock:
            session.uploads.discard(file)
        self._noted.pop(file, None)
        with self._lock:
            others = set().union(*(other.uploads for other in self._open.values()))
        if self._is_upload(file) and file not in others:
            _remove(file)

    def agree(self, session_id: str | None, agrees: bool = True) -> None:
        """The visitor says that they may use what they bring; it holds while their page is open."""
        session = self.get(session_id)
        session.has_agreed = agrees
        with self._lock:
            self._agreed.pop(session_id or "", None)
            if agrees and session_id:
                self._agreed[session_id] = time.monotonic()

    def leave(self, session_id: str | None) -> None:
        """The visitor's page was closed."""
        self.agree(session_id, False)
        self.close(session_id)

    def close(self, session_id: str | None) -> None:
        """Stop the visitor's jobs and camera, and remove their files."""
        with self._lock:
            session = self._open.pop(session_id or "", None)
            if session is None:
                return
            elsewhere = set().union(*(other.uploads for other in self._open.values()))
        session.cancel()
        with session.lock:
            session.is_closed = True
        session.set_live(None)
        shutil.rmtree(session.folder, ignore_errors=True)
        for file in session.uploads - elsewhere:
            if not _is_newer(file, self._noted.pop(file, math.inf)):
                _remove(file)

    def close_all(self) -> None:
        """Close every session, at the end of the program."""
        for key in list(self._open):
            self.close(key)

    def sweep(self, older_than_s: float, away_s: float = math.inf) -> None:
        """Close sessions that did nothing for some time (their page never said goodbye).

        Args:
            older_than_s: for sessions whose page is open.
            away_s: for those without an open page, unless something runs for them.
        """
        now = time.monotonic()
        with self._lock:  # a page may sleep for a while and go on
            day_ago = time.monotonic() - 86_400
            self._agreed = {key: at for key, at in self._agreed.items() if at > day_ago}
        for key, session in list(self._open.items()):
            is_away = key not in self.presence and not session.is_working
            if now - session.last_used > (min(away_s, older_than_s) if is_away else older_than_s):
                self.close(key)
        for file in self.cache.glob("*"):  # uploads that broke off
            with suppress(OSError):
                if file.is_file() and time.time() - file.stat().st_mtime > older_than_s:
                    file.unlink()

    def _is_upload(self, file: Path) -> bool:
        """True for `<cache>/<hash>/<name>`, the only shape that Gradio's uploads have."""
        return (
            file.parent.parent == self.cache
            and re.fullmatch(r"[0-9a-f]{64}", file.parent.name) is not None
        )


def _is_newer(file: Path, time_s: float) -> bool:
    """Whether somebody uploaded the same content after anyone last asked for it: they will soon."""
    try:
        return file.stat().st_mtime > time_s
    except OSError:
        return False


def _remove(file: Path) -> None:
    """Delete an upload, and its folder where nothing else is in it."""
    file.unlink(missing_ok=True)
    with suppress(OSError):
        file.parent.rmdir()
