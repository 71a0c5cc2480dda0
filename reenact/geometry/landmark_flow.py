"""A dense motion from a few landmarks: where each place of a moved face comes from."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reenact.errors import ShapeError

_RIDGE = 0.004  # of the crop's side: points nearer than about this share their motion
_BORDER = 5  # anchors along each side of the crop, which stay


def landmark_flow(
    source: NDArray,
    output: NDArray,
    crop_px: int,
    size: int,
    around: tuple[NDArray, NDArray] | None = None,
) -> NDArray[np.float32]:
    """The smoothest motion through landmarks that leaves the crop's border in place.

    A biharmonic spline with the kernel -r; a ridge lets lips and lids that touch disagree.

    Args:
        source: (K, 2 or 3) landmarks where they are, pixels of the crop.
        output: (K, 2 or 3) where they shall be.
        crop_px: side of the crop.
        size: side of the map.
        around: (N, 2) places beside the face before and after, which hold hair and neck.

    Returns:
        (2, size, size) x and y of where each place comes from, less where it is, crop pixels.
    """
    if source.shape != output.shape or source.ndim != 2:
        raise ShapeError(
            f"`source` and `output` must be alike, got {source.shape} and {output.shape}."
        )
    here, there = (np.asarray(p, np.float64)[:, :2] / crop_px for p in (source, output))
    if around is not None:
        here, there = (
            np.concatenate([p, q / crop_px]) for p, q in zip((here, there), around, strict=True)
        )
    move = here - there
    if not np.abs(move).max() > 1e-7:
        return np.zeros((2, size, size), np.float32)
    anchors = _anchors()
    places = np.concatenate([there, anchors])
    values = np.concatenate([move, np.zeros_like(anchors)])
    weights = _solve(places, values).astype(np.float32)
    flow = _on_grid(places.astype(np.float32), weights, crop_px, size)
    return np.ascontiguousarray(flow.reshape(2, size, size) * np.float32(crop_px))


def _solve(places: NDArray, values: NDArray) -> NDArray[np.float64]:
    """(N + 1, 2) weights of the kernels, and a constant."""
    from scipy.linalg import solve  # `np.linalg.solve` wakes a second thread, and waits for it

    count = len(places)
    system = np.ones((count + 1, count + 1))
    x, y = (one[:, None] - one for one in places.T)
    system[:count, :count] = np.sqrt(x * x + y * y) - _RIDGE * np.eye(count)
    system[count, count] = 0
    right = np.concatenate([values, np.zeros((1, 2))])
    return solve(system, right, assume_a="sym", check_finite=False)


def _on_grid(places: NDArray, weights: NDArray, crop_px: int, size: int) -> NDArray[np.float32]:
    """(2, size * size) the spline at the middles of the map's pixels, 0 to 1 of the crop.

    On one thread: a second one for so little waits longer than it works.
    """
    steps = ((np.arange(size) + 0.5) * (crop_px / size) - 0.5) / crop_px
    x, y = (np.square(steps.astype(np.float32)[:, None] - one) for one in places.T)  # (size, N)
    kernel = y[:, None] + x[None]  # (size, size, N)
    np.sqrt(kernel, out=kernel)
    rows = np.ascontiguousarray(weights.T)
    flow = np.einsum("kn,pn->kp", rows[:, :-1], kernel.reshape(size * size, -1))
    return flow + rows[:, -1:]


@lru_cache(maxsize=1)
def _anchors() -> NDArray[np.float64]:
    steps = np.linspace(0, 1, _BORDER)
    edges = [(x, y) for x in steps for y in steps if x in (0, 1) or y in (0, 1)]
    return np.array(edges, np.float64)
