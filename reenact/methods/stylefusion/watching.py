"""Long work that somebody watches, and may cancel after any step."""

from __future__ import annotations

from collections.abc import Callable

from reenact.errors import ReenactError


class WorkCanceled(ReenactError):
    """Somebody canceled; what was allocated is free again."""


Progress = Callable[[int, int], bool | None]
"""Called after each step with the steps done and how many there are; returning True cancels."""


def tell(watch: Progress | None, done: int, total: int) -> None:
    """Tell whoever watches.

    Raises:
        WorkCanceled: they canceled.
    """
    if watch is not None and watch(done, total):
        raise WorkCanceled(f"Canceled after {done} of {total} steps.")
