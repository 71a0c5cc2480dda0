"""How the generator and its encoder are trained."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reenact.methods.stylefusion.config import (
    EMBEDDED,
    TINY,
    TINY_ENCODER,
    EncoderConfig,
    GeneratorConfig,
)


@dataclass(frozen=True)
class StyleRecipe:
    """One way to train them.

    Attributes:
        net, encoder: see there.
        critic: channels of the critic at half of the side.
        rate: Adam's; see `training.py` for the parts' shares of it.
        pixel, perceptual: weights of mean absolute differences of pixels and of features.
        mixed: weight of spliced pictures over that of reconstructions.
        focus: how much more pixels count that the expression changes.
        adversarial, adversarial_from: weight, and share of the run after which the critic joins.
        r1, r1_every: weight of R1, and steps from one to the next.
        adapt: change of the augmentation's strength for each real picture.
        match: weight of the mapping's styles being spread like the encoder's.
        near: weight that keeps layers' changes small.
        samples: of random styles in each step, once the critic has joined.
        plain: share of reconstructions by the shared style alone.
        grow: shares of the run after which the side of the pictures doubles (progressive
            growing): many more are seen in the same time.
    """

    net: GeneratorConfig = EMBEDDED
    encoder: EncoderConfig = EncoderConfig()
    critic: int = 32
    rate: float = 5e-3
    pixel: float = 5.0
    perceptual: float = 1.0
    mixed: float = 1.5
    focus: float = 5.0
    adversarial: float = 0.05
    adversarial_from: float = 0.75
    r1: float = 2.0
    r1_every: int = 8
    adapt: float = 1e-5
    match: float = 1.0
    near: float = 1e-2
    samples: int = 4
    plain: float = 0.2
    grow: tuple[float, ...] = (0.25, 0.65)


_PAPER_NET = GeneratorConfig(
    size=128,
    channels=(512, 512, 512, 512, 256, 128),
    zoom=EMBEDDED.zoom,
    middle=EMBEDDED.middle,
    expression=EMBEDDED.expression,
)
RECIPES: dict[str, StyleRecipe] = {
    "light": StyleRecipe(),
    "paper": StyleRecipe(
        _PAPER_NET,
        EncoderConfig(64, 512, (64, 128, 256, 256, 256)),
        critic=128,
        adversarial=0.5,
        adversarial_from=0.0,
        grow=(),
        r1_every=16,
        adapt=2e-6,
        samples=16,
    ),
    "tiny": replace(
        StyleRecipe(TINY, TINY_ENCODER, critic=8, grow=(0.3,)),
        adversarial_from=0.5,
        perceptual=0.0,
        r1_every=2,
    ),
}
"""`light`: 64 pixels on two cores; `paper`: 128 pixels on a GPU, adversarial from the start."""
