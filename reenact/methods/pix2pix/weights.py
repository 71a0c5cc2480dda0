"""The baseline's weights file, with its settings beside it."""

from __future__ import annotations

from pathlib import Path

from reenact.methods.pix2pix.config import Pix2PixConfig
from reenact.methods.pix2pix.networks import LightPix2Pix, Pix2Pix, make_generator
from reenact.nn.weights import fill, read_config, read_weights

NAME = "pix2pix"


def read_network(path: Path) -> Pix2Pix | LightPix2Pix:
    """The network of a file.

    Raises:
        WeightsError: see `read_weights` and `fill`.
    """
    state, card = read_weights(path, NAME)
    config = read_config(Pix2PixConfig, card, "network", path)
    return fill(make_generator(config), state, "", path)
