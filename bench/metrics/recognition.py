"""Face recognition of outputs (G2-GAN, section 4.3): rank-1, and true accepts at few false ones.

Probes are outputs; the gallery holds one real picture of each person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.metrics.checks import check_features, check_finite
from reenact.errors import InputError, ShapeError


@dataclass(frozen=True)
class Comparisons:
    """All distances of probes to the gallery.

    Attributes:
        genuine: (N,) each probe to its own person.
        impostor: (N, P - 1) each probe to everybody else.
    """

    genuine: NDArray[np.float64]
    impostor: NDArray[np.float64]


def compare(
    probes: NDArray, persons: Sequence[str], gallery: NDArray, gallery_persons: Sequence[str]
) -> Comparisons:
    """Distances of each probe to everybody in the gallery.

    Args:
        probes: (N, D) descriptors of outputs.
        persons: N names of those whom they should show.
        gallery: (P, D) one descriptor a person.
        gallery_persons: P names, each once, 2 or more.

    Raises:
        InputError: there are fewer than two people, or a probe's person is not in the gallery.
    """
    probes, gallery = check_features(probes, "probes"), check_features(gallery, "gallery")
    if len(persons) != len(probes) or len(gallery_persons) != len(gallery):
        raise ShapeError("`persons` must name one person a row, of the probes and of the gallery.")
    if len(gallery) < 2:
        raise InputError(f"`gallery` must show 2 people or more, got {len(gallery)}.")
    if len(set(gallery_persons)) != len(gallery_persons):
        raise InputError("`gallery` must show each person once.")
    place = {person: index for index, person in enumerate(gallery_persons)}
    missing = sorted(set(persons) - set(place))
    if missing:
        raise InputError(f"`gallery` must show every probe's person, '{missing[0]}' is not in it.")
    away = np.linalg.norm(probes[:, None] - gallery[None], axis=-1)  # (N, P)
    own = np.array([place[person] for person in persons])
    is_own = np.arange(len(gallery)) == own[:, None]
    return Comparisons(away[is_own], away[~is_own].reshape(len(probes), -1))


def rank1(found: Comparisons) -> NDArray[np.bool_]:
    """Whether each probe is nearest to its own person: (N,). A tie is a miss."""
    return found.genuine < found.impostor.min(axis=1)


def tar_at_far(genuine: NDArray, impostor: NDArray, far: float) -> float:
    """Share of genuine comparisons accepted where at most `far` of the impostors are.

    The threshold is the highest at which no more than `far` of the impostor distances lie below it,
    so it is itself an impostor's distance, which is refused.

    Args:
        genuine: distances of the same person, any shape.
        impostor: distances of different people, any shape.
        far: false accept rate, above 0 and below 1.

    Returns:
        0 to 1.

    Example:
        >>> tar_at_far(np.array([0.1, 0.2, 0.5, 0.9]), np.linspace(0.4, 1.39, 100), 0.01)
        0.5
    """
    return float((genuine < accept_below(impostor, far)).mean())


def accept_below(impostor: NDArray, far: float) -> float:
    """The threshold of `tar_at_far`: distances below it are accepted."""
    check_finite(impostor, "impostor")
    if not 0 < far < 1:
        raise InputError(f"`far` must be above 0 and below 1, got {far}.")
    allowed = int(np.floor(far * impostor.size + 1e-9))
    return float(np.partition(impostor.ravel(), allowed)[allowed])
