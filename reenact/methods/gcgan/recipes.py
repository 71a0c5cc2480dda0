"""Recipes of GC-GAN, and the switches of `--option`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from reenact.data.drawn_pairs import PairSwitches
from reenact.methods.gcgan.config import LIGHT, TINY, GCGANConfig
from reenact.methods.gcgan.labels import CLUSTERS
from reenact.methods.gcgan.pretrain import EmbeddingRecipe
from reenact.training.adversarial import GANRecipe


@dataclass(frozen=True)
class GCGANRecipe(GANRecipe):
    """How G and D are trained, after E.

    Attributes:
        net: see there. embedding: how E is trained.
        pixel: lambda 3, of L_ir. parts: how much more L_ir counts mouth and eyes.
        penalty: of the gradient, where the adversarial loss is `wgan`.
        perceptual, flow, mask: of the light recipe's own losses: features, the landmarks' motion,
            paint outside of mouth and eyes.
        paint: pixel loss of the paint alone, everywhere: where no mask shows it, it would never
            learn, and so no mask would ever show it.
        foreign: share of pairs whose embedding is of another person's face.
        still: share of pairs where nothing shall change.
        exact: share of pairs that move by the target's own landmarks, see `WindowPairs`.
    """

    net: GCGANConfig = GCGANConfig()
    embedding: EmbeddingRecipe = field(default_factory=EmbeddingRecipe)
    pixel: float = 1.0
    parts: float = 0.0
    penalty: float = 10.0
    perceptual: float = 0.0
    flow: float = 0.0
    mask: float = 0.0
    paint: float = 0.0
    foreign: float = 0.5
    still: float = 0.0
    exact: float = 0.0


PAPER = GCGANRecipe(rate=3e-4, adversarial=1e-3, kind="wgan", epochs=0)
"""Section 3.3 and appendix; the rate falls at the end, of which the paper says nothing."""
_LIGHT = GCGANRecipe(
    net=LIGHT,
    embedding=EmbeddingRecipe(
        landmarks=10.0,
        of_mean=True,
        mix=0.7,
        weaker=0.5,
        eyes=3.0,
        brows=2.0,
        rate=1e-3,
        steps=20_000,
    ),
    pixel=10.0,
    parts=4.0,
    perceptual=0.5,
    flow=1.0,
    mask=0.05,
    paint=2.5,
    still=0.05,
    exact=0.5,
    rate=6e-4,
    beta1=0.9,
    beta2=0.99,
    adversarial=0.05,
    adversarial_from=0.55,
    kind="hinge",
    epochs=0,
)
RECIPES: dict[str, GCGANRecipe] = {
    "paper": PAPER,
    "light": _LIGHT,
    # The light network and E, G with the paper's losses and weights alone, for ablations.
    "ablation": replace(PAPER, net=LIGHT, embedding=_LIGHT.embedding, rate=6e-4),
    "tiny": replace(_LIGHT, net=TINY, embedding=EmbeddingRecipe(steps=20, batch=16)),
}


@dataclass(frozen=True)
class Switches(PairSwitches):
    """`--option NAME=VALUE`.

    Attributes:
        embedding: weights of E; trained first where none are named.
        meshes: `ict.npz` of labelled meshes, for E.
        clusters: pseudo labels, for E; 0 for published labels alone.
        contrast, landmarks, pixel: lambda 1 to 3; below 0 the recipe's. 0 is w/o L_contr, w/o L_gr,
            w/o L_ir of Table 1.
        guide: `embedding`, or `landmarks` for SPG.
        perceptual: `on`, or `off` where no features are at hand.
        start: weights whose G to begin with; their E is used where `embedding` names none.
    """

    embedding: str = ""
    meshes: str = ""
    clusters: int = CLUSTERS
    contrast: float = -1.0
    landmarks: float = -1.0
    pixel: float = -1.0
    guide: str = "embedding"
    perceptual: str = "on"
    start: str = ""


def switched(own: GCGANRecipe, switches: Switches) -> GCGANRecipe:
    """A recipe with a run's switches."""
    learned = own.embedding
    if switches.contrast >= 0:
        learned = replace(learned, contrast=switches.contrast)
    if switches.landmarks >= 0:
        learned = replace(learned, landmarks=switches.landmarks)
    own = replace(own, embedding=learned, net=replace(own.net, guide=switches.guide))
    return replace(own, pixel=switches.pixel) if switches.pixel >= 0 else own
