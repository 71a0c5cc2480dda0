"""Light and background of a portrait, as plain values; a few set-ups and what a seed varies."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.data.synthetic.person import Color, Person
from reenact.data.synthetic.skin import to_linear


@dataclass(frozen=True)
class Lamp:
    """A square soft box: where it hangs, its side, its power and colour; it aims at the face."""

    place: tuple[float, float, float]
    side_cm: float
    power: float
    color: Color


@dataclass(frozen=True)
class Light:
    """Lamps, the even light from all around, and the backdrop's two colours."""

    lamps: tuple[Lamp, ...]
    around: Color
    around_strength: float
    backdrop: tuple[Color, Color]


WARM, NEUTRAL, COOL = (1.0, 0.94, 0.86), (1.0, 0.98, 0.96), (0.90, 0.95, 1.0)
LIGHTS: tuple[Light, ...] = (
    Light(  # window from the left, gray wall
        (Lamp((-75, 40, 85), 80, 1.0, NEUTRAL), Lamp((90, 5, 60), 110, 0.20, WARM)),
        (0.90, 0.94, 1.0), 0.55, ((0.60, 0.62, 0.65), (0.33, 0.35, 0.38)),
    ),
    Light(  # beauty light from above, a rim from behind
        (Lamp((20, 55, 95), 70, 0.85, NEUTRAL), Lamp((0, -50, 80), 80, 0.22, WARM),
         Lamp((75, 40, -50), 40, 0.55, COOL)),
        (0.95, 0.95, 1.0), 0.5, ((0.43, 0.47, 0.51), (0.19, 0.22, 0.25)),
    ),
    Light(  # late sun from the right, green garden
        (Lamp((85, 45, 60), 45, 0.95, WARM), Lamp((-70, 20, 90), 120, 0.32, COOL)),
        (0.85, 0.93, 1.0), 0.6, ((0.52, 0.54, 0.47), (0.26, 0.29, 0.25)),
    ),
    Light(  # warm room
        (Lamp((-50, 50, 95), 65, 0.85, WARM), Lamp((85, 20, 50), 90, 0.28, NEUTRAL),
         Lamp((-70, 45, -55), 40, 0.45, WARM)),
        (1.0, 0.97, 0.93), 0.5, ((0.62, 0.56, 0.49), (0.32, 0.28, 0.24)),
    ),
)  # fmt: skip


def light_of(person: Person) -> Light:
    """The person's set-up."""
    return LIGHTS[person.light % len(LIGHTS)]


def backdrop(person: Person, size: int = 256) -> NDArray[np.float32]:
    """(size, size, 3) linear: a blurred room, far out of focus."""
    rng = np.random.default_rng([person.seed, 30])
    near, far = (to_linear(c) for c in light_of(person).backdrop)
    y, x = np.mgrid[0:size, 0:size] / size
    glow = np.exp(-(((x - rng.uniform(0.25, 0.75)) / 0.45) ** 2 + ((y - 0.4) / 0.5) ** 2))
    picture = far + (near - far) * glow[..., None]
    shapes = np.zeros((size, size, 3), np.float32)
    for _ in range(14):
        tint = np.clip(near * rng.uniform(0.2, 2.2) * rng.normal(1, 0.05, 3), 0, 1)
        corner = rng.integers(-size // 4, size, 2)
        end = corner + rng.integers(size // 10, size // 2, 2)
        layer = np.zeros((size, size), np.float32)
        cv2.rectangle(layer, corner.tolist(), end.tolist(), 1.0, -1)
        layer = cv2.GaussianBlur(layer, (0, 0), size / 22)[..., None]
        shapes += layer * (tint - picture) * 0.30
    for _ in range(int(rng.integers(0, 7))):
        spot = np.zeros((size, size), np.float32)
        cv2.circle(
            spot, rng.integers(0, size, 2).tolist(), int(rng.integers(6, 16)), 1.0, -1, cv2.LINE_AA
        )
        picture = picture + 0.20 * near * cv2.GaussianBlur(spot, (0, 0), 2.0)[..., None]
    return np.clip(picture + shapes, 0.0, 1.5).astype(np.float32)
