"""dlib's face recognition network in torch: the same weights and numbers, several times as fast.

King (2017), dlib_face_recognition_resnet_model_v1 (CC0): a ResNet with 29 convolutions, its batch
norms frozen to a scale and a shift. Written anew from dlib's published layer list; the weights are
read from dlib's own file, in which tensors are plain floats. Where an odd size is halved, dlib pads
the smaller of two summands with zeros, in place and channel; so does this.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from reenact.errors import ShapeError, WeightsError

CHIP_PX = 150
_MEAN = (122.782, 117.001, 104.298)
_STAGES = ((32, 3, False), (64, 4, True), (128, 3, True), (256, 3, True), (256, 1, True))
"""Channels, blocks, whether the first halves the size."""


class DlibNet(nn.Module):
    """Face chips to descriptors."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = _Unit(3, 32, 7, stride=2)
        blocks, channels = [], 32
        for out, count, halves in _STAGES:
            for index in range(count):
                blocks.append(_Block(channels, out, 2 if halves and index == 0 else 1))
                channels = out
        self.blocks = nn.Sequential(*blocks)
        self.last = nn.Linear(channels, 128, bias=False)
        self.register_buffer("mean", torch.tensor(_MEAN).view(1, 3, 1, 1))

    def forward(self, chips: Tensor) -> Tensor:
        """(B, 3, 150, 150) RGB 0..255 to (B, 128) descriptors."""
        x = self.stem((chips - self.mean) / 256).relu()  # (B, 32, 72, 72)
        x = functional.max_pool2d(x, 3, 2)  # (B, 32, 35, 35)
        x = self.blocks(x)  # (B, 256, 2, 2)
        return self.last(x.mean(dim=(2, 3)))


class _Unit(nn.Module):
    """A convolution with dlib's padding; the affine layer behind it is folded into it."""

    def __init__(self, channels: int, out: int, kernel: int, stride: int = 1) -> None:
        super().__init__()
        pad = kernel // 2 if stride == 1 else 0
        self.conv = nn.Conv2d(channels, out, kernel, stride, pad)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) to (B, out, H / stride, W / stride)."""
        return self.conv(x)


class _Block(nn.Module):
    """A residual block; where it halves, its shortcut is an average of 2 x 2 pixels."""

    def __init__(self, channels: int, out: int, stride: int) -> None:
        super().__init__()
        self.first = _Unit(channels, out, 3, stride)
        self.second = _Unit(out, out, 3)
        self.halves = stride == 2

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) to (B, out, H / stride, W / stride)."""
        made = self.second(self.first(x).relu())
        kept = functional.avg_pool2d(x, 2, 2) if self.halves else x
        return _add(made, kept).relu()


def _add(a: Tensor, b: Tensor) -> Tensor:
    """The sum, as large as the larger one in each direction."""
    if a.shape == b.shape:
        return a + b
    size = [max(pair) for pair in zip(a.shape[1:], b.shape[1:], strict=True)]
    return sum(_padded(x, size) for x in (a, b))


def _padded(x: Tensor, size: list[int]) -> Tensor:
    (more_c, more_h, more_w) = (want - got for want, got in zip(size, x.shape[1:], strict=True))
    return functional.pad(x, (0, more_w, 0, more_h, 0, more_c))


def load_dlib_net(path: Path) -> DlibNet:
    """The network with the weights of dlib's file, frozen.

    Raises:
        WeightsError: the file is missing, damaged, or of another network.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WeightsError(f"{path} cannot be read: {error.strerror}.") from error
    network, reader = DlibNet(), _Reader(data, path)
    with torch.no_grad():
        for unit in _units(network):
            _fill(unit.conv, reader)
        network.last.weight.copy_(reader.tensor(256, 128).view(256, 128).T)
    return network.eval().requires_grad_(False).to(memory_format=torch.channels_last)


def _units(network: DlibNet) -> Iterator[_Unit]:
    """In the order of dlib's file: from the picture to the descriptor."""
    yield network.stem
    for block in network.blocks:
        yield from (block.first, block.second)


def _fill(conv: nn.Conv2d, reader: _Reader) -> None:
    """Filters and biases, then the affine layer's scales and shifts, folded together."""
    out, count = conv.out_channels, conv.weight.numel()
    values = reader.tensor(count + out, 1)
    scale, shift = reader.tensor(2 * out, 1).view(2, out)
    conv.weight.copy_(values[:count].view_as(conv.weight) * scale.view(-1, 1, 1, 1))
    conv.bias.copy_(values[count:] * scale + shift)


class _Reader:
    """Takes tensors from dlib's file one after the other.

    dlib writes an integer as one byte that says how many follow, then those, the lowest first; a
    tensor as the version 2, four sizes, and little-endian floats.
    """

    def __init__(self, data: bytes, path: Path) -> None:
        self.data, self.path, self.at = data, path, 0

    def tensor(self, samples: int, channels: int) -> Tensor:
        """The next tensor of (samples, channels, 1, 1), flat."""
        head = b"".join(_integer(v) for v in (2, samples, channels, 1, 1))
        start = self.data.find(head, self.at) + len(head)
        count = samples * channels
        self.at = start + 4 * count
        if start < len(head) or self.at > len(self.data):
            raise WeightsError(f"{self.path} must be dlib's face recognition network, it is not.")
        return torch.from_numpy(np.frombuffer(self.data, "<f4", count, start).copy())


def _integer(value: int) -> bytes:
    size = max(1, (value.bit_length() + 7) // 8)
    return bytes([size]) + value.to_bytes(size, "little")


@torch.inference_mode()
def describe(network: DlibNet, chips: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Descriptors of face chips; one at a time, so that no number depends on the batch.

    Args:
        chips: (N, 150, 150, 3) RGB.

    Returns:
        (N, 128).

    Raises:
        ShapeError: the chips have another shape.
    """
    if chips.ndim != 4 or chips.shape[1:] != (CHIP_PX, CHIP_PX, 3):
        raise ShapeError(f"`chips` must be (N, {CHIP_PX}, {CHIP_PX}, 3), got {chips.shape}.")
    found = np.empty((len(chips), 128))
    with one_thread():
        for index, chip in enumerate(chips):
            image = torch.from_numpy(np.ascontiguousarray(chip)).permute(2, 0, 1)[None].float()
            found[index] = network(image)[0].numpy()
    return found


@contextmanager
def one_thread() -> Iterator[None]:
    """A small network on one thread: as fast, and the same numbers whatever the machine does."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
