"""Settings of GC-GAN."""

from __future__ import annotations

from dataclasses import dataclass, field

POINTS = 68
GEOMETRY = 2 * POINTS
"""Numbers of a geometry: x and y of the 68 points, one after the other."""
GUIDES = ("embedding", "landmarks")


@dataclass(frozen=True)
class EmbeddingConfig:
    """Network E, Table 3.

    Attributes:
        widths: of the fully connected layers; the middle one is the embedding z_g.
    """

    widths: tuple[int, ...] = (128, 64, 32, 64, 128)

    @property
    def size(self) -> int:
        """Numbers of an embedding."""
        return self.widths[len(self.widths) // 2]


@dataclass(frozen=True)
class GCGANConfig:
    """Networks G and E.

    Attributes:
        kind: `paper` (Table 3, at 64 x 64) or `light`.
        size: side of the pictures, pixels.
        widths: of G's convolutions; four levels of the light one.
        neck: numbers of the image's latent vector z_i.
        guide: what tells G the expression: the `embedding`, or the drawn `landmarks` as one more
            input channel (SPG, section 4.4).
        embedding: see there.
        inside: of the light one: how surely the inside of a mouth that landmarks open is painted,
            before G has its say (a logit); 0 leaves it to G.
        unseen: of the light one: the same, added where the source shows next to nothing of it, so
            that pixels would be stretched (see `LightGenerator`).
        mouth: of the light one: maps of the mouth, 1 for its inside alone, 4 with the place in it
            (`geometry.mouth_maps`).
    """

    kind: str = "paper"
    size: int = 64
    widths: tuple[int, ...] = (64, 128, 256)
    neck: int = 128
    guide: str = "embedding"
    embedding: EmbeddingConfig = field(default_factory=EmbeddingConfig)
    inside: float = 4.0
    unseen: float = 0.0
    mouth: int = 1


LIGHT = GCGANConfig("light", 128, (48, 64, 96, 128), 192, unseen=5.0, mouth=4)
TINY = GCGANConfig("light", 128, (8, 8, 8, 8), 16, unseen=5.0, mouth=4)
"""For tests."""
