"""Whether a clip shows one person throughout: two who take turns are never seen together.

Frames are described by MobileFaceNet, where its weights are on this computer. Frames of one person
hang together by chains of frames that are alike, whatever the expressions and turns at both ends;
no chain leads to another person.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from reenact.data.sets.clips import spread
from reenact.data.sets.items import few
from reenact.types import Frame, Points

if TYPE_CHECKING:
    from reenact.losses.identity import Identity

ALIKE = 0.5
"""Cosine of two frames' descriptions from which they count as alike.

Six clips (LivePortrait's) fall apart from 0.72 on, and frames of two of them reach 0.37; 82
Londoners at rest and smiling are at least 0.74, and two of them at most 0.45.
"""
LOOKS = 40
"""Frames of a clip that are described."""
_LEAST = 2  # frames of another person: one alone may be a wrong face
_BATCH = 8

Moment = float | str
"""Of a frame, its time in seconds; of a picture, its name."""


def others_seen(
    network: Identity,
    pictures: Sequence[Frame],
    points: Sequence[Points],
    moments: Sequence[Moment],
) -> str:
    """When somebody else is seen than in most frames, for a message; empty for never.

    Args:
        network: see `reenact.losses.identity.mobile_identity`.
        pictures: (S, S, 3) crops, in order. points: (478, 3) landmarks in them.
        moments: when, or in which file.
    """
    looks = spread(len(pictures), LOOKS)
    if len(looks) < 2 * _LEAST:
        return ""
    described = _described(network, [pictures[k] for k in looks], [points[k] for k in looks])
    is_other = other_people(described)
    return told([moments[k] for k in looks], is_other)


def other_people(described: NDArray[np.float32], alike: float = ALIKE) -> NDArray[np.bool_]:
    """(N,) whether a frame shows somebody else than most frames do.

    Args:
        described: (N, D) unit descriptions of the frames.

    Example:
        >>> ada, bruno = np.eye(2, dtype=np.float32)
        >>> other_people(np.stack([ada, ada, ada, bruno, bruno])).tolist()
        [False, False, False, True, True]
    """
    groups = _chained(described @ described.T >= alike)
    sizes = np.bincount(groups)
    return (groups != sizes.argmax()) & (sizes[groups] >= _LEAST)


def told(moments: Sequence[Moment], is_other: NDArray[np.bool_]) -> str:
    """The marked moments: stretches of a clip in seconds, or the names of pictures.

    Example:
        >>> told([0.0, 0.5, 1.0, 1.5, 2.0], np.array([False, True, True, False, True]))
        'at about 0.5 to 1.0 s, 2.0 s'
        >>> told(["a.jpg", "b.jpg"], np.array([False, True]))
        'in b.jpg'
    """
    marked = [moment for moment, other in zip(moments, is_other, strict=True) if other]
    if not marked:
        return ""
    if isinstance(marked[0], str):
        return f"in {few(marked)}"
    ends = np.flatnonzero(np.diff(np.r_[False, is_other, False].astype(int)))
    stretches = [(moments[a], moments[b - 1]) for a, b in ends.reshape(-1, 2)]
    texts = [f"{a:.1f} s" if a == b else f"{a:.1f} to {b:.1f} s" for a, b in stretches]
    return f"at about {few(texts)}"


def _chained(is_alike: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(N,) number of the group that each frame hangs together with; the first frame's is 0."""
    groups = np.full(len(is_alike), -1)
    for first in range(len(groups)):
        if groups[first] >= 0:
            continue
        number, reached = groups.max() + 1, np.arange(len(groups)) == first
        while (more := is_alike[reached].any(axis=0) | reached).sum() > reached.sum():
            reached = more
        groups[reached] = number
    return groups


def _described(
    network: Identity, pictures: Sequence[Frame], points: Sequence[Points]
) -> NDArray[np.float32]:
    import torch

    found = []
    with torch.inference_mode():
        for begin in range(0, len(pictures), _BATCH):
            some = slice(begin, begin + _BATCH)
            images = torch.from_numpy(np.stack(pictures[some])).permute(0, 3, 1, 2).float() / 255
            found.append(network.embed(images, torch.from_numpy(np.stack(points[some])).float()))
    return torch.cat(found).numpy()
