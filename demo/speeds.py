"""How long each method takes on this computer, from the last pictures that anyone made."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from statistics import median

OWN_STEPS = ("encode", "retarget", "render", "paste")
"""What of a result's time is the method's own: finding faces is the same for all."""


def own_seconds(seconds: Mapping[str, float]) -> float:
    """The method's share of a result's time, as in `reenact.types.Result.seconds`."""
    return sum(seconds.get(step, 0.0) for step in OWN_STEPS)


class Speeds:
    """The last times of each method. The first picture, which loads the method, does not count.

    Args:
        keep: how many times of a method.
    """

    def __init__(self, keep: int = 20) -> None:
        self._keep = keep
        self._times: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def __contains__(self, method: str) -> bool:
        return method in self._times

    def add(self, method: str, seconds: Mapping[str, float]) -> None:
        """Note one picture's time."""
        with self._lock:
            if method not in self._times:
                self._times[method] = deque(maxlen=self._keep)
            else:
                self._times[method].append(own_seconds(seconds))

    def seconds(self, method: str) -> float | None:
        """Median seconds for a picture; None where it was not measured yet."""
        with self._lock:
            times = self._times.get(method)
            return median(times) if times else None
