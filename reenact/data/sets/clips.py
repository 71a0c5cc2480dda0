"""Any folder of clips: the frames of one person with ever new expressions."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from reenact.data.sets.items import CLIPS, Item, SetSpec, files_in
from reenact.errors import ReenactError

MOST_FRAMES = 80
"""Frames taken from one clip, evenly spread: neighbors show nearly the same."""


def read_clips(folder: Path) -> list[Item]:
    """Every clip below the folder.

    The person is the clip's folder where it lies in one (`anna/take1.mp4`), else the clip.
    A clip that cannot be opened keeps one item, which reading then skips and names.
    """
    items = []
    for path in files_in(folder, CLIPS, deep=True):
        inner = path.relative_to(folder)
        who = inner.parts[0] if len(inner.parts) > 1 else path.stem
        for frame in spread(_frame_count(path)):
            items.append(Item("clips", f"clips/{who}", path, frame=frame))
    return items


def spread(count: int, most: int = MOST_FRAMES) -> list[int]:
    """At most `most` frame numbers, evenly spread.

    Example:
        >>> spread(10, 3)
        [0, 4, 9]
    """
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(int)).tolist()


def _frame_count(path: Path) -> int:
    """Frames of a clip by its header, or by reading it; 1 where it cannot be read."""
    from reenact.video import ClipReader

    try:
        with ClipReader(path) as clip:
            estimate = clip.info.frame_count_estimate
            return estimate if estimate else max(1, sum(1 for _ in clip))
    except ReenactError:
        return 1


SPEC = SetSpec(
    "clips",
    "clips of people, for one the driving examples of LivePortrait,",
    "https://github.com/KwaiVGI/LivePortrait (assets/examples/driving)",
    "clips (.mp4, .mov, .webm ...), one person each or one folder a person",
    read_clips,
    is_centered=False,
)
