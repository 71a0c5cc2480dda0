"""Work in a thread of its own, which is watched, and canceled within a step."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from demo import text
from reenact.errors import ReenactError

TICK_S = 0.25
"""How often running work is shown, and looked at whether it was canceled."""


class Canceled(ReenactError):
    """The visitor canceled, or left."""


@dataclass(frozen=True)
class Done:
    """The end of the work."""

    value: Any


Work = Callable[[Callable[[Any], None], Callable[[], bool]], Any]
"""Takes `tell`, which shows something, and `is_stopped`, which it asks after each step."""


def beside(work: Work, stop: threading.Event, message: str = text.CANCELED) -> Iterator[Any]:
    """Do the work in a thread; the newest thing that it told, each tick, and at last `Done`.

    None is given in a tick without anything new. The work is over when this generator is.

    Args:
        stop: set by whoever cancels. message: what they are told.

    Raises:
        Canceled: `stop` was set.
        Exception: whatever the work raised.
    """
    news: queue.SimpleQueue = queue.SimpleQueue()

    def run() -> None:
        try:
            news.put(Done(work(news.put, stop.is_set)))
        except BaseException as error:  # handed to the visitor's thread, which raises it
            news.put(error)

    thread = threading.Thread(target=run, name="beside", daemon=True)
    thread.start()
    try:
        while True:
            value = _latest(news)
            if stop.is_set():
                raise Canceled(message)
            if isinstance(value, BaseException):
                raise value
            yield value
            if isinstance(value, Done):
                return
    finally:
        stop.set()
        thread.join()  # until it ended, nobody else begins


def _latest(news: queue.SimpleQueue) -> Any:
    """The newest report, or None after a tick without one."""
    try:
        report = news.get(timeout=TICK_S)
    except queue.Empty:
        return None
    while not isinstance(report, Done | BaseException) and not news.empty():
        report = news.get()
    return report
