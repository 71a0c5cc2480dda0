"""Metrics of landmarks (mediapipe478) that were detected on pictures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bench.metrics.checks import check_points
from reenact.errors import InputError
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
    check_points(output, target)
    return float(np.linalg.norm(output - target, axis=1).mean())


def landmark_sum(output: Points, target: Points, side_px: float) -> float:
    """LandmarkGAN's LMK (table 1): distances of points in 0..1, added up.

    The paper says "normalize the landmarks to [0, 1] and then calculate the l2 landmark
    difference"; summed over 68 points this gives numbers of its size (0.77 to 3.33), a mean or the
    norm of all coordinates does not.

    Args:
        output: (68, 2) ibug68 points found in the output, pixels.
        target: (68, 2) the same points in the target, pixels.
        side_px: side of the picture that becomes 0..1.

    Example:
        >>> landmark_sum(np.zeros((4, 2)), np.tile([3.0, 4.0], (4, 1)), side_px=10)
        2.0
    """
    check_points(output, target)
    if not side_px > 0:
        raise InputError(f"`side_px` must be above 0, got {side_px}.")
    return float(np.linalg.norm(output - target, axis=1).sum() / side_px)


def average_coordinate_error(output: Points, target: Points) -> float:
    """FReeNet's ACE (table 3): mean absolute difference of all coordinates, pixels.

    Args:
        output: (106, 2) face106 points found in the output, pixels of the 256 crop.
        target: (106, 2) the same points in the target.

    Example:
        >>> average_coordinate_error(np.zeros((4, 2)), np.tile([3.0, 4.0], (4, 1)))
        3.5
    """
    check_points(output, target)
    return float(np.abs(output - target).mean())


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
