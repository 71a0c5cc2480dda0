"""Settings of LandmarkGAN: networks and how they are trained."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

POINTS = 106
"""Landmarks of a face (`face106`); the paper has WFLW's 98, which lack pupils' places of ours."""


@dataclass(frozen=True)
class ConverterConfig:
    """The landmark converter (section 2.1): encoder and decoders of five layers each.

    Attributes:
        width: of the hidden layers.
        straight: whether a single linear layer goes past the five; not so in the paper.
    """

    width: int = 512
    straight: bool = False


@dataclass(frozen=True)
class TL2FConfig:
    """Landmarks to face (section 2.1): two fully connected layers, six blocks that double the side.

    Attributes:
        start: side of the first feature map; the picture is 64 times as large.
        hidden: width of the first fully connected layer.
        widths: channels before each block.
        shared: how many blocks, from the first, all people share, and the first layer with them;
            0 for a whole network a person, as the paper has it.
        maps: whether a person's own blocks also see the landmarks drawn; not so in the paper.
    """

    start: int = 4
    hidden: int = 1024
    widths: tuple[int, ...] = (512, 512, 256, 256, 128, 64)
    shared: int = 0
    maps: bool = False

    @property
    def size(self) -> int:
        """Side of the pictures, pixels."""
        return self.start * 2 ** len(self.widths)


@dataclass(frozen=True)
class Networks:
    """Both networks of one weights file."""

    converter: ConverterConfig = field(default_factory=ConverterConfig)
    face: TL2FConfig = field(default_factory=TL2FConfig)


PAPER = Networks()
LIGHT = Networks(
    ConverterConfig(128, straight=True),
    TL2FConfig(start=2, hidden=256, widths=(256, 192, 128, 64, 40, 24), shared=3, maps=True),
)
TINY = Networks(
    ConverterConfig(16, straight=True),
    TL2FConfig(start=1, hidden=16, widths=(16, 16, 8, 8, 8, 8), shared=2, maps=True),
)
"""For tests."""

VARIANTS = {"paper": PAPER, "light": LIGHT, "tiny": TINY}


@dataclass(frozen=True)
class LandmarkGANRecipe:
    """How it is trained; losses weigh as named.

    Attributes:
        net: see there.
        optimizer: `rmsprop`, or `adam`.
        rate: of TL2F and critics. fall, every: the rate is multiplied by `fall` each `every` steps;
            every 0 takes the loop's smooth fall.
        converter_steps, converter_batch, converter_rate: of the converter, which is trained first
            and goes on with TL2F where `joint`.
        taught: share of converter faces that drive by way of the expression model, see
            `converter_training.py`; 0 in the paper.
        pixel: L_L2I. landmarks: L_I2L. adversarial: L_L2I-gan. perceptual: ours.
        adversarial_from: share of the run after which the critic joins in.
        kind: of the adversarial loss; `log` is Eq. 6.
        landmarks_every: steps from one look of the landmark detector to the next.
        patch: side of the cut that the perceptual loss sees, pixels; 0 for the whole picture.
        face_weight: how much more a pixel of the face counts than one beside it.
        joint: the adversarial loss also trains the converter, as printed.
        warped: faces of each person that are made of their pictures, warped to other expressions,
            turns and edits (`reenact/data/warped_faces.py`). warped_share: of all that is drawn.
        jitter: of landmarks that TL2F sees, normalized.
    """

    net: Networks = field(default_factory=Networks)
    optimizer: str = "rmsprop"
    rate: float = 6e-5
    fall: float = 0.9
    every: int = 2500
    converter_steps: int = 45_000
    converter_batch: int = 4
    converter_rate: float = 1e-5
    taught: float = 0.0
    pixel: float = 1.0
    landmarks: float = 1.0
    adversarial: float = 1.0
    adversarial_from: float = 0.0
    kind: str = "log"
    perceptual: float = 0.0
    landmarks_every: int = 1
    patch: int = 0
    face_weight: float = 1.0
    joint: bool = True
    warped: int = 0
    warped_share: float = 0.0
    jitter: float = 0.0


_LIGHT = LandmarkGANRecipe(
    net=LIGHT,
    optimizer="adam",
    rate=1.5e-3,
    every=0,
    converter_steps=4000,
    converter_batch=48,
    converter_rate=7e-4,
    taught=0.5,
    pixel=10.0,
    landmarks=4.0,
    adversarial=0.08,
    adversarial_from=0.5,
    kind="hinge",
    perceptual=1.0,
    landmarks_every=8,
    patch=64,
    face_weight=3.0,
    joint=False,
    warped=600,
    warped_share=0.6,
    jitter=0.002,
)
RECIPES: dict[str, LandmarkGANRecipe] = {
    "paper": LandmarkGANRecipe(),
    "light": _LIGHT,
    "tiny": replace(
        _LIGHT, net=TINY, converter_steps=5, converter_batch=4, perceptual=0.0, patch=32, warped=4
    ),
}
