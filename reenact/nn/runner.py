"""Running a network on arrays, by the way that is fastest on a processor."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reenact.nn.compiled import compile_network

if TYPE_CHECKING:
    from torch import nn

THREADS = 2


class Runner:
    """A network, ready for arrays; all ways give the same within two levels (tested).

    Args:
        network: tensors to one tensor or several; its weights are not changed.
        shapes: of its inputs.
        is_fast: use OpenVINO where it is installed, or what `winograd.py` does; else plain
            PyTorch. None is whatever of these is there.
        threads: of OpenVINO; PyTorch has its own setting.
        is_large: the network is made of wide 3 x 3 convolutions for one picture: Winograd's way
            is faster than OpenVINO.
    """

    def __init__(
        self,
        network: nn.Module,
        shapes: Sequence[tuple[int, ...]],
        is_fast: bool | None = None,
        threads: int = THREADS,
        is_large: bool = False,
    ) -> None:
        self.network, self.shapes, self.threads = network.eval(), tuple(shapes), threads
        self.is_large = is_large
        can_be_fast = is_large or find_spec("openvino") is not None
        self.is_fast = can_be_fast if is_fast is None else is_fast

    def __call__(self, *inputs: NDArray) -> list[NDArray[np.float32]]:
        """The network's outputs, float32."""
        arrays = [np.ascontiguousarray(array, np.float32) for array in inputs]
        if self.is_fast and not self.is_large:
            found = self._compiled(arrays)
            return [found[i] for i in range(len(found))]
        return _with_torch(self._quick if self.is_fast else self.network, arrays)

    def prepare(self) -> None:
        """Compile now rather than at the first picture."""
        if self.is_fast:
            _ = self._quick if self.is_large else self._compiled

    @cached_property
    def _quick(self) -> nn.Module:
        from reenact.nn.winograd import Fast

        return Fast(self.network)

    @cached_property
    def _compiled(self) -> Any:
        return compile_network(self.network, self.shapes, self.threads)


def _with_torch(network: nn.Module, arrays: list[NDArray]) -> list[NDArray[np.float32]]:
    import torch

    with torch.inference_mode():
        found = network(*(torch.from_numpy(array) for array in arrays))
    return [one.numpy() for one in (found if isinstance(found, tuple) else (found,))]


def as_input(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(H, W, 3) uint8 as (1, 3, H, W) 0..1."""
    return np.ascontiguousarray(picture.transpose(2, 0, 1)[None], np.float32) / 255


def as_picture(output: NDArray) -> NDArray[np.uint8]:
    """(1, 3, H, W) 0..1 as (H, W, 3) uint8."""
    return np.rint(255 * np.clip(output[0], 0, 1)).astype(np.uint8).transpose(1, 2, 0)
