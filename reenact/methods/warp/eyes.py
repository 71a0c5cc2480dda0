"""The eyeball behind the lids: lids close over it and do not squeeze it, the iris looks around."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.geometry.patch import patch_around, soft_polygon
from reenact.geometry.regions import LEFT_EYE, LEFT_IRIS, RIGHT_EYE, RIGHT_IRIS
from reenact.methods.warp.opening import Opening
from reenact.types import Frame, Points

EYES = ((RIGHT_EYE, RIGHT_IRIS), (LEFT_EYE, LEFT_IRIS))
_LID_EDGE = 0.02  # eye widths at the lids that are lashes and shade, not eyeball
_LASHES = 0.045
CLOSED_GAP = 0.10
"""Gap over eye width below which an eye counts as closed: nothing is known of its eyeball."""


def is_closed(points: Points, eye: tuple[int, ...]) -> bool:
    """Whether an eye shows too little of its eyeball to open it."""
    return Opening(points[list(eye), :2]).gap < CLOSED_GAP


def draw_eyes(canvas: Frame, source: Frame, here: Points, there: Points) -> None:
    """Draw both eyeballs over the warped picture, in place.

    Args:
        canvas: (S, S, 3) the warped crop.
        source: (S, S, 3) the source crop.
        here: (478, 3) source landmarks, pixels of the crop.
        there: (478, 3) output landmarks.
    """
    for eye, iris in EYES:
        moved = float(np.abs(here[[*eye, *iris], :2] - there[[*eye, *iris], :2]).max())
        if moved > 0.05 and not is_closed(here, eye):
            _draw_eye(canvas, source, here, there, eye, iris)


def _draw_eye(canvas: Frame, source: Frame, here, there, eye, iris) -> None:
    opening = Opening(there[list(eye), :2])
    blur = 0.015 * opening.width_px
    patch = patch_around(opening.ring, 2 + 2 * blur, canvas.shape[0])
    if patch is None:
        return
    weight = soft_polygon(opening.ring, patch, blur)
    if weight.max() < 0.05:
        return
    map_x, map_y = _eyeball_map(
        patch.grid, Opening(here[list(eye), :2]), opening, here, there, iris
    )
    ball = cv2.remap(source, map_x, map_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    window = patch.window
    under = np.ascontiguousarray(canvas[window])
    canvas[window] = cv2.blendLinear(ball, under, weight, 1 - weight)


def _eyeball_map(grid: NDArray, old: Opening, new: Opening, here, there, iris):
    """Source pixels of each patch pixel: (h, w) x and (h, w) y."""
    local = new.to_local(grid)
    center_new = new.to_local(there[iris[0], :2])
    # Gaze: the iris as it would lie without looking elsewhere, against where it shall lie.
    center_old = old.to_local(here[iris[0], :2])
    radius = _radius(here, iris) / max(old.width_px, 1e-3)
    shift = center_new - center_old
    away = np.linalg.norm(local - center_new, axis=-1)
    reach = radius * 1.1, radius * 3.2
    near = 1 - np.clip((away - reach[0]) / (reach[1] - reach[0]), 0, 1)
    near = near * near * (3 - 2 * near)
    # At the corners the white of the eye stays where it is.
    x = local[..., 0]
    edge = np.clip(np.minimum(x, 1 - x) / 0.12, 0, 1)
    wanted = local - shift * (near * np.maximum(edge, near))[..., None]
    x, y = wanted[..., 0], wanted[..., 1]
    y = _unsqueeze(x, y, old, new)
    x, y = _inside(x, y, old, center_old, radius)
    map_x, map_y = old.to_pixels(x, y)
    return map_x.astype(np.float32), map_y.astype(np.float32)


def _inside(
    x: NDArray, y: NDArray, old: Opening, center: NDArray, radius: float
) -> tuple[NDArray, NDArray]:
    """x and y that stay between the source's lids.

    Where the iris would be seen that the lids hide, the half of it that is seen is mirrored: an
    iris is round. Elsewhere the last of the white is repeated.
    """
    _, upper, lower = old.curves(x)
    upper, lower = upper + _LID_EDGE, lower - _LID_EDGE
    is_iris = np.hypot(x - center[0], y - center[1]) < radius
    is_hidden = (y < upper) | (y > lower)
    is_mirrored = is_iris & is_hidden
    y = np.where(is_mirrored, 2 * center[1] - y, y)
    shade = np.where(is_mirrored, _LASHES, 0.0)  # what is mirrored shall not show lashes
    upper, lower = upper + shade, lower - shade
    y = np.clip(y, np.minimum(upper, lower), np.maximum(upper, lower))
    # The last of the white beside the iris, not the iris itself.
    side = np.where(x < center[0], -1.0, 1.0)
    beside = np.sqrt(np.maximum((1.12 * radius) ** 2 - (y - center[1]) ** 2, 0.0))
    is_white = ~is_iris & is_hidden & (np.abs(x - center[0]) < beside)
    return np.where(is_white, center[0] + side * beside, x), y


def _unsqueeze(x: NDArray, y: NDArray, old: Opening, new: Opening) -> NDArray[np.float32]:
    """y in the source's eye: as it is where lids close, stretched where they open wider."""
    _, upper_old, lower_old = old.curves(x)
    _, upper_new, lower_new = new.curves(x)
    tiny = 1e-4
    up = np.where(upper_new < upper_old, upper_old / np.minimum(upper_new, -tiny), 1.0)
    down = np.where(lower_new > lower_old, lower_old / np.maximum(lower_new, tiny), 1.0)
    # Lids lie above (negative y) and below the line of the corners; else they are left alone.
    up = np.where(upper_old < 0, np.clip(up, 0.3, 1), 1.0)
    down = np.where(lower_old > 0, np.clip(down, 0.3, 1), 1.0)
    return np.where(y < 0, y * up, y * down).astype(np.float32)


def _radius(points: Points, iris: tuple[int, ...]) -> float:
    center, ring = points[iris[0], :2], points[list(iris[1:]), :2]
    return float(np.linalg.norm(ring - center, axis=1).mean())
