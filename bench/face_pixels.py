"""Pixels of the face alone, and how much fine detail an output has.

Two photographs of one person differ most in hair, clothes and background, which no expression says
anything about. There a blurred guess is nearer to any truth than a sharp one, and in the whole crop
it outweighs the face.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.metrics.checks import check_same
from bench.metrics.pixels import MOST_DB, ssim_map
from reenact.errors import InputError
from reenact.geometry.regions import OVAL
from reenact.types import Frame, Points

_FINE_PX = 2.0  # sigma of what is no fine detail


def face_mask(size: int, *faces: Points) -> NDArray[np.bool_]:
    """(size, size) inside of any of the contours of faces, (478, 2 or 3) pixels."""
    mask = np.zeros((size, size), np.uint8)
    for points in faces:
        contour = cv2.convexHull(points[list(OVAL), :2].astype(np.float32))
        cv2.fillConvexPoly(mask, np.rint(contour).astype(np.int32), 1)
    return mask.astype(bool)


def face_figures(output: Frame, target: Frame, mask: NDArray[np.bool_]) -> dict[str, float]:
    """SSIM, PSNR and fine detail within a mask.

    Args:
        output, target: (S, S, 3). mask: (S, S), somewhere true.

    Returns:
        `ssim_face`, `psnr_face` (dB), and `detail`: fine detail of the output over the truth's; 1
        is as sharp as the truth, less is blurred.

    Raises:
        InputError: the mask is empty.
    """
    check_same(output, target)
    if not mask.any():
        raise InputError("`mask` must hold a part of the picture, it is empty.")
    error = float(np.square(output[mask].astype(np.float64) - target[mask]).mean())
    similar = ssim_map(output, target)
    edge = (mask.shape[0] - similar.shape[0]) // 2
    inner = mask[edge : mask.shape[0] - edge, edge : mask.shape[1] - edge]
    return {
        "ssim_face": float(similar[inner].mean()),
        "psnr_face": MOST_DB if error == 0 else 10 * float(np.log10(255**2 / error)),
        "detail": _detail(output, mask) / max(_detail(target, mask), 1e-9),
    }


def blurred_alike(picture: Frame, other: Frame, mask: NDArray[np.bool_]) -> float:
    """Sigma, pixels, of the blur after which a picture has no more fine detail than another.

    PSNR and SSIM favor blur wherever a truth cannot be foretold to the pixel, so outputs of unlike
    sharpness are compared once more alike. 0 where the picture has no more detail as it is.

    Args:
        picture, other: (S, S, 3). mask: (S, S) where detail counts.
    """
    wanted = _detail(other, mask)
    if _detail(picture, mask) <= wanted:
        return 0.0
    low, high = 0.0, 4.0
    for _ in range(8):
        middle = (low + high) / 2
        is_sharp = _detail(cv2.GaussianBlur(picture, (0, 0), middle), mask) > wanted
        low, high = (middle, high) if is_sharp else (low, middle)
    return (low + high) / 2


def _detail(picture: Frame, mask: NDArray[np.bool_]) -> float:
    """Root mean square of what a blur takes off."""
    values = picture.astype(np.float32)
    fine = values - cv2.GaussianBlur(values, (0, 0), _FINE_PX)
    return float(np.sqrt(np.square(fine[mask]).mean()))
