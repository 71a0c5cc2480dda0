"""GC-GAN's weights file: G and E, with their settings beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from reenact.errors import WeightsError
from reenact.methods.gcgan.config import EmbeddingConfig, GCGANConfig
from reenact.methods.gcgan.embedding import Embedding
from reenact.methods.gcgan.light import LightGenerator
from reenact.methods.gcgan.networks import Generator, make_generator
from reenact.nn.weights import fill, read_config, read_weights

NAME = "gcgan"
_EARLIER: dict[str, Any] = {"unseen": 0.0, "mouth": 1}  # cards of then do not name these
_COUNTER = "num_batches_tracked"


def read_networks(path: Path) -> tuple[Generator | LightGenerator, Embedding]:
    """G and E of a file.

    Raises:
        WeightsError: see `read_weights` and `fill`.
    """
    state, card = read_weights(path, NAME)
    config = _config(card, path)
    generator = _filled(make_generator(config), state, "generator.", path)
    return generator, _filled(Embedding(config.embedding), state, "embedding.", path)


def read_embedding(path: Path) -> Embedding:
    """E of a file; one without G will do.

    Raises:
        WeightsError: as `read_networks`.
    """
    if not path.is_file():
        raise WeightsError(f"`embedding` must be a file, got '{path}'. Leave it out to train one.")
    state, card = read_weights(path, NAME)
    return _filled(Embedding(_config(card, path).embedding), state, "embedding.", path)


def widened(begun: nn.Module, network: nn.Module) -> dict[str, Tensor]:
    """State of a generator that knew fewer maps of the mouth, for one that knows more of them.

    What it hears of the new ones, the last inputs of `join`, is 0 at first.
    """
    state = begun.state_dict()
    old, new = (one.get("join.weight") for one in (state, network.state_dict()))
    if old is not None and new is not None:
        added = new.shape[1] - old.shape[1]
        if added > 0:
            nothing = old.new_zeros(old.shape[0], added, *old.shape[2:])
            state["join.weight"] = torch.cat([old, nothing], 1)
    return state


def _config(card: dict[str, Any], path: Path) -> GCGANConfig:
    config = read_config(GCGANConfig, card, "network", path, _EARLIER)
    return replace(
        config, embedding=read_config(EmbeddingConfig, card["network"], "embedding", path)
    )


def _filled(network: nn.Module, state: dict, prefix: str, path: Path) -> nn.Module:
    """As `fill`; batch norms' counters of steps are not kept in files."""
    counters = {
        prefix + name: torch.zeros((), dtype=torch.long)
        for name in network.state_dict()
        if name.endswith(_COUNTER)
    }
    return fill(network, state | counters, prefix, path)
