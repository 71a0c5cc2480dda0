"""Metrics of pixels: SSIM and PSNR, as torchmetrics computes them."""

from __future__ import annotations

import numpy as np

from reenact.errors import ShapeError
from reenact.images import to_tensor
from reenact.types import Frame

MOST_DB = 100.0
"""PSNR of equal pictures, which has no finite value."""

_WINDOW_REACH = 5


def ssim(output: Frame, target: Frame) -> float:
    """Structural similarity (Wang et al. 2004): Gaussian window of 11 pixels, sigma 1.5, RGB.

    As in the paper, and unlike torchmetrics' own mean, windows that leave the picture do not count.

    Args:
        output: (H, W, 3) picture, at least 11 pixels a side.
        target: (H, W, 3) the picture it should be.

    Returns:
        -1 to 1. 1 is a perfect match.
    """
    from torchmetrics.functional.image import structural_similarity_index_measure as measure

    _check(output, target)
    pictures = to_tensor(output), to_tensor(target)
    _, similarity = measure(*pictures, data_range=1.0, return_full_image=True)
    inside = similarity[..., _WINDOW_REACH:-_WINDOW_REACH, _WINDOW_REACH:-_WINDOW_REACH]
    return float(inside.mean())


def psnr(output: Frame, target: Frame) -> float:
    """Peak signal-to-noise ratio over all pixels and colors.

    Args:
        output: (H, W, 3) picture.
        target: (H, W, 3) the picture it should be.

    Returns:
        Decibels, at most `MOST_DB`, which stands for equal pictures.

    Example:
        >>> black, gray = np.zeros((2, 2, 3), np.uint8), np.full((2, 2, 3), 255, np.uint8)
        >>> psnr(black, gray), psnr(gray, gray)
        (0.0, 100.0)
    """
    from torchmetrics.functional.image import peak_signal_noise_ratio as measure

    _check(output, target)
    if np.array_equal(output, target):
        return MOST_DB
    return min(MOST_DB, float(measure(to_tensor(output), to_tensor(target), data_range=1.0)))


def _check(output: Frame, target: Frame) -> None:
    if output.shape != target.shape:
        got = f"{output.shape} and {target.shape}"
        raise ShapeError(f"`output` and `target` must have the same shape, got {got}.")
