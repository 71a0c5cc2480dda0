"""Faces that are covered in part: the paper's failure case (section 4.3), said instead of shown.

A generator of faces draws a mouth and two eyes wherever they belong. Where the picture shows
something else there, its light and dark do not go together with what the encoder's guess draws.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from reenact.face.schemes import convert
from reenact.types import Points

ALIKE = 0.25
"""Correlation of a part and its drawing below which the part is taken as covered. Over 150
held-out faces a mouth was never below 0.56, an eye in one of 40; with a patch over it, nine in ten
were below."""

_PARTS = {"left eye": range(36, 42), "right eye": range(42, 48), "mouth": range(48, 68)}
"""Points of 68; left is the left of the picture."""
_SMOOTH = 3  # pixels
_BORDER = 0.1  # of the distance of the outer eye corners, around a part


def covered_parts(face: Tensor, guess: Tensor, points: Points) -> list[str]:
    """Which of the eyes and the mouth something lies in front of, as far as that can be seen.

    Args:
        face: (3, S, S) 0..1 normalized. guess: (3, S, S) what the encoder's styles draw.
        points: (478, 3) landmarks, pixels of `face`.
    """
    places = convert(points, "mediapipe478", "ibug68")[:, :2]
    border = _BORDER * float(((places[36] - places[45]) ** 2).sum() ** 0.5)
    found = []
    for name, rows in _PARTS.items():
        part = places[list(rows)]
        x0, y0 = (part.min(0) - border).round().astype(int).clip(0)
        x1, y1 = (part.max(0) + border).round().astype(int) + 1
        here, drawn = (picture[:, y0:y1, x0:x1] for picture in (face, guess))
        if min(here.shape[1:]) >= _SMOOTH and _correlation(here, drawn) < ALIKE:
            found.append(name)
    return found


def _correlation(first: Tensor, second: Tensor) -> float:
    """Of the light and dark of two pictures, -1 to 1; 0 where one is even."""
    grays = torch.stack([first.mean(0), second.mean(0)])[None]  # (1, 2, h, w)
    grays = F.avg_pool2d(grays, _SMOOTH, stride=1)[0].flatten(1)  # guesses are smooth anyway
    grays = grays - grays.mean(dim=1, keepdim=True)
    sizes = grays.norm(dim=1).prod()
    return float((grays[0] * grays[1]).sum() / sizes) if sizes > 1e-6 else 0.0
