"""What shows between lips that part: the source's own teeth, where they were, and paint.

A motion of landmarks stretches whatever a smile shows over the whole of a mouth that opens, teeth
as long as the mouth is high. But teeth belong to the skull, and here the head stays: so they stay
in place (only an upper lip that rises takes them along, or nothing would be above them), lips go
over them, and what was behind the lips is painted.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.face.align import Crop
from reenact.geometry.canonical import eye_distance
from reenact.geometry.patch import Patch, patch_around, soft_polygon
from reenact.geometry.regions import LIPS_INNER
from reenact.nn.compose import edge_fade, laid
from reenact.types import Points

_GRIN = 0.25
"""Height over width up to which a mouth shows teeth and little else: moved ones serve."""
_ROUND = (0.02, 0.1)  # more than that, and than the source's own, in which the layer appears
_OPEN = (0.3, 0.39)
"""Height over width in which a source's mouth shows what is behind teeth, so that it serves."""
_SHOWN = (0.015, 0.045)  # eye distances between lips from which teeth are seen
_INSET = 0.15  # of a mouth's height, above the lower lip, which is no tooth
_SOFT = 0.008  # eye distances that its edges are soft
_NEXT = 1e-3  # what paint outside of the mouth counts
_STRETCHED = (0.75, 0.45)  # rows of the source a row: more are lips, fewer painted
_SMOOTH = 0.5  # pixels of the window: what a cell of paint says of each of its pixels is a grid


@dataclass(frozen=True)
class MouthLayer:
    """A part of a picture that is laid over it.

    Attributes:
        x0, y0: its corner, pixels of the picture.
        color: (h, w, 3) 0..255. share: (h, w, 1) 0..1.
    """

    x0: int
    y0: int
    color: NDArray[np.float32]
    share: NDArray[np.float32]

    def over(self, picture: NDArray) -> NDArray:
        """The picture (S, S, 3), 0..255 and whole levels if it has them, with the layer."""
        high, wide = self.share.shape[:2]
        part = slice(self.y0, self.y0 + high), slice(self.x0, self.x0 + wide)
        under = picture[part].astype(np.float32)
        laid_over = under + self.share * (self.color - under)
        out = picture.copy()
        out[part] = np.rint(laid_over) if picture.dtype == np.uint8 else laid_over
        return out


def mouth_layer(
    source: NDArray, here: Points, there: Points, window: Crop, flow: NDArray, paint: NDArray
) -> MouthLayer | None:
    """The inside of a mouth that has opened; None where it has not, or hardly.

    Args:
        source: (S, S, 3) picture, 0..255.
        here, there: (478, 3) landmarks before and after, its pixels.
        window: where the network's window lies in it, upright; w its side.
        flow: (2, w/4, w/4) as in `compose`. paint: (3, w, w) 0..1, of `mouth_paint`.
    """
    rings = [points[list(LIPS_INNER), :2].astype(np.float64) for points in (here, there)]
    own, new = (window.to_crop(ring) for ring in rings)
    unit = eye_distance(here[:, :2])
    parted = _parted(_roundness(own), _roundness(new))
    both = np.concatenate(rings)
    patch = patch_around(both, 2 + 0.1 * float(np.ptp(both[:, 0])), source.shape[0])
    if parted == 0 or patch is None:
        return None
    soft = max(0.5, _SOFT * unit)
    was, shall = (soft_polygon(ring, patch, soft) for ring in rings)
    moved, stretched = _moved(was, flow, window, patch)
    drawn = np.maximum(moved, shall * stretched)
    fields = np.concatenate([255 * paint, np.ones_like(paint[:1])]).transpose(1, 2, 0)
    fields = laid(np.ascontiguousarray(fields, np.float32), window, patch.box)
    color, share = fields[..., :3], parted * drawn[..., None] * fields[..., 3:]
    shown = _risen(_gap(own) / (unit * window.scale), _SHOWN)
    if shown > 0:
        teeth = shown * soft_polygon(_teeth(rings[0]), patch, soft)[..., None]
        kept = np.concatenate([source[patch.window], teeth], 2).astype(np.float32)
        up = min(0.0, float((_upper(new) - _upper(own))[:, 1].mean()))
        kept = _shifted(kept, np.linalg.inv(window.matrix[:, :2]) @ (0, up))
        color = color + kept[..., 3:] * (kept[..., :3] - color)
    return MouthLayer(patch.x0, patch.y0, color, share)


