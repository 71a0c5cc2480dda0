"""The baseline's weights file, with its settings beside it."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from reenact.errors import WeightsError
from reenact.methods.pix2pix.config import Pix2PixConfig
from reenact.methods.pix2pix.networks import LightPix2Pix, Pix2Pix, make_generator
from reenact.nn.weights import fill, read_weights

NAME = "pix2pix"


def read_network(path: Path) -> Pix2Pix | LightPix2Pix:
    """The network of a file.

    Raises:
        WeightsError: see `read_weights` and `fill`.
    """
    state, card = read_weights(path, NAME)
    known = {field.name for field in fields(Pix2PixConfig)}
    values = card.get("network")
    if not isinstance(values, dict) or set(values) != known:
        raise WeightsError(f"The card of {path} must have `network` with {sorted(known)}.")
    config = Pix2PixConfig(**values | {"widths": tuple(values["widths"])})
    return fill(make_generator(config), state, "", path)
