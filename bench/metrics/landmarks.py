"""Metrics of landmarks (mediapipe478) that were detected on pictures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reenact.errors import ShapeError
from reenact.geometry.canonical import eye_distance
from reenact.geometry.regions import INNER_LIP_CENTER, STABLE
from reenact.types import Points

OPEN_MOUTH = 0.05
"""Gap of the lips over eye distance from which a mouth counts as open."""


def landmark_distance(output: Points, target: Points) -> float:
    """Mean distance between matching points.

    Args:
        output: (K, 2) points found in the output, pixels.
        target: (K, 2) the same points in the target, pixels.

    Returns:
        Pixels. 0 is a perfect match.

    Example:
        >>> landmark_distance(np.zeros((4, 2)), np.tile([3.0, 4.0], (4, 1)))
        5.0
    """
    if output.shape != target.shape or output.ndim != 2 or output.shape[1] != 2:
        got = f"{output.shape} and {target.shape}"
        raise ShapeError(f"`output` and `target` must both be (K, 2), got {got}.")
    return float(np.linalg.norm(output - target, axis=1).mean())


def mouth_opening(points: Points) -> float:
    """Gap between the lips over the distance of the outer eye corners.

    Args:
        points: (478, 3) landmarks, pixels.

    Returns:
        0 is closed, about 0.5 is as wide as it goes.
    """
    upper, lower = INNER_LIP_CENTER
    return float(np.linalg.norm(points[upper] - points[lower])) / eye_distance(points)


def lay_on(points: Points, head: Points) -> NDArray[np.float64]:
    """A mesh turned, scaled and shifted onto another mesh of the same person.

    Judged by points that expressions hardly move, so what remains is expression.

    Args:
        points: (478, 3) mesh to move, pixels.
        head: (478, 3) mesh it is laid on, pixels.

    Returns:
        (478, 3) pixels of the picture that `head` is in.
    """
    stable = list(STABLE)
    here, there = points[stable].astype(np.float64), head[stable].astype(np.float64)
    middle_here, middle_there = here.mean(0), there.mean(0)
    here, there = here - middle_here, there - middle_there
    u, _, vt = np.linalg.svd(here.T @ there)
    u[:, -1] *= np.sign(np.linalg.det(u @ vt))  # a mirror image is no rotation
    turned = here @ (u @ vt)
    scale = float((turned * there).sum() / (turned**2).sum())
    return (points - middle_here) @ (u @ vt) * scale + middle_there
