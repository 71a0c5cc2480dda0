"""The inside of an opening mouth, which the source's picture does not show.

It comes from the driving picture: matched in color and brightness to the source, and shaded at
the lips. Where the source's own mouth is open wide enough its own inside is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.geometry.patch import Patch, patch_around, soft_polygon
from reenact.geometry.regions import LIPS_INNER
from reenact.methods.warp.opening import Opening
from reenact.methods.warp.teeth import paint_teeth
from reenact.methods.warp.tone import Tone, match_tone, measure_tone
from reenact.types import Frame, Points

SEEN_GAP = 0.035
"""Gap over mouth width from which a mouth shows something inside."""

OWN_GAP = (0.06, 0.14)
"""Gap over mouth width from which a source begins to show, and certainly shows, its own teeth."""

_INSET = (0.08, 0.07)
"""The driving lips' rim is not sampled: share of the opening left out along and across it."""


@dataclass(frozen=True)
class Interior:
    """The driving picture's mouth, for one frame."""

    frame: Frame
    points: Points


def own_share(source: Opening, output: Opening) -> float:
    """How much of the source's own mouth interior serves: 1 all of it, 0 none.

    A mouth that is open already can be stretched somewhat; beyond that teeth become too long. One
    that is hardly open serves only as it is.
    """
    shown = np.clip((source.gap - OWN_GAP[0]) / (OWN_GAP[1] - OWN_GAP[0]), 0, 1) ** 2
    enough, too_much = 1.05 + 0.25 * shown, 1.15 + 0.85 * shown
    stretch = output.gap / max(source.gap, 0.005)
    return float(np.clip((too_much - stretch) / (too_much - enough), 0, 1))


def draw_mouth(
    canvas: Frame, here: Points, there: Points, tone: Tone, interior: Interior | None
) -> None:
    """Draw the inside of the mouth over the warped picture, in place.

    Args:
        canvas: (S, S, 3) the warped crop.
        here: (478, 3) source landmarks, pixels of the crop.
        there: (478, 3) output landmarks.
        tone: tone of the source's face.
        interior: the driving mouth; None draws teeth of our own.
    """
    opening = Opening(there[list(LIPS_INNER), :2])
    share = own_share(Opening(here[list(LIPS_INNER), :2]), opening)
    if interior is None:  # two rows of teeth must not shine through one another
        share = float(np.clip((share - 0.5) / 0.2 + 0.5, 0, 1))
    blur = max(0.5, 0.012 * opening.width_px)
    patch = patch_around(opening.ring, 2 + 3 * blur, canvas.shape[0])
    if share >= 1 or opening.gap < 0.01 or patch is None:
        return
    weight = soft_polygon(opening.ring, patch, blur) * (1 - share)
    # A mouth that has hardly begun to open shows its inside gradually.
    weight *= float(np.clip((opening.gap - 0.01) / SEEN_GAP, 0, 1))
    inside = _paint(patch, opening, there, tone, interior)
    window = patch.window
    under = np.ascontiguousarray(canvas[window])
    canvas[window] = cv2.blendLinear(inside, under, weight, 1 - weight)


def _paint(
    patch: Patch, opening: Opening, there: Points, tone: Tone, interior: Interior | None
) -> Frame:
    local = opening.to_local(patch.grid)
    x = local[..., 0]
    _, upper, lower = opening.curves(x)
    gap = np.maximum(lower - upper, 1e-4)
    across = (local[..., 1] - upper) / gap  # 0 at the upper lip, 1 at the lower
    if interior is None:
        picture = paint_teeth(patch.grid, there, tone, _cavity(across, tone))
    else:
        picture = _from_driving(x, across, tone, interior)
    shade = lip_shade(x, across, gap)
    return np.round(picture * shade[..., None]).astype(np.uint8)


def _from_driving(x: NDArray, across: NDArray, tone: Tone, interior: Interior) -> Frame:
    driving = Opening(interior.points[list(LIPS_INNER), :2])
    inner_x = _inset(x, _INSET[0])
    _, upper, lower = driving.curves(inner_x)
    y = upper + _inset(across, _INSET[1]) * (lower - upper)
    map_x, map_y = driving.to_pixels(inner_x, y)
    picture = cv2.remap(
        interior.frame,
        map_x.astype(np.float32),
        map_y.astype(np.float32),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return match_tone(picture, measure_tone(interior.frame, interior.points), tone)


def _inset(value: NDArray, share: float) -> NDArray:
    return share + (1 - 2 * share) * np.clip(value, 0, 1)


def _cavity(across: NDArray, tone: Tone) -> Frame:
    """What lies behind teeth and tongue."""
    depth = np.clip(0.35 + 0.65 * across, 0, 1)[..., None]
    red = np.array([0.16, 0.055, 0.05], np.float32) if tone.chroma > 0.03 else 0.08
    linear = depth * red * float(tone.light.mean())
    return np.round(np.clip(linear, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)


def lip_shade(x: NDArray, across: NDArray, gap: NDArray) -> NDArray[np.float32]:
    """0..1 shade that the lips throw into the mouth: dark at the rims and corners.

    Args:
        x: along the mouth, 0 and 1 at the corners.
        across: 0 at the upper lip, 1 at the lower.
        gap: distance of the lips at `x`, over the mouth's width.
    """
    from_upper = np.maximum(across, 0) * gap
    from_lower = np.maximum(1 - across, 0) * gap
    from_corner = np.clip(np.minimum(x, 1 - x), 0, 1)
    shade = 1 - 0.32 * np.exp(-from_upper / 0.03) - 0.2 * np.exp(-from_lower / 0.02)
    shade *= 1 - 0.45 * np.exp(-from_corner / 0.05)
    return shade.astype(np.float32)
