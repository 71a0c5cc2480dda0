"""Who is in the picture: everything about one synthetic person follows from a seed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

Color = tuple[float, float, float]
"""sRGB, 0 to 1."""

SKIN_TONES: tuple[Color, ...] = (
    (0.89, 0.72, 0.63),
    (0.86, 0.67, 0.57),
    (0.82, 0.62, 0.50),
    (0.76, 0.56, 0.43),
    (0.67, 0.47, 0.35),
    (0.55, 0.37, 0.26),
    (0.42, 0.27, 0.19),
)
HAIR_MELANIN = {"black": 0.95, "dark brown": 0.82, "brown": 0.66, "auburn": 0.6, "blond": 0.32}
IRIS_COLORS: dict[str, Color] = {
    "brown": (0.33, 0.18, 0.08),
    "dark brown": (0.20, 0.11, 0.06),
    "hazel": (0.42, 0.32, 0.14),
    "green": (0.36, 0.43, 0.26),
    "blue": (0.33, 0.47, 0.60),
    "gray": (0.45, 0.50, 0.52),
}
CLOTH_COLORS: tuple[Color, ...] = (
    (0.16, 0.20, 0.30),
    (0.62, 0.60, 0.57),
    (0.38, 0.13, 0.14),
    (0.15, 0.27, 0.22),
    (0.13, 0.13, 0.14),
    (0.72, 0.55, 0.32),
    (0.33, 0.36, 0.42),
)
FEMININE_STYLES = ("long", "bob", "bun", "curly", "long", "bob")
MASCULINE_STYLES = ("short", "side", "buzz", "short", "curly", "bald", "beanie")


@dataclass(frozen=True)
class Person:
    """One synthetic person.

    Attributes:
        seed: decides what the other fields do not: noise, freckles, single hairs.
        identity: ICT-FaceKit identity weights, close to standard normal.
        skin: base colour of the skin, sRGB.
        melanin: 0 (fair) to 1 (dark), the skin's.
        redness, freckles, age: 0 to 1.
        lips: how far the lips are from the skin in colour, 0 to 1.
        hair_style: long, bob, bun, curly, short, side, buzz, bald or beanie.
        hair_melanin, hair_red, hair_gray: 0 to 1.
        brow: 0 (sparse) to 1 (bushy).
        beard: "", "stubble" or "full".
        lashes: 0 (short) to 1 (long).
        iris, cloth, hat: colours, sRGB.
        light: index of the light set-up.
    """

    seed: int
    identity: tuple[float, ...] = field(repr=False)
    skin: Color
    melanin: float
    redness: float
    freckles: float
    age: float
    lips: float
    hair_style: str
    hair_melanin: float
    hair_red: float
    hair_gray: float
    brow: float
    beard: str
    lashes: float
    iris: Color
    cloth: Color
    hat: Color
    light: int

    def with_(self, **changes: object) -> Person:
        """The same person with some fields changed."""
        return replace(self, **changes)


def random_person(seed: int) -> Person:
    """The person that belongs to a seed; the same seed gives the same person.

    Example:
        >>> random_person(7) == random_person(7), random_person(7) == random_person(8)
        (True, False)
    """
    rng = np.random.default_rng(seed)
    identity = np.clip(rng.normal(0, 0.75, 60), -1.7, 1.7)
    feminine = bool(rng.random() < 0.5)
    melanin, skin = _skin(rng)
    age = float(rng.beta(1.4, 2.2))
    color = _hair_color(rng, melanin)
    style = str(rng.choice(FEMININE_STYLES if feminine else MASCULINE_STYLES))
    beard = "" if feminine else str(rng.choice(["", "stubble", "stubble", "full"]))
    return Person(
        seed=seed,
        identity=tuple(round(float(w), 4) for w in identity),
        skin=skin,
        melanin=melanin,
        redness=float(rng.uniform(0.25, 0.9) * (1 - 0.5 * melanin)),
        freckles=float(max(0.0, rng.normal(0.1, 0.35)) * (1 - melanin)),
        age=age,
        lips=float(rng.uniform(0.45, 0.95) if feminine else rng.uniform(0.2, 0.5)),
        hair_style=style,
        hair_melanin=HAIR_MELANIN[color] * float(rng.uniform(0.93, 1.05)),
        hair_red=0.85 if color == "auburn" else float(rng.uniform(0.05, 0.4)),
        hair_gray=float(np.clip((age - 0.55) * 2.0, 0, 0.9)),
        brow=float(rng.uniform(0.2, 0.6) if feminine else rng.uniform(0.5, 1.0)),
        beard=beard,
        lashes=float(rng.uniform(0.5, 1.0) if feminine else rng.uniform(0.1, 0.4)),
        iris=_iris(rng, melanin),
        cloth=CLOTH_COLORS[int(rng.integers(len(CLOTH_COLORS)))],
        hat=CLOTH_COLORS[int(rng.integers(len(CLOTH_COLORS)))],
        light=int(rng.integers(4)),
    )


def _skin(rng: np.random.Generator) -> tuple[float, Color]:
    """A tone between two neighbours of the scale, and where on the scale it is, 0 to 1."""
    place = float(rng.uniform(0, len(SKIN_TONES) - 1.001))
    low = int(place)
    tones = np.asarray(SKIN_TONES)
    tone = tones[low] + (tones[low + 1] - tones[low]) * (place - low)
    tone = np.clip(tone + rng.normal(0, 0.012, 3), 0, 1)
    return place / (len(SKIN_TONES) - 1), tuple(round(float(c), 4) for c in tone)


def _hair_color(rng: np.random.Generator, melanin: float) -> str:
    names = list(HAIR_MELANIN)
    fair = np.array([0.1, 0.22, 0.28, 0.16, 0.24])
    dark = np.array([0.75, 0.2, 0.05, 0.0, 0.0])
    weight = float(np.clip(melanin * 1.8 - 0.2, 0, 1))
    odds = fair * (1 - weight) + dark * weight
    return str(rng.choice(names, p=odds / odds.sum()))


def _iris(rng: np.random.Generator, melanin: float) -> Color:
    if melanin > 0.45:
        name = str(rng.choice(["brown", "dark brown"]))
    else:
        name = str(rng.choice(list(IRIS_COLORS)))
    color = np.clip(np.asarray(IRIS_COLORS[name]) * rng.uniform(0.85, 1.15), 0, 1)
    return tuple(round(float(c), 4) for c in color)
