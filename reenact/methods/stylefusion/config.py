"""Shape of a style-based generator."""

from __future__ import annotations

from dataclasses import dataclass

from reenact.errors import InputError

STYLEGAN, STYLEGAN2 = "stylegan", "stylegan2"


@dataclass(frozen=True)
class GeneratorConfig:
    """One generator.

    Attributes:
        kind: `stylegan` (AdaIN after each layer) or `stylegan2` (weights demodulated).
        size: side of the pictures, pixels: a power of 2, at least 8.
        channels: of the features at 4, 8, 16 ... `size` pixels.
        style: length of a layer's style.
        mapping_layers: linear layers from noise to style; 0 where a checkpoint has none.
        clamp: largest absolute value after each activation (StyleGAN2-ADA), None for no limit.
        zoom, middle: of the normalized faces that it learned; see `normalize.py`. The first
            values are FFHQ's, which public generators saw.
        expression: layers, counted from 0, whose styles hold the expression. The first value is
            the paper's 4 and 5 of 18, features of 8 and 16 pixels, which have the same numbers in
            smaller generators.
    """

    kind: str = STYLEGAN2
    size: int = 64
    channels: tuple[int, ...] = (128, 128, 128, 64, 32)
    style: int = 512
    mapping_layers: int = 8
    clamp: float | None = None
    zoom: float = 1.0
    middle: float = 0.1
    expression: tuple[int, ...] = (3, 4)

    def __post_init__(self) -> None:
        if self.kind not in (STYLEGAN, STYLEGAN2):
            raise InputError(f"`kind` must be stylegan or stylegan2, got '{self.kind}'.")
        if self.size != 2 ** (len(self.channels) + 1) or self.size < 8:
            raise InputError(
                f"`channels` must have a number for each of 4, 8 ... {self.size} pixels, "
                f"got {len(self.channels)}."
            )

    @property
    def sizes(self) -> tuple[int, ...]:
        """Sides of the features: 4, 8 ... `size`."""
        return tuple(4 * 2**k for k in range(len(self.channels)))

    @property
    def layers(self) -> int:
        """Styles of a picture: two for each side, 18 at 1024 pixels."""
        return 2 * len(self.channels)

    def layer_size(self, layer: int) -> int:
        """Side of the features that style number `layer` (from 0) acts on.

        Example:
            >>> config = GeneratorConfig(size=16, channels=(8, 8, 8))
            >>> [config.layer_size(k) for k in range(config.layers)]
            [4, 4, 8, 8, 16, 16]
        """
        return 4 * 2 ** (layer // 2)


@dataclass(frozen=True)
class EncoderConfig:
    """The network that guesses styles.

    Attributes:
        look_px: side at which the shared style sees a face.
        inner: length of what the layers' changes are read from.
        widths: channels of the convolutions for those changes; each halves the side.
    """

    look_px: int = 32
    inner: int = 384
    widths: tuple[int, ...] = (32, 64, 96, 128)


EMBEDDED = GeneratorConfig(
    channels=(128, 128, 128, 64, 32),
    style=256,
    mapping_layers=4,
    zoom=1.6,
    middle=0.68,
    expression=(2, 3, 4, 5),
)
"""The generator inside the project: nearer faces than FFHQ's, as 64 pixels are few. All its layers
of 8 and 16 pixels are taught to hold the expression."""
TINY = GeneratorConfig(
    size=16, channels=(8, 8, 8), style=16, mapping_layers=2, zoom=1.6, middle=0.68
)
TINY_ENCODER = EncoderConfig(8, 16, (8, 8))
"""For tests."""
