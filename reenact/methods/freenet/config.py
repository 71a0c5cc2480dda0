"""Settings of FReeNet's two parts: networks, loss weights, training recipes."""

from __future__ import annotations

from dataclasses import dataclass, field

CROP_PX = 256
"""Points are pixels of a crop of this size (section 4.1)."""


@dataclass(frozen=True)
class ULCConfig:
    """The converter's network (section 3.1).

    Attributes:
        points: landmarks of a face.
        width: of both encoders and of the features they give.
        layers: linear layers of an encoder.
        decoder: widths between the joined features and the shift.
        slope: of the leaky rectifiers.
        dropout: share of features dropped between the decoder's layers in training; the paper's
            is 0.
    """

    points: int = 106
    width: int = 512
    layers: int = 6
    decoder: tuple[int, ...] = (1024, 512)
    slope: float = 0.2
    dropout: float = 0.0


@dataclass(frozen=True)
class ULCLossWeights:
    """Eq. 2, and the identity term of the authors' code. A weight of 0 leaves its term out.

    Attributes:
        l1: lambda_1, Eq. 3.
        cycle: lambda_2, Eq. 4.
        identity: a face converted with itself; it comes and goes with the cycle.
        adversarial: lambda_3, of each discriminator, Eq. 5 and 6 (least squares).
    """

    l1: float = 100.0
    cycle: float = 10.0
    identity: float = 10.0
    adversarial: float = 0.1


LOSS_SETTINGS: dict[str, ULCLossWeights] = {
    "l1": ULCLossWeights(cycle=0, identity=0, adversarial=0),
    "l1_cyc": ULCLossWeights(adversarial=0),
    "l1_cyc_d": ULCLossWeights(),
}
"""The three columns of Table 3."""


@dataclass(frozen=True)
class ULCAugmentation:
    """What is done to the people of a batch. All off in the paper.

    Attributes:
        mirror: chance that a step sees everybody mirrored.
        blend: chance that a source (and, apart from it, a driving) person is a mixture of two.
        blend_outside: the mixture goes this far beyond the two (0.2: shares -0.2 to 1.2).
        noise_px: deviation of noise on the points that the converter sees.
    """

    mirror: float = 0.0
    blend: float = 0.0
    blend_outside: float = 0.0
    noise_px: float = 0.0


@dataclass(frozen=True)
class ULCRecipe:
    """How the converter is trained.

    Attributes:
        net, losses, augmentation: see there.
        batch: driving faces a step.
        sources: a step; 0 gives each driving face its own. With fewer, each source is converted
            with each driving face, which costs little more (`ULC.grid`).
        axes: the points enter along the principal axes of the training faces while training;
            folded into the first layers at the end, so the network stays the paper's.
        steps: in all; `--minutes` ends earlier and squeezes the schedule into the time it has.
        learning_rate, beta1, beta2: Adam's, of the converter and of both discriminators.
        schedule: `steps` divides the rate by ten at 0.3, 0.6 and 0.9 of the training (section
            4.1: every 300 of 1000 epochs); `cosine` lets it fall smoothly to zero after a short
            rise.
        weight_decay: decoupled, of the converter.
        validation: of the people to train on, this share only tells which weights to keep.
        average: of the weights over steps (EMA), 0 for none.
        members: networks trained with other seeds, whose answers are averaged.
    """

    net: ULCConfig = field(default_factory=ULCConfig)
    losses: ULCLossWeights = field(default_factory=ULCLossWeights)
    augmentation: ULCAugmentation = field(default_factory=ULCAugmentation)
    batch: int = 16
    sources: int = 0
    axes: bool = False
    steps: int = 301_500  # 1000 epochs of RaFD's 4824 pictures
    learning_rate: float = 3e-4
    beta1: float = 0.99
    beta2: float = 0.999
    schedule: str = "steps"
    weight_decay: float = 0.0
    validation: float = 0.0
    average: float = 0.0
    members: int = 1
    seed: int = 0


@dataclass(frozen=True)
class GAGConfig:
    """The generator's network (section 3.2).

    Attributes:
        kind: `paper`, or `light`.
        width: of the paper's first layer; its residual blocks are four times as wide.
        blocks: residual blocks of the paper's transformer, a multiple of 3.
        widths: of the light one at a quarter, an eighth and a sixteenth of the resolution.
        landmark_channels: of the landmark encoder.
    """

    kind: str = "paper"
    width: int = 64
    blocks: int = 9
    widths: tuple[int, int, int] = (48, 96, 192)
    landmark_channels: int = 16


LIGHT = GAGConfig(kind="light")
TINY = GAGConfig(kind="light", widths=(8, 8, 8), landmark_channels=4)
"""For tests."""


@dataclass(frozen=True)
class GAGLossWeights:
    """Eq. 8 but lambda_adv, and what the light recipe adds. A weight of 0 leaves its term out.

    Attributes:
        pixel: lambda_pix, Eq. 9. triplet: lambda_TP, Eq. 11. margin: m of Eq. 11.
        perceptual: distance of the output and the target in the same features.
        parts: mouth and eyes count this much more in the pixel loss.
        mask: price of painting outside of mouth and eyes.
        correction: price of correcting the motion, by the pixel.
        paint: pixel loss of the paint alone, everywhere: where no mask shows it, it would never
            learn, and so no mask would ever show it.
    """

    pixel: float = 100.0
    triplet: float = 0.1
    margin: float = 0.3
    perceptual: float = 0.0
    parts: float = 0.0
    mask: float = 0.0
    correction: float = 0.0
    paint: float = 0.0
