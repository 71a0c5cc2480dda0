"""Large networks on the processor, for one picture at a time.

Convolutions by Winograd's minimal filtering (A. Lavin and S. Gray, *Fast Algorithms for
Convolutional Neural Networks*, CVPR 2016, https://arxiv.org/abs/1509.09308) take less than half of
the multiplications; NNPACK, which is inside PyTorch, has them, but PyTorch asks it for batches of
16 and more only. Instance norm is the same as group norm with a group a channel, which PyTorch
computes several times faster.
"""

from __future__ import annotations

import copy

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def is_available() -> bool:
    """Whether this PyTorch, on this processor, has NNPACK; asking also makes it ready."""
    return bool(torch.backends.nnpack.is_available())


def with_winograd(network: nn.Module) -> nn.Module:
    """A copy for evaluation on the processor in float32; it shares its weights with the original.

    The outputs differ by rounding alone.

    Raises:
        RuntimeError: there is no NNPACK, see `is_available`.
    """
    if not is_available():
        raise RuntimeError("NNPACK must be in this PyTorch, it is not. Use the network itself.")
    fast = copy.deepcopy(network, {id(p): p for p in network.parameters()}).eval()
    _replace(fast)
    return fast


class WinogradConv(nn.Module):
    """What a stride-1 convolution does, through NNPACK.

    Args:
        conv: see `_is_suitable`; its weights are used as they are.
    """

    def __init__(self, conv: nn.Conv2d) -> None:
        super().__init__()
        self.conv = conv

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) float32 as the convolution would."""
        conv, padding = self.conv, self.conv.padding
        if conv.padding_mode != "zeros":
            x = F.pad(x, conv._reversed_padding_repeated_twice, mode=conv.padding_mode)
            padding = (0, 0)
        return torch.ops.aten._nnpack_spatial_convolution(x, conv.weight, conv.bias, padding)


def _replace(network: nn.Module) -> None:
    for name, child in network.named_children():
        if isinstance(child, nn.Conv2d) and _is_suitable(child):
            setattr(network, name, WinogradConv(child))
        elif type(child) is nn.InstanceNorm2d and not child.track_running_stats:
            norm = nn.GroupNorm(child.num_features, child.num_features, child.eps, child.affine)
            if child.affine:
                norm.weight, norm.bias = child.weight, child.bias
            setattr(network, name, norm)
        else:
            _replace(child)


def _is_suitable(conv: nn.Conv2d) -> bool:
    return (
        min(conv.kernel_size) >= 3
        and conv.stride == (1, 1)
        and conv.dilation == (1, 1)
        and conv.groups == 1
        and conv.padding not in ("same", "valid")
    )
