"""`g2gan`: geometry-guided removal and synthesis of expressions.

L. Song, Z. Lu, R. He, Z. Sun, T. Tan, "Geometry Guided Adversarial Facial Expression Synthesis",
2017, https://arxiv.org/abs/1712.03474. Written anew from the paper's text; MIT. `networks.py` and
`losses.py` are section 3.1, `shape.py` is section 3.2 (Eq. 9 to 12), `training.py` is section 4.2
with the ablations of 4.3, `method.py` is Eq. 13. The model card is `README.md`.
"""

from __future__ import annotations

from pathlib import Path

from reenact.geometry.expression import ExpressionModel
from reenact.methods.g2gan.method import G2GAN

METHOD = G2GAN


def create(weights: str | Path | None = None) -> G2GAN:
    """`g2gan` with the embedded weights, or those of a file with its card beside it."""
    from reenact.methods.g2gan.weights import NAME, read_method
    from reenact.nn.weights import weights_path

    return G2GAN(ExpressionModel.load(), *read_method(weights_path(NAME, weights)))


def build(variant: str = "light") -> G2GAN:
    """`g2gan` with random networks and unlabelled shapes: `paper`, `light` or `tiny`."""
    import torch

    from reenact.errors import UnknownNameError
    from reenact.methods.g2gan.config import LIGHT, TINY, G2GANConfig
    from reenact.methods.g2gan.networks import Generators
    from reenact.methods.g2gan.shape import any_shapes

    variants = {"paper": G2GANConfig(), "light": LIGHT, "tiny": TINY}
    if variant not in variants:
        raise UnknownNameError("variant", variant, variants)
    torch.manual_seed(0)
    expression = ExpressionModel.load()
    return G2GAN(expression, Generators(variants[variant]), any_shapes(expression))
