"""A small memory of what was worked out: a source is described once for all its outputs."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from reenact.types import Frame


class Kept:
    """Features by picture; those not asked for longest go first.

    Args:
        size: how many are kept.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._found: OrderedDict[bytes, NDArray] = OrderedDict()

    def __call__(self, picture: Frame, make: Callable[[], NDArray]) -> NDArray:
        """The features of a picture: those kept, else those that `make` gives."""
        pixels = np.ascontiguousarray(picture)
        key = (
            hashlib.blake2b(pixels.tobytes(), digest_size=16).digest() + repr(pixels.shape).encode()
        )
        if key not in self._found:
            self._found[key] = make()
            if len(self._found) > self.size:
                self._found.popitem(last=False)
        self._found.move_to_end(key)
        return self._found[key].copy()

    def clear(self) -> None:
        """Keep nothing."""
        self._found.clear()
