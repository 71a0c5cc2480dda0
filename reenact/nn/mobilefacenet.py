"""MobileFaceNet: a small network that tells people apart (Chen et al., 2018, arXiv 1804.07573).

Written anew; module names follow github.com/foamliu/MobileFaceNet (Apache-2.0), whose weights it
loads. That version has ReLU6 in place of the paper's PReLU.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from reenact.errors import WeightsError

SIZE = 112
_STAGES = ((2, 64, 5, 2), (4, 128, 1, 2), (2, 128, 6, 1), (4, 128, 1, 2), (2, 128, 2, 1))
"""Expansion, channels, blocks, stride of the first; paper, table 1."""


class MobileFaceNet(nn.Module):
    """Aligned faces to embeddings."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = _unit(3, 64, 3, stride=2)
        self.dw_conv = Separable(64)
        blocks, channels = [], 64
        for expansion, out, count, stride in _STAGES:
            for index in range(count):
                blocks.append(Bottleneck(channels, out, expansion, stride if index == 0 else 1))
                channels = out
        self.features = nn.Sequential(*blocks)
        self.conv2 = _unit(128, 512, 1)
        self.gdconv = GlobalDepthwise(512)
        self.conv3 = nn.Conv2d(512, 128, 1)
        self.bn = nn.BatchNorm1d(128)

    def forward(self, faces: Tensor) -> Tensor:
        """(B, 3, 112, 112), ImageNet-normalized, to (B, 128) embeddings, not normalized."""
        x = self.dw_conv(self.conv1(faces))  # (B, 64, 56, 56)
        x = self.conv2(self.features(x))  # (B, 512, 7, 7)
        x = self.conv3(self.gdconv(x))  # (B, 128, 1, 1)
        return self.bn(x.flatten(1))


class Separable(nn.Module):
    """A depthwise 3 x 3, then a pointwise convolution."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False)
        self.pointwise = nn.Conv2d(channels, channels, 1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) to the same."""
        x = self.bn1(self.depthwise(x)).relu()
        return self.bn2(self.pointwise(x)).relu()


class Bottleneck(nn.Module):
    """An inverted residual block; the shortcut is there where nothing changes its shape."""

    def __init__(self, channels: int, out: int, expansion: int, stride: int) -> None:
        super().__init__()
        inner = channels * expansion
        self.conv = nn.Sequential(
            _unit(channels, inner, 1),
            _unit(inner, inner, 3, stride=stride, groups=inner),
            nn.Conv2d(inner, out, 1, bias=False),
            nn.BatchNorm2d(out),
        )
        self.has_shortcut = stride == 1 and channels == out

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) to (B, out, H / stride, W / stride)."""
        return x + self.conv(x) if self.has_shortcut else self.conv(x)


class GlobalDepthwise(nn.Module):
    """One weight for each place and channel, in place of average pooling (paper, section 3.2)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 7, groups=channels, bias=False)
        self.bn = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, 7, 7) to (B, C, 1, 1)."""
        return self.bn(self.depthwise(x))


def load_mobilefacenet(path: Path) -> MobileFaceNet:
    """The network with weights of a safetensors file, frozen.

    Raises:
        WeightsError: the file is missing, damaged, or of something else.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    network = MobileFaceNet()
    try:
        network.load_state_dict(load_file(path))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise WeightsError(f"{path} must be MobileFaceNet's weights, they do not fit.") from error
    return network.eval().requires_grad_(False)


def _unit(channels: int, out: int, kernel: int, *, stride: int = 1, groups: int = 1):
    pad = (kernel - 1) // 2
    conv = nn.Conv2d(channels, out, kernel, stride, pad, groups=groups, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(out), nn.ReLU6())


def embed(network: nn.Module, faces: Tensor) -> Tensor:
    """(B, N) unit embeddings."""
    return torch.nn.functional.normalize(network(faces), dim=1)
