"""Settings of G2-GAN: networks, loss weights."""

from __future__ import annotations

from dataclasses import dataclass

POINTS = 68
"""Fiducial points, one heat map each (section 4.2)."""


@dataclass(frozen=True)
class G2GANConfig:
    """A pair of generators.

    Attributes:
        kind: `paper`, or `light`.
        width: of the paper's first layer. levels: halvings of the paper's U-Net; 7 bring 128
            pixels down to one.
        widths: of the light one at a quarter, an eighth and a sixteenth of the resolution.
        geometry: channels that the light one reads heat maps with.
        is_residual: Eq. 1, the output is the input and what the network adds. False is the C-GAN
            baseline: the network makes every pixel.
        sees_motion: the light one is also told the motion to the wanted landmarks, and sees the
            picture moved by it. False is as the paper's networks are, the C-GAN baseline among
            them: picture and heat maps.
        broad: of the light G_N: where its mask would show paint with this much added to the
            logits, the paint's broad light and dark (a quarter of the resolution) is added as
            tone, beneath the source's own pores; so folds go that the mask leaves. 0 leaves it,
            as in training: paint must have been learned first.
    """

    kind: str = "paper"
    width: int = 64
    levels: int = 7
    widths: tuple[int, int, int] = (48, 96, 192)
    geometry: int = 16
    is_residual: bool = True
    sees_motion: bool = True
    broad: float = 0.0


LIGHT = G2GANConfig(kind="light")
TINY = G2GANConfig(kind="light", widths=(8, 8, 8), geometry=4)
"""For tests."""


@dataclass(frozen=True)
class G2GANLossWeights:
    """Eq. 8. A weight of 0 leaves its term out (the ablations of section 4.3).

    Attributes:
        cycle: alpha_1, Eq. 4. identity, identity_end: alpha_2, Eq. 6, at the beginning and at the
            end of training. pixel: alpha_3, Eq. 7; 0 for unpaired data.
        adversarial: Eq. 2, of each discriminator.
        perceptual: distance of output and truth in a network's features; 0 in the paper.
        parts: mouth and eyes count this much more in the pixel loss; 0 in the paper.
        mask: price of painting outside of mouth and eyes, light generator alone.
        paint: the pixel loss of the paint alone, everywhere, light generator alone: where no mask
            shows it, it would never learn, and so no mask would ever show it (folds of a smile).
        correction: price of correcting the motion by a pixel, light generator alone.
        cycle_every, identity_every: steps between those that have the term, which then counts as
            often more.
    """

    cycle: float = 5.0
    identity: float = 0.1
    identity_end: float = 0.5
    pixel: float = 10.0
    adversarial: float = 1.0
    perceptual: float = 0.0
    parts: float = 0.0
    mask: float = 0.0
    paint: float = 0.0
    correction: float = 0.0
    cycle_every: int = 1
    identity_every: int = 1
