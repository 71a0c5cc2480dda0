"""The named ways to train the landmark converter."""

from __future__ import annotations

from dataclasses import replace

from reenact.errors import UnknownNameError
from reenact.methods.freenet.config import LOSS_SETTINGS, ULCAugmentation, ULCConfig, ULCRecipe

_FAST = ULCRecipe(learning_rate=1e-3, beta1=0.9, schedule="cosine", axes=True)
_PEOPLE = ULCAugmentation(mirror=0.5, blend=0.8, blend_outside=0.1, noise_px=1.0)

RECIPES: dict[str, ULCRecipe] = {
    # Sections 3.4 and 4.1 to the letter.
    "paper": ULCRecipe(),
    # The paper's network and losses. What differs serves minutes on a processor: each source with
    # each driving face in a step, principal axes while training, a higher rate with a cosine.
    "quick": replace(_FAST, batch=48, sources=16, steps=8000),
    # As `quick`, a quarter of the width: 0.3 M numbers.
    "light": replace(
        _FAST, net=ULCConfig(width=128, decoder=(256, 128)), batch=32, sources=32, steps=4000
    ),
    # For people never seen: 0.2 M numbers, shallower encoders, dropout, weight decay, averaged
    # weights; in training, people are mixtures of two, mirrored, with noise on their points.
    # Principal axes speed up training but make small differences loud: 0.1 px worse here.
    "generalizing": replace(
        _FAST,
        net=ULCConfig(width=128, layers=3, decoder=(256, 128), dropout=0.1),
        augmentation=_PEOPLE,
        axes=False,
        batch=256,
        steps=1500,
        learning_rate=2e-3,
        weight_decay=0.05,
        average=0.99,
    ),
}


def recipe_of(name: str, losses: str = "") -> ULCRecipe:
    """A recipe by its name, with a loss setting of Table 3 if one is named.

    Raises:
        UnknownNameError: there is none of this name.
    """
    if name not in RECIPES:
        raise UnknownNameError("recipe", name, RECIPES)
    if not losses:
        return RECIPES[name]
    if losses not in LOSS_SETTINGS:
        raise UnknownNameError("loss setting", losses, LOSS_SETTINGS)
    return replace(RECIPES[name], losses=LOSS_SETTINGS[losses])
