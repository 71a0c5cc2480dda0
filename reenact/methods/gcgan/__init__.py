"""`gcgan`: GC-GAN, expressions as places on a manifold, and one decoder for all people.

F. Qiao et al., "Geometry-Contrastive GAN for Facial Expression Transfer", 2018,
https://arxiv.org/abs/1802.01822. Written anew from the paper and its appendix; MIT. Checked
against Table 3 layer by layer. The model card is `README.md`.
"""

from __future__ import annotations

from pathlib import Path

from reenact.geometry.expression import ExpressionModel
from reenact.methods.gcgan.method import GCGAN

METHOD = GCGAN


def create(weights: str | Path | None = None) -> GCGAN:
    """`gcgan` with the embedded weights, or those of a file with its card beside it."""
    from reenact.methods.gcgan.spg import Spg
    from reenact.methods.gcgan.weights import NAME, read_networks
    from reenact.nn.weights import weights_path

    generator, embedding = read_networks(weights_path(NAME, weights))
    kind = Spg if generator.config.guide == "landmarks" else GCGAN
    return kind(ExpressionModel.load(), generator, embedding)


def build(variant: str = "light") -> GCGAN:
    """`gcgan` with random networks: `paper`, `light` or `tiny`."""
    import torch

    from reenact.errors import UnknownNameError
    from reenact.methods.gcgan.config import LIGHT, TINY, GCGANConfig
    from reenact.methods.gcgan.embedding import Embedding
    from reenact.methods.gcgan.networks import make_generator

    variants = {"paper": GCGANConfig(), "light": LIGHT, "tiny": TINY}
    if variant not in variants:
        raise UnknownNameError("variant", variant, variants)
    torch.manual_seed(0)
    config = variants[variant]
    return GCGAN(ExpressionModel.load(), make_generator(config), Embedding(config.embedding))
