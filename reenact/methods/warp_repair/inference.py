"""Running the network on one window: through OpenVINO where it is installed, else torch.

On two CPU cores, busy with other work, the network's fastest call took 1.7 ms through OpenVINO and
11 ms through torch; the medians were alike. Both give the same picture within a level (tested).
"""

from __future__ import annotations

from functools import cached_property
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reenact.methods.warp_repair.networks import DRAWN, RepairNet
from reenact.nn.compiled import compile_network
from reenact.types import Frame

THREADS = 1  # two gained under 1 ms at the median on a busy two-core machine, and varied more


class Runner:
    """The network, ready for pictures.

    Args:
        network: its weights are not changed.
        is_fast: use OpenVINO; where it is None, if it is installed.
    """

    def __init__(self, network: RepairNet, is_fast: bool | None = None) -> None:
        import torch

        self.network = network.eval().to(memory_format=torch.channels_last)
        self.is_fast = find_spec("openvino") is not None if is_fast is None else is_fast

    def __call__(self, picture: Frame, drawn: NDArray, flow: NDArray) -> NDArray[np.float32]:
        """(S, S, 3) levels to add to a window, before they are gated.

        Args:
            picture: (S, S, 3) warped window.
            drawn: (2, S, S) uint8 lips and inside of the mouth.
            flow: (S / 4, S / 4, 2) motion, outer eye corner distances.
        """
        inputs = (
            _channels_first(picture) / 255,
            drawn[None].astype(np.float32) / 255,
            _channels_first(flow),
        )
        change = self._compiled(inputs)[0] if self.is_fast else self._with_torch(inputs)
        return 255 * change[0].transpose(1, 2, 0)

    def prepare(self) -> None:
        """Compile now rather than at the first picture."""
        if self.is_fast:
            self._compiled  # noqa: B018

    def _with_torch(self, inputs: tuple[NDArray, ...]) -> NDArray[np.float32]:
        import torch

        with torch.inference_mode():
            return self.network(*(torch.from_numpy(array) for array in inputs)).numpy()

    @cached_property
    def _compiled(self) -> Any:
        size = self.network.config.window_px
        shapes = ((1, 3, size, size), (1, DRAWN, size, size), (1, 2, size // 4, size // 4))
        return compile_network(self.network, shapes, THREADS)


def _channels_first(array: NDArray) -> NDArray[np.float32]:
    """(h, w, C) as (1, C, h, w) float32."""
    return np.ascontiguousarray(array.transpose(2, 0, 1)[None], np.float32)
