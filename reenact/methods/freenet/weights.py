"""FReeNet's weights file: converter (`ulc.`) and generator (`gag.`), with their settings beside."""

from __future__ import annotations

from pathlib import Path

from reenact.methods.freenet.config import GAGConfig, ULCConfig
from reenact.methods.freenet.gag import GAG
from reenact.methods.freenet.light import LightGAG
from reenact.methods.freenet.networks import make_generator
from reenact.methods.freenet.ulc import ULC
from reenact.nn.weights import fill, read_config, read_weights

NAME = "freenet"


def read_method(path: Path) -> tuple[ULC, GAG | LightGAG]:
    """Both networks of a file.

    Raises:
        WeightsError: see `read_weights` and `fill`.
    """
    state, card = read_weights(path, NAME)
    ulc = fill(ULC(read_config(ULCConfig, card, "ulc", path)), state, "ulc.", path)
    gag = fill(make_generator(read_config(GAGConfig, card, "gag", path)), state, "gag.", path)
    return ulc, gag


def read_generator(path: Path) -> GAG | LightGAG:
    """The generator alone."""
    state, card = read_weights(path, NAME)
    return fill(make_generator(read_config(GAGConfig, card, "gag", path)), state, "gag.", path)


def read_converter(path: Path) -> ULC:
    """The converter alone."""
    state, card = read_weights(path, NAME)
    return fill(ULC(read_config(ULCConfig, card, "ulc", path)), state, "ulc.", path)
