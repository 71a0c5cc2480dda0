"""`warp-repair`: the mesh warp followed by a small network of our own. No paper; MIT.

What a warp cannot know, the mouth's inside in this person's light, the rims of stretched lips,
the folds and the shade that come with an expression, is added by a network that was trained on
the warp's own faults: photographs warped to another expression and back (`pairs.py`). It sees a
window around the mouth and only adds to it, in proportion to how far the face has moved there.
Everything else is `warp`'s, bit by bit. The model card is `README.md`.
"""

from __future__ import annotations

from pathlib import Path

from reenact.geometry.expression import ExpressionModel
from reenact.methods.warp_repair.method import WarpRepair

METHOD = WarpRepair


def create(weights: str | Path | None = None) -> WarpRepair:
    """`warp-repair` with the embedded network, or one from a file with its card beside it."""
    from reenact.methods.warp_repair.inference import make_runner
    from reenact.methods.warp_repair.weights import NAME, read_network
    from reenact.nn.weights import weights_path

    network = read_network(weights_path(NAME, weights))
    return WarpRepair(ExpressionModel.load(), make_runner(network))


def build(is_tiny: bool = False) -> WarpRepair:
    """`warp-repair` with a random network, for training and tests."""
    import torch

    from reenact.methods.warp_repair.config import TINY, RepairConfig
    from reenact.methods.warp_repair.inference import make_runner
    from reenact.methods.warp_repair.networks import RepairNet

    torch.manual_seed(0)
    network = RepairNet(TINY if is_tiny else RepairConfig())
    return WarpRepair(ExpressionModel.load(), make_runner(network))
