"""`freenet`: FReeNet, multi-identity face reenactment (CVPR 2020), in two parts.

J. Zhang et al., "FReeNet: Multi-Identity Face Reenactment", CVPR 2020,
https://arxiv.org/abs/1905.11805; the authors' code is https://github.com/zhangzjn/FReeNet.
Written anew from the paper; the code is MIT like the project. `ulc.py` is the unified landmark
converter (section 3.1), checked against Table 3 on the paper's own points by `bench/ulc.py`.
`gag.py` is the geometry-aware generator (section 3.2) as printed, `light.py` the one whose weights
are embedded, `gag_losses.py` and `triplets.py` are section 3.3, `training.py` is section 3.4,
`strips.py` section 4.6. The model card is `README.md`.
"""

from __future__ import annotations

from pathlib import Path

from reenact.geometry.expression import ExpressionModel
from reenact.methods.freenet.method import FreeNet

METHOD = FreeNet


def create(weights: str | Path | None = None) -> FreeNet:
    """`freenet` with the embedded weights, or those of a file with its card beside it."""
    from reenact.methods.freenet.weights import NAME, read_method
    from reenact.nn.weights import weights_path

    ulc, gag = read_method(weights_path(NAME, weights))
    return FreeNet(ExpressionModel.load(), ulc, gag)


def build(variant: str = "light") -> FreeNet:
    """`freenet` with random networks, for training and tests.

    Args:
        variant: `paper`, `light` or `tiny`.
    """
    import torch

    from reenact.errors import UnknownNameError
    from reenact.methods.freenet.config import LIGHT, TINY, GAGConfig, ULCConfig
    from reenact.methods.freenet.networks import make_generator
    from reenact.methods.freenet.ulc import ULC

    variants = {
        "paper": (ULCConfig(), GAGConfig()),
        "light": (ULCConfig(width=192, layers=3, decoder=(384, 192)), LIGHT),
        "tiny": (ULCConfig(width=16, layers=2, decoder=(16,)), TINY),
    }
    if variant not in variants:
        raise UnknownNameError("variant", variant, variants)
    torch.manual_seed(0)
    ulc, gag = variants[variant]
    return FreeNet(ExpressionModel.load(), ULC(ulc), make_generator(gag))
