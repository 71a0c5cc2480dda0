"""Running the network on one window: through OpenVINO where it is installed, else torch.

On two CPU cores, busy with other work, the network's fastest call took 1.7 ms through OpenVINO and
11 ms through torch; the medians were alike. Both give the same picture within a level (tested).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from reenact.methods.warp_repair.config import DRAWN
from reenact.nn.runner import Runner, as_input
from reenact.types import Frame

if TYPE_CHECKING:
    from reenact.methods.warp_repair.networks import RepairNet

THREADS = 1  # two gained under 1 ms at the median on a busy two-core machine, and varied more


def make_runner(network: RepairNet, is_fast: bool | None = None) -> Runner:
    """The network, ready for `change_of`; its weights are not changed.

    Args:
        is_fast: use OpenVINO; where it is None, if it is installed.
    """
    import torch

    size = network.config.window_px
    shapes = ((1, 3, size, size), (1, DRAWN, size, size), (1, 2, size // 4, size // 4))
    return Runner(network.to(memory_format=torch.channels_last), shapes, is_fast, THREADS)


def change_of(runner: Runner, picture: Frame, drawn: NDArray, flow: NDArray) -> NDArray[np.float32]:
    """(S, S, 3) levels to add to a window, before they are gated.

    Args:
        runner: of `make_runner`.
        picture: (S, S, 3) warped window.
        drawn: (2, S, S) uint8 lips and inside of the mouth.
        flow: (S / 4, S / 4, 2) motion, outer eye corner distances.
    """
    maps = drawn[None].astype(np.float32) / 255
    (change,) = runner(as_input(picture), maps, flow.transpose(2, 0, 1)[None])
    return 255 * change[0].transpose(1, 2, 0)
