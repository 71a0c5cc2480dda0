"""The demo's own pictures: who is in them and what they do (`--examples DIR` renders them)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from reenact.data.synthetic.person import Person, random_person
from reenact.types import HeadPose

CLIP_FPS = 25
CLIP_FRAMES = 77


@dataclass(frozen=True)
class Example:
    """One picture: a person (a seed and what is set by hand), an expression, a head pose."""

    name: str
    seed: int
    set_by_hand: dict[str, object] = field(default_factory=dict)
    expression: dict[str, float] = field(default_factory=dict)
    pose: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def person(self) -> Person:
        return random_person(self.seed).with_(**self.set_by_hand)

    @property
    def head(self) -> HeadPose:
        return HeadPose(*self.pose)


def both(**weights: float) -> dict[str, float]:
    """The same weight left and right.

    Example:
        >>> both(eyeBlink=1.0)
        {'eyeBlinkLeft': 1.0, 'eyeBlinkRight': 1.0}
    """
    return {
        f"{name}{side}": weight for name, weight in weights.items() for side in ("Left", "Right")
    }


FAIR, DARK, TAN = (0.86, 0.67, 0.57), (0.46, 0.30, 0.22), (0.75, 0.55, 0.42)
EXAMPLES: tuple[Example, ...] = (
    Example(
        "source_1",
        21,
        dict(
            hair_style="bob",
            hair_melanin=0.68,
            hair_red=0.5,
            skin=FAIR,
            melanin=0.15,
            beard="",
            freckles=0.5,
            lips=0.6,
            brow=0.45,
            lashes=0.8,
            age=0.2,
            light=0,
        ),
        both(mouthSmile=0.18),
        (4, 0, 1),
    ),
    Example(
        "source_2",
        22,
        dict(
            hair_style="curly",
            hair_melanin=0.95,
            skin=DARK,
            melanin=0.75,
            beard="stubble",
            lips=0.35,
            brow=0.8,
            age=0.3,
            light=1,
            iris=(0.22, 0.12, 0.06),
        ),
        {},
        (-5, 1, 0),
    ),
    Example(
        "source_3",
        23,
        dict(
            hair_style="side",
            hair_melanin=0.5,
            hair_gray=0.6,
            skin=TAN,
            melanin=0.3,
            beard="full",
            lips=0.3,
            brow=0.9,
            age=0.8,
            light=2,
            iris=(0.36, 0.43, 0.36),
        ),
        both(mouthSmile=0.1),
        (3, 2, -1),
    ),
    Example(
        "driving_smile",
        31,
        dict(
            hair_style="bun",
            hair_melanin=0.9,
            skin=TAN,
            melanin=0.35,
            beard="",
            brow=0.5,
            lips=0.8,
            lashes=0.9,
            light=3,
        ),
        both(
            mouthSmile=0.95, cheekSquint=0.6, mouthUpperUp=0.35, mouthLowerDown=0.3, eyeSquint=0.25
        ),
    ),
    Example(
        "driving_surprise",
        32,
        dict(hair_style="short", hair_melanin=0.75, skin=FAIR, melanin=0.15, beard="", light=0),
        {"jawOpen": 0.62, "browInnerUp": 0.9, **both(browOuterUp=0.9, eyeWide=0.8)},
    ),
    Example(
        "driving_kiss",
        33,
        dict(
            hair_style="long",
            hair_melanin=0.34,
            skin=FAIR,
            melanin=0.1,
            beard="",
            lips=0.8,
            brow=0.4,
            lashes=0.9,
            light=1,
        ),
        {"mouthPucker": 1.0, "mouthFunnel": 0.25, **both(eyeWide=0.2)},
    ),
    Example(
        "driving_wink",
        34,
        dict(
            hair_style="beanie",
            iris=(0.24, 0.13, 0.07),
            skin=DARK,
            melanin=0.7,
            beard="stubble",
            hair_melanin=0.95,
            light=2,
        ),
        {
            "eyeBlinkLeft": 1.0,
            "cheekSquintLeft": 0.8,
            "mouthSmileLeft": 0.7,
            "browDownLeft": 0.4,
            "mouthSmileRight": 0.3,
        },
    ),
    Example(
        "driving_anger",
        35,
        dict(
            hair_style="buzz",
            iris=(0.40, 0.46, 0.48),
            hair_melanin=0.85,
            skin=TAN,
            melanin=0.35,
            beard="stubble",
            brow=0.9,
            light=1,
        ),
        {
            "jawOpen": 0.06,
            **both(browDown=2.2, browOuterUp=0.8, noseSneer=0.9, eyeSquint=0.2),
            **both(mouthUpperUp=0.5, mouthLowerDown=0.6, mouthStretch=0.5),
        },
    ),
)


def _target(source: str, driving: str) -> Example:
    """The source's person with the driving's expression: the ground truth of that pair."""
    found = {example.name: example for example in EXAMPLES}
    name = driving.replace("driving", "target")
    return replace(found[source], name=name, expression=found[driving].expression)


TARGETS = (
    _target("source_1", "driving_smile"),
    _target("source_2", "driving_surprise"),
    _target("source_3", "driving_wink"),
)
CLIP = Example(
    "driving_clip",
    36,
    dict(
        hair_style="short",
        hair_melanin=0.8,
        skin=(0.82, 0.63, 0.52),
        melanin=0.25,
        beard="stubble",
        brow=0.75,
        light=0,
    ),
)


def clip_moments() -> Iterator[tuple[dict[str, float], HeadPose]]:
    """Expression and pose of each frame: neutral, talk, blink, smile, raised brows, a turn."""
    for frame in range(CLIP_FRAMES):
        t = 1.1 * frame / CLIP_FPS
        talk = _hill(t, 0.2, 1.5)
        smile = _hill(t, 1.15, 2.3)
        brows = _hill(t, 2.0, 3.0)
        blink = max(_hill(t, 0.42, 0.68), _hill(t, 1.72, 1.98), _hill(t, 2.95, 3.2))
        syllable = 0.5 - 0.5 * np.cos(2 * np.pi * 3.1 * (t - 0.2))
        rounding = 0.5 - 0.5 * np.cos(2 * np.pi * 1.55 * (t - 0.2))
        opened = 0.42 * talk * syllable + 0.14 * smile + 0.5 * _hill(t, 2.15, 2.95)
        weights = {
            "jawOpen": opened,
            "mouthFunnel": 0.55 * talk * rounding,
            "mouthPucker": 0.35 * talk * rounding,
            "browInnerUp": 0.85 * brows + 0.25 * talk * rounding,
            **both(
                mouthSmile=0.9 * smile,
                cheekSquint=0.5 * smile,
                mouthUpperUp=0.3 * smile,
                mouthLowerDown=0.25 * talk * syllable,
                eyeSquint=0.2 * smile,
                eyeBlink=blink,
                browOuterUp=0.85 * brows,
                eyeWide=0.6 * brows * (1 - blink),
            ),
        }
        yaw = 16 * _hill(t, 0.9, 2.2) - 12 * _hill(t, 2.0, 3.3)
        pitch = 4 * _hill(t, 0.3, 1.1) - 5 * _hill(t, 1.4, 2.2) + 3 * _hill(t, 2.1, 3.0)
        yield weights, HeadPose(yaw, pitch, 3 * _hill(t, 1.2, 2.4))


def _hill(t: float, start: float, end: float) -> float:
    """0 outside [start, end], smoothly up to 1 and back inside."""
    if not start < t < end:
        return 0.0
    return float(np.sin(np.pi * (t - start) / (end - start)) ** 2)
