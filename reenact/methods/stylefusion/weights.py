"""The embedded generator and encoder, and public generators in their place."""

from __future__ import annotations

from pathlib import Path

from reenact.methods.stylefusion.config import EncoderConfig, GeneratorConfig
from reenact.methods.stylefusion.encoder import Encoder
from reenact.methods.stylefusion.generator import Generator
from reenact.nn.weights import fill, found, is_reference, read_config, read_weights, weights_path

NAME = "stylefusion"


def read_networks(weights: str | Path | None = None) -> tuple[Generator, Encoder | None]:
    """Generator and encoder, frozen.

    Args:
        weights: None for the embedded ones; those of this method (a file with its card beside it,
            a run's folder, or org/repo@revision on the Hub); or a public generator (see
            `checkpoint.load_generator`), which brings no encoder.

    Raises:
        WeightsError: they cannot be used.
    """
    if weights is None or _has_card(weights):
        return _own(weights_path(NAME, weights))
    from reenact.methods.stylefusion.checkpoint import load_generator

    return load_generator(weights), None


def _has_card(weights: str | Path) -> bool:
    if not is_reference(weights):
        return False
    path = found(weights)
    return path.suffix == ".safetensors" and path.with_suffix(".json").is_file()


def _own(path: Path) -> tuple[Generator, Encoder]:
    state, card = read_weights(path, NAME)
    net = read_config(GeneratorConfig, card, "generator", path)
    config = read_config(EncoderConfig, card, "encoder", path)
    generator = fill(Generator(net), state, "generator.", path)
    encoder = fill(Encoder(config, net), state, "encoder.", path)
    return generator.requires_grad_(False), encoder.requires_grad_(False)
