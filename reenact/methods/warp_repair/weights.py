"""The repair network's weights file, with its settings in the card beside it."""

from __future__ import annotations

from pathlib import Path

from reenact.errors import WeightsError
from reenact.methods.warp_repair.config import RepairConfig
from reenact.methods.warp_repair.networks import RepairNet
from reenact.nn.weights import fill, read_weights

NAME = "warp-repair"


def read_network(path: Path) -> RepairNet:
    """The network of a file.

    Raises:
        WeightsError: see `read_weights` and `fill`.
    """
    state, card = read_weights(path, NAME)
    config = card.get("config")
    if not isinstance(config, dict):
        raise WeightsError(f"The card of {path} must have `config`. Use the one made with it.")
    return fill(RepairNet(RepairConfig.from_dict(config)), state, "", path)