def mouth_paint(paint: NDArray, inside: NDArray) -> NDArray[np.float32]:
    """Paint (3, w, w) without grid and in the colors of mouths, everywhere.

    Of the open mouths of 181 training faces eight of ten places have their green between these
    ends, and blue is seldom above green; G's purple and crimson are far beyond.

    Args:
        paint: 0..1, or hardly beyond.
        inside: (h, h) 0..1 of the drawn mouth; what is said there counts around it as well.
    """
    inside = cv2.resize(inside, paint.shape[1:]) + _NEXT
    weight = cv2.GaussianBlur(inside, (0, 0), _SMOOTH)
    red, green, blue = (cv2.GaussianBlur(one * inside, (0, 0), _SMOOTH) / weight for one in paint)
    red = np.clip(red, 0, 1)
    least, most = red * (0.05 + 0.7 * red), red * (0.82 + 0.16 * red)
    green = np.clip(green, least, most)
    blue = np.clip(blue, 0.9 * least, 0.96 * green)
    return np.stack([red, green, blue]).astype(np.float32)


def _risen(value: float, ends: tuple[float, float]) -> float:
    """0 up to the first end, 1 from the second on, smooth between."""
    share = float(np.clip((value - ends[0]) / (ends[1] - ends[0]), 0, 1))
    return share * share * (3 - 2 * share)


def _parted(before: float, after: float) -> float:
    """0..1 how far the layer has appeared over a mouth, by its roundness."""
    return _risen(after - max(before, _GRIN), _ROUND) * (1 - _risen(before, _OPEN))


def _upper(ring: NDArray) -> NDArray:
    """(n - 1, 2) of a ring (2n, 2), from left to right."""
    return ring[len(ring) // 2 + 1 :][::-1]


def _lower(ring: NDArray) -> NDArray:
    return ring[1 : len(ring) // 2]


def _gap(ring: NDArray) -> float:
    """Largest height of a mouth, pixels."""
    return float(max(0.0, (_lower(ring) - _upper(ring))[:, 1].max()))


def _roundness(ring: NDArray) -> float:
    """Height of a mouth over its width."""
    width = np.linalg.norm(ring[len(ring) // 2] - ring[0])
    return _gap(ring) / max(float(width), 1e-6)


def _teeth(ring: NDArray) -> NDArray:
    """A ring whose lower rim has come nearer to the upper one."""
    out = ring.copy()
    out[1 : len(ring) // 2] -= _INSET * (_lower(ring) - _upper(ring))
    return out


def _shifted(picture: NDArray, shift: NDArray) -> NDArray[np.float32]:
    """(h, w, 4) so many pixels on; itself where that is none."""
    if not shift.any():
        return picture
    matrix = np.column_stack([np.eye(2), shift])
    border = cv2.BORDER_REPLICATE
    return cv2.warpAffine(picture, matrix, picture.shape[1::-1], borderMode=border)


def _moved(
    field: NDArray, flow: NDArray, window: Crop, patch: Patch
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A field of a patch, moved as `compose` moves it; and 0..1 where that stretches it."""
    flow = flow * edge_fade(flow.shape[1])
    there = np.tensordot(np.linalg.inv(window.matrix[:, :2]), flow, 1)
    step = window.size / flow.shape[1]
    rows = 1 + np.gradient(flow[1], step, axis=0)  # of the source, for each of the output
    stretched = np.clip((_STRETCHED[0] - rows) / (_STRETCHED[0] - _STRETCHED[1]), 0, 1)
    fields = np.concatenate([there, stretched[None]]).transpose(1, 2, 0)
    x, y, stretched = cv2.split(laid(np.ascontiguousarray(fields, np.float32), window, patch.box))
    x += patch.grid[..., 0] - patch.x0
    y += patch.grid[..., 1] - patch.y0
    return cv2.remap(field, x, y, cv2.INTER_LINEAR), stretched
