"""From what a light generator (`mover.py`) says of a 256 window to the source's own pixels.

The network speaks of motion, tone, a mask and paint. Motion is applied to the photograph itself,
at its own resolution, so a face keeps its pores however large the picture is.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.face.align import Crop
from reenact.types import Frame

_EDGE = 0.05  # share of the window over which everything fades out at its border
_MOVED = 0.5  # pixels of motion from which tone and paint count fully


def compose(
    source: Frame,
    window: Crop,
    flow: NDArray,
    tone: NDArray,
    mask: NDArray,
    paint: NDArray,
    turn: NDArray | None = None,
) -> Frame:
    """The crop with a moved face.

    Args:
        source: (S, S, 3) crop.
        window: where the network's window lies in it; w its side.
        flow: (2, w/4, w/4) where each place comes from, less where it is, pixels of the window.
        tone: (3, w/4, w/4) what to add, 1 is white.
        mask: (1, w/2, w/2) share that is painted.
        paint: (3, w, w) 0..1.
        turn: (2, w/4, w/4) where each place of a head that turns afterwards comes from, as `flow`.
    """
    size = window.size
    edge = edge_fade(size // 4)
    moved = moved_share(flow) * edge
    flow = flow * edge
    if turn is not None:
        turn = turn * edge
        toned = _turned(np.concatenate([flow, tone, moved[None]]), turn, size)
        flow, tone, moved = turn + toned[:2], toned[2:5], toned[5]
        mask, paint = _turned(mask, turn, size), _turned(paint, turn, size)
    linear = np.linalg.inv(window.matrix[:, :2])
    there = np.tensordot(linear, flow, 1)  # (2, h, w) pixels of the crop
    fields = np.concatenate([there, 255 * tone * moved]).transpose(1, 2, 0)
    share = cv2.resize(mask[0], (size, size)) * cv2.resize(moved, (size, size))
    box = _box(window, source.shape[0])
    x0, y0, x1, y1 = box
    x, y, *tones = cv2.split(laid(fields.astype(np.float32), window, box))
    columns = np.arange(x0, x1, dtype=np.float32)
    rows = np.arange(y0, y1, dtype=np.float32)[:, None]
    how = {"interpolation": cv2.INTER_LINEAR, "borderMode": cv2.BORDER_REPLICATE}
    part = cv2.remap(source, x + columns, y + rows, **how).astype(np.float32)
    part += cv2.merge(tones)
    layer = np.concatenate([255 * paint, share[None]]).transpose(1, 2, 0).astype(np.float32)
    painted = laid(layer, window, box)
    part += painted[..., 3:] * (painted[..., :3] - part)
    out = source.copy()
    still = np.abs(x) + np.abs(y) < 1e-3
    new = np.clip(np.rint(part), 0, 255).astype(np.uint8)
    same = (still & (painted[..., 3] < 1e-3))[..., None]
    out[y0:y1, x0:x1] = np.where(same, out[y0:y1, x0:x1], new)
    return out


def _turned(field: NDArray, turn: NDArray, size: int) -> NDArray[np.float32]:
    """(C, h, h) of a window of `size` pixels, read where (2, k, k) `turn` says."""
    side = field.shape[1]
    ratio = side / size
    x, y = (cv2.resize(np.float32(ratio * one), (side, side)) for one in turn)
    columns = np.arange(side, dtype=np.float32)
    how = {"interpolation": cv2.INTER_LINEAR, "borderMode": cv2.BORDER_REPLICATE}
    channels = [cv2.remap(np.float32(c), x + columns, y + columns[:, None], **how) for c in field]
    return np.stack(channels)


def warm_mouth(paint: NDArray, inside: NDArray) -> NDArray[np.float32]:
    """Paint without green and blue casts inside of the mouth: teeth and gums never have them.

    Args:
        paint: (3, w, w) 0..1. inside: (h, h) 0..1, the inside of the drawn mouth.
    """
    share = cv2.resize(inside, paint.shape[1:])
    red = paint[:1]
    warm = np.concatenate([red, np.minimum(paint[1:2], red), np.minimum(paint[2:], 0.97 * red)])
    return paint + share * (warm - paint)


def edge_fade(size: int) -> NDArray[np.float32]:
    """(size, size) 1, falling to 0 at the border."""
    place = (np.arange(size, dtype=np.float32) + 0.5) / size
    edge = np.clip((np.minimum(place, 1 - place) - 0.5 / size) / _EDGE, 0, 1)
    edge = edge * edge * (3 - 2 * edge)
    return edge * edge[:, None]


def moved_share(flow: NDArray) -> NDArray[np.float32]:
    """(h, w) 0 where nothing moves, 1 around what moves."""
    moved = np.clip(np.hypot(*flow) / _MOVED, 0, 1).astype(np.float32)
    return cv2.GaussianBlur(cv2.dilate(moved, np.ones((5, 5), np.uint8)), (0, 0), 1.0)


def laid(fields: NDArray, window: Crop, box: tuple[int, int, int, int]) -> NDArray[np.float32]:
    """Fields of a window, laid onto the crop.

    Args:
        fields: (h, h, C) that covers the window.
        window: where it lies in the crop.
        box: x0, y0, x1, y1 of the part of the crop that is wanted.

    Returns:
        (y1 - y0, x1 - x0, C); 0 outside of the window.
    """
    ratio = fields.shape[0] / window.size
    matrix = window.matrix * ratio
    matrix[:, 2] += 0.5 * ratio - 0.5
    x0, y0, x1, y1 = box
    matrix[:, 2] += matrix[:, :2] @ (x0, y0)
    inside = {"flags": cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, "borderValue": 0}
    parts = [
        cv2.warpAffine(fields[..., i : i + 4], matrix, (x1 - x0, y1 - y0), **inside)
        for i in range(0, fields.shape[2], 4)
    ]
    return np.concatenate([part.reshape(*part.shape[:2], -1) for part in parts], axis=2)


def _box(window: Crop, side: int) -> tuple[int, int, int, int]:
    """x0, y0, x1, y1 of the window in the crop, whole pixels."""
    end = window.size - 1
    corners = window.to_frame(np.array([[0, 0], [end, 0], [end, end], [0, end]], np.float32))
    low = np.clip(np.floor(corners.min(0)).astype(int), 0, side - 1)
    high = np.clip(np.ceil(corners.max(0)).astype(int) + 1, low + 1, side)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])
