"""FReeNet's weights file: converter (`ulc.`) and generator (`gag.`), with their settings beside."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from reenact.errors import WeightsError
from reenact.methods.freenet.config import GAGConfig, ULCConfig
from reenact.methods.freenet.gag import GAG
from reenact.methods.freenet.light import LightGAG
from reenact.methods.freenet.networks import make_generator
from reenact.methods.freenet.ulc import ULC
from reenact.nn.weights import fill, read_weights

Settings = TypeVar("Settings")
NAME = "freenet"


def read_method(path: Path) -> tuple[ULC, GAG | LightGAG]:
    """Both networks of a file.

    Raises:
        WeightsError: see `read_weights` and `fill`.
    """
    state, card = read_weights(path, NAME)
    ulc = fill(ULC(_config(ULCConfig, card, "ulc", path)), state, "ulc.", path)
    gag = fill(make_generator(_config(GAGConfig, card, "gag", path)), state, "gag.", path)
    return ulc, gag


def read_generator(path: Path) -> GAG | LightGAG:
    """The generator alone."""
    state, card = read_weights(path, NAME)
    return fill(make_generator(_config(GAGConfig, card, "gag", path)), state, "gag.", path)


def read_converter(path: Path) -> ULC:
    """The converter alone."""
    state, card = read_weights(path, NAME)
    return fill(ULC(_config(ULCConfig, card, "ulc", path)), state, "ulc.", path)


def _config(kind: type[Settings], card: dict[str, Any], name: str, path: Path) -> Settings:
    known = {field.name for field in fields(kind)}
    values = card.get(name)
    if not isinstance(values, dict) or set(values) != known:
        raise WeightsError(f"The card of {path} must have `{name}` with {sorted(known)}.")
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})
