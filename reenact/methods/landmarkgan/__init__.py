"""`landmarkgan`: LandmarkGAN, faces of trained people from landmarks alone.

P. Sun, Y. Li, H. Qi, S. Lyu, "LandmarkGAN: Synthesizing Faces from Landmarks", 2020,
https://arxiv.org/abs/2011.00269. Written anew from the paper; code and weights are MIT.
`networks.py` is section 2.1, `converter_losses.py`, `losses.py` and `training.py` are section 2.2,
the recipe `paper` in `config.py` is section 3.1. The model card is `README.md`.
"""

from __future__ import annotations

from pathlib import Path

from reenact.geometry.expression import ExpressionModel
from reenact.methods.landmarkgan.method import LandmarkGAN

METHOD = LandmarkGAN


def create(weights: str | Path | None = None) -> LandmarkGAN:
    """`landmarkgan` with the embedded people, or those of a file or of a run's folder."""
    from reenact.methods.landmarkgan.weights import NAME, read_people
    from reenact.nn.weights import weights_path

    return LandmarkGAN(ExpressionModel.load(), read_people(weights_path(NAME, weights)))


def build(variant: str = "light") -> LandmarkGAN:
    """`landmarkgan` with random networks of one nameless person, for training and tests.

    Args:
        variant: `paper`, `light` or `tiny`.
    """
    from reenact.errors import UnknownNameError
    from reenact.methods.landmarkgan.config import VARIANTS
    from reenact.methods.landmarkgan.weights import nobody

    if variant not in VARIANTS:
        raise UnknownNameError("variant", variant, VARIANTS)
    made = LandmarkGAN(ExpressionModel.load(), nobody(VARIANTS[variant]))
    made.person = "nobody"
    return made
