"""`stylefusion`: expression transfer in the styles of a style-based generator.

Yang and Lim (2019), "Unconstrained Facial Expression Transfer using Style-based Generator",
arXiv 1912.06253. Generators: StyleGAN (Karras et al., 2018, arXiv 1812.04948) and StyleGAN2
(Karras et al., 2019, arXiv 1912.04958). Written anew from the papers; MIT. The model card is
`README.md`.
"""

from __future__ import annotations

from pathlib import Path

from reenact.geometry.expression import ExpressionModel
from reenact.methods.stylefusion.method import StyleFusion

METHOD = StyleFusion
PUBLIC_STEPS = 200
"""Of the search for a face's styles in a generator that brings no encoder."""


def create(weights: str | Path | None = None) -> StyleFusion:
    """`stylefusion` with the embedded networks, those of a file, or a public generator.

    Args:
        weights: see `weights.read_networks`. A public generator has no encoder: each face then
            takes as many steps as `inversion.FastRecipe` says.
    """
    from reenact.methods.stylefusion.checkpoint import file_sha256, find_file
    from reenact.methods.stylefusion.inversion import FastRecipe
    from reenact.methods.stylefusion.studio import load_studio

    studio = load_studio(weights)
    if studio.encoder is not None:
        return StyleFusion(ExpressionModel.load(), studio)
    made = StyleFusion(ExpressionModel.load(), studio, recipe=FastRecipe(steps=PUBLIC_STEPS))
    made.weights_sha256 = file_sha256(find_file(weights))
    return made


def build(variant: str = "light") -> StyleFusion:
    """`stylefusion` with random networks: `light` or `tiny`."""
    import torch

    from reenact.errors import UnknownNameError
    from reenact.methods.stylefusion.distance import encoder_distance
    from reenact.methods.stylefusion.encoder import Encoder
    from reenact.methods.stylefusion.generator import Generator
    from reenact.methods.stylefusion.recipes import RECIPES
    from reenact.methods.stylefusion.studio import Studio

    if variant not in RECIPES:
        raise UnknownNameError("variant", variant, RECIPES)
    recipe = RECIPES[variant]
    torch.manual_seed(0)
    generator = Generator(recipe.net).eval().requires_grad_(False)
    encoder = Encoder(recipe.encoder, recipe.net).eval().requires_grad_(False)
    return StyleFusion(
        ExpressionModel.load(), Studio(generator, encoder, encoder_distance(encoder))
    )
