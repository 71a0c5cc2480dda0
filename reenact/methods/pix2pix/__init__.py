"""`pix2pix`: the baseline of FReeNet, pix2pix with the landmarks as a fourth channel.

P. Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks", CVPR 2017,
https://arxiv.org/abs/1611.07004, as modified by FReeNet (section 4.1). Written anew; MIT. The
model card is `README.md`.
"""

from __future__ import annotations

from pathlib import Path

from reenact.geometry.expression import ExpressionModel
from reenact.methods.pix2pix.method import Pix2PixMethod

METHOD = Pix2PixMethod


def create(weights: str | Path | None = None) -> Pix2PixMethod:
    """`pix2pix` with the embedded weights, or those of a file with its card beside it."""
    from reenact.methods.pix2pix.weights import NAME, read_network
    from reenact.nn.weights import weights_path

    return Pix2PixMethod(ExpressionModel.load(), read_network(weights_path(NAME, weights)))


def build(variant: str = "light") -> Pix2PixMethod:
    """`pix2pix` with a random network: `paper`, `light` or `tiny`."""
    import torch

    from reenact.errors import UnknownNameError
    from reenact.methods.pix2pix.config import LIGHT, TINY, Pix2PixConfig
    from reenact.methods.pix2pix.networks import make_generator

    variants = {"paper": Pix2PixConfig(), "light": LIGHT, "tiny": TINY}
    if variant not in variants:
        raise UnknownNameError("variant", variant, variants)
    torch.manual_seed(0)
    return Pix2PixMethod(ExpressionModel.load(), make_generator(variants[variant]))
