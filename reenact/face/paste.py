"""Putting a rendered crop back into the picture (style transfer paper, section 3.5)."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from reenact.face.align import Crop
from reenact.types import Frame, Pasted, Points


def hull_mask(faces: Sequence[Points], size: int, *, grow: float = 0.06, blur: float = 0.03):
    """Blurred convex hull of landmarks.

    Args:
        faces: landmark sets whose common hull is taken, pixels of the crop.
        size: side of the crop, pixels.
        grow: how far the hull is grown before it is blurred, over the crop's side.
        blur: sigma of the blur over the crop's side.

    Returns:
        (size, size) float32, 1 inside the face, 0 from `grow + 3 blur` outwards.
    """
    points = np.concatenate([np.asarray(p)[:, :2] for p in faces])
    hull = cv2.convexHull(np.round(points).astype(np.int32))
    mask = np.zeros((size, size), np.uint8)
    cv2.fillConvexPoly(mask, hull, 255)
    radius = max(1, round(grow * size))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    mask = cv2.dilate(mask, kernel)
    soft = cv2.GaussianBlur(mask, (0, 0), max(0.5, blur * size))
    return soft.astype(np.float32) / 255


def paste_back(frame: Frame, crop_image: Frame, mask: np.ndarray, crop: Crop):
    """The frame with the rendered crop blended in.

    Args:
        frame: (H, W, 3) the untouched picture.
        crop_image: (S, S, 3) uint8 rendered crop.
        mask: (S, S) float32 0..1.
        crop: where the crop lies.

    Returns:
        (H, W, 3) uint8, bit-identical to `frame` where the mask is 0, and which pixels
        were written.
    """
    if crop.is_exact:
        return _paste_exact(frame, crop_image, mask, crop)
    height, width = frame.shape[:2]
    x0, y0, x1, y1 = _bounds(crop, height, width)
    inverse = crop.inverse.copy()
    inverse[:, 2] -= (x0, y0)
    size = (x1 - x0, y1 - y0)
    flags = cv2.INTER_CUBIC if crop.scale < 1 else cv2.INTER_LINEAR
    image = cv2.warpAffine(crop_image, inverse, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    weight = cv2.warpAffine(mask, inverse, size, flags=cv2.INTER_LINEAR, borderValue=0)
    return _blend(frame, image, weight, (x0, y0, x1, y1))


def _bounds(crop: Crop, height: int, width: int) -> tuple[int, int, int, int]:
    end = crop.size - 1
    corners = crop.to_frame(np.array([[0, 0], [end, 0], [end, end], [0, end]], np.float32))
    low, high = np.floor(corners.min(0)).astype(int), np.ceil(corners.max(0)).astype(int) + 1
    x0, y0 = np.clip(low, 0, (width, height))
    x1, y1 = np.clip(high, 0, (width, height))
    return int(x0), int(y0), int(x1), int(y1)


def _paste_exact(frame: Frame, image: Frame, mask: np.ndarray, crop: Crop):
    height, width = frame.shape[:2]
    x, y = (-int(round(v)) for v in crop.matrix[:, 2])
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + crop.size, width), min(y + crop.size, height)
    part = np.s_[y0 - y : y1 - y, x0 - x : x1 - x]
    return _blend(frame, image[part], mask[part], (x0, y0, x1, y1))


def _blend(frame: Frame, image: Frame, weight: np.ndarray, bounds: tuple[int, int, int, int]):
    x0, y0, x1, y1 = bounds
    out = frame.copy()
    under = frame[y0:y1, x0:x1]
    # Weights below half a grey level change nothing; zero keeps those pixels bit-identical.
    _, weight = cv2.threshold(weight, 1 / 512, 0, cv2.THRESH_TOZERO)
    out[y0:y1, x0:x1] = cv2.blendLinear(
        np.ascontiguousarray(image), np.ascontiguousarray(under), weight, 1 - weight
    )
    return out, Pasted(weight, (x0, y0), frame.shape[:2])
