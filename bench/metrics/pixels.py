"""Metrics of pixels: SSIM, PSNR, L1, L2.

One picture at a time, in plain arrays: a number does not depend on what was measured beside it,
and SSIM by two passes of a 1-D filter is several times as fast as by torch's 2-D convolution.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.metrics.checks import check_same
from reenact.errors import ShapeError
from reenact.types import Frame

MOST_DB = 100.0
"""PSNR of equal pictures, which has no finite value."""

_WINDOW_PX, _SIGMA = 11, 1.5
_REACH = _WINDOW_PX // 2
_MIDDLE = 127.5  # taken off first: squares of small numbers lose less in 32 bits
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def ssim(output: Frame, target: Frame) -> float:
    """Structural similarity (Wang et al. 2004): Gaussian window of 11 pixels, sigma 1.5, RGB.

    As in the paper, and unlike torchmetrics' own mean, windows that leave the picture do not count.

    Args:
        output: (H, W, 3) picture, at least 11 pixels a side.
        target: (H, W, 3) the picture it should be.

    Returns:
        -1 to 1. 1 is a perfect match.

    Raises:
        ShapeError: the pictures differ in shape, or are smaller than the window.
    """
    return float(ssim_map(output, target).mean(dtype=np.float64))


def ssim_map(output: Frame, target: Frame) -> NDArray[np.float32]:
    """(H - 10, W - 10, 3) structural similarity by place and color; see `ssim`."""
    check_same(output, target)
    if min(output.shape[:2]) < _WINDOW_PX:
        got = f"{output.shape[1]} x {output.shape[0]}"
        raise ShapeError(f"`output` must be {_WINDOW_PX} x {_WINDOW_PX} or larger, got {got}.")
    a, b = (picture.astype(np.float32) - _MIDDLE for picture in (output, target))
    mean_a, mean_b = _blurred(a), _blurred(b)
    var_a = _blurred(a * a) - mean_a * mean_a
    var_b = _blurred(b * b) - mean_b * mean_b
    covariance = _blurred(a * b) - mean_a * mean_b
    mean_a, mean_b = mean_a + _MIDDLE, mean_b + _MIDDLE
    light = (2 * mean_a * mean_b + _C1) / (mean_a * mean_a + mean_b * mean_b + _C1)
    contrast = (2 * covariance + _C2) / (var_a + var_b + _C2)
    return light * contrast


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
    error = l2(output, target)
    return MOST_DB if error == 0 else min(MOST_DB, float(20 * np.log10(255 / error)))


def l1(output: Frame, target: Frame) -> float:
    """Mean absolute difference of pixel values.

    Args:
        output: (H, W, 3) picture.
        target: (H, W, 3) the picture it should be.

    Returns:
        0 (equal) to 255 (black and white).

    Example:
        >>> l1(np.zeros((2, 2, 3), np.uint8), np.full((2, 2, 3), 4, np.uint8))
        4.0
    """
    check_same(output, target)
    return float(cv2.norm(_flat(output), _flat(target), cv2.NORM_L1)) / output.size


def l2(output: Frame, target: Frame) -> float:
    """Root mean squared difference of pixel values; see `l1`.

    Example:
        >>> l2(np.zeros((1, 1, 2), np.uint8), np.array([[[6, 8]]], np.uint8))  # sqrt(50)
        7.0710678118654755
    """
    check_same(output, target)
    return float(np.sqrt(cv2.norm(_flat(output), _flat(target), cv2.NORM_L2SQR) / output.size))


def _flat(picture: Frame) -> NDArray[np.uint8]:
    return np.ascontiguousarray(picture).reshape(len(picture), -1)


def _blurred(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Gaussian means in windows that lie wholly inside: (H - 10, W - 10, 3)."""
    kernel = cv2.getGaussianKernel(_WINDOW_PX, _SIGMA, cv2.CV_32F)
    return cv2.sepFilter2D(values, -1, kernel, kernel)[_REACH:-_REACH, _REACH:-_REACH]
