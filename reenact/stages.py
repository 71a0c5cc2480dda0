"""Two threads beside the main one, so that a clip is decoded, worked on and encoded at once.

PyAV, OpenCV and MediaPipe let other threads run while they work. Queues are short: whatever the
length of a clip, a few frames are in memory.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_END = object()
_WAKE_S = 0.1  # how often a waiting thread looks whether it must stop
_QUEUE_BYTES = 32_000_000


def depth_for(frame_bytes: int) -> int:
    """How many frames of this size may wait in a queue: 1 to 4."""
    return max(1, min(4, _QUEUE_BYTES // max(1, frame_bytes)))


class Ahead(Generic[T]):
    """Runs an iterator in a thread, a few items ahead of whoever loops over this.

    Args:
        items: what to run; an error in it comes out of the loop.
        depth: how many items may wait.
    """

    def __init__(self, items: Iterable[T], depth: int = 4) -> None:
        self._queue: queue.Queue = queue.Queue(depth)
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(items,), daemon=True)
        self._thread.start()

    def _run(self, items: Iterable[T]) -> None:
        try:
            for item in items:
                if not self._put(item):
                    return
        except BaseException as error:  # it belongs to the thread that loops
            self._error = error
        self._put(_END)

    def _put(self, item: object) -> bool:
        while not self._stop.is_set():
            try:
                self._queue.put(item, timeout=_WAKE_S)
                return True
            except queue.Full:
                continue
        return False

    def __iter__(self) -> Iterator[T]:
        while (item := self._queue.get()) is not _END:
            yield item
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        """Stop the thread; what waits is dropped."""
        self._stop.set()
        self._thread.join()

    def __enter__(self) -> Ahead[T]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Behind:
    """Calls a function in a thread, once for each `put`, in order.

    An error in it comes out of the next `put` or of the end of the `with` block.
    """

    def __init__(self, work: Callable[..., Any], depth: int = 4) -> None:
        self._work = work
        self._queue: queue.Queue = queue.Queue(depth)
        self._error: BaseException | None = None
        self._drop = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def put(self, *args: object) -> None:
        """Hand over the arguments of one call; waits where too many are waiting."""
        self._check()
        self._queue.put(args)

    def _run(self) -> None:
        while (args := self._queue.get()) is not _END:
            if self._drop or self._error is not None:
                continue  # keep emptying the queue, so that `put` never waits for ever
            try:
                self._work(*args)
            except BaseException as error:  # it belongs to the thread that puts
                self._error = error

    def _check(self) -> None:
        if self._error is not None:
            raise self._error

    def __enter__(self) -> Behind:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._drop = kind is not None
        self._queue.put(_END)
        self._thread.join()
        if kind is None:
            self._check()
