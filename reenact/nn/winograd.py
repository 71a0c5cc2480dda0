"""Large networks on the processor, for one picture at a time, in PyTorch's own matrix products.

3 x 3 convolutions by Winograd's minimal filtering, F(4 x 4, 3 x 3): A. Lavin and S. Gray, *Fast
Algorithms for Convolutional Neural Networks*, CVPR 2016, https://arxiv.org/abs/1509.09308, Eq. 12.
They take a quarter of the multiplications, as 36 products of matrices. Pictures are kept with the
channels last, so that all of it moves whole rows of numbers.
"""

from __future__ import annotations

import copy
from threading import local

import torch
from torch import Tensor, nn

TILE, WINDOW = 4, 6
"""Side of the square that one product makes, and of what it sees, pixels."""

# B^T, G and A^T of F(4, 3), section 4.3.
_DATA = (
    (4, 0, -5, 0, 1, 0),
    (0, -4, -4, 1, 1, 0),
    (0, 4, -4, -1, 1, 0),
    (0, -2, -1, 2, 1, 0),
    (0, 2, -1, -2, 1, 0),
    (0, 4, 0, -5, 0, 1),
)
_FILTER = (
    (1 / 4, 0, 0),
    (-1 / 6, -1 / 6, -1 / 6),
    (-1 / 6, 1 / 6, -1 / 6),
    (1 / 24, 1 / 12, 1 / 6),
    (1 / 24, -1 / 12, 1 / 6),
    (0, 0, 1),
)
_OUTPUT = ((1, 1, 1, 1, 1, 0), (0, 1, -1, 2, -2, 0), (0, 1, 1, 4, 4, 0), (0, 1, -1, 8, -8, 1))

_LEAST_CHANNELS = 64  # below, moving the numbers costs more than multiplying them


class Fast(nn.Module):
    """A network for evaluation on the processor in float32; outputs differ by rounding alone.

    It shares its weights with the original, but for those of the convolutions it makes faster:
    these take four times their memory, beside the original's.

    Args:
        network: pictures (1, C, H, W) in, pictures out; it stays as it is.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = copy.deepcopy(network, {id(p): p for p in network.parameters()}).eval()
        _replace(self.network, Room())

    def forward(self, *pictures: Tensor) -> Tensor | tuple[Tensor, ...]:
        """What the network gives."""
        last = (one.contiguous(memory_format=torch.channels_last) for one in pictures)
        return self.network(*last)


class Room(local):
    """Memory that all layers use in turns, of each thread its own.

    New memory for every product would cost as much time as the product.
    """

    def __init__(self) -> None:
        self._pieces: dict[str, Tensor] = {}

    def get(self, name: str, *shape: int) -> Tensor:
        """Memory of this name and shape; what it holds is anything."""
        count = int(torch.Size(shape).numel())
        if name not in self._pieces or len(self._pieces[name]) < count:
            self._pieces[name] = torch.empty(count)
        return self._pieces[name][:count].view(shape)


class WinogradConv(nn.Module):
    """What a 3 x 3 convolution of stride 1 does.

    Args:
        conv: see `_is_suitable`; its weights are copied.
    """

    def __init__(self, conv: nn.Conv2d, room: Room) -> None:
        super().__init__()
        self.is_reflected, self.room = conv.padding_mode == "reflect", room
        g = torch.tensor(_FILTER, dtype=torch.float64)
        weight = torch.einsum("xi,kcij,yj->xyck", g, conv.weight.detach().double(), g)
        self.register_buffer("weight", weight.flatten(0, 1).float().contiguous())  # (36, C, K)
        self.bias = conv.bias
        data, output = torch.tensor(_DATA).float(), torch.tensor(_OUTPUT).float()
        self.register_buffer("data", torch.kron(data, data))  # (36, 36)
        self.register_buffer("output", torch.kron(output, output))  # (16, 36)

    def forward(self, x: Tensor) -> Tensor:
        """(1, C, H, W) as the convolution would, (1, K, H, W), channels last in memory."""
        height, width = x.shape[2:]
        rows, columns = -(-height // TILE), -(-width // TILE)
        channels, makes = self.weight.shape[1:]
        windows = _windows(self._padded(x[0].permute(1, 2, 0), rows, columns), rows, columns)
        tiles = self.room.get("tiles", *windows.shape).copy_(windows).view(WINDOW**2, -1)
        seen = torch.mm(self.data, tiles, out=self.room.get("seen", *tiles.shape))
        seen = seen.view(WINDOW**2, rows * columns, channels)
        made = self.room.get("tiles", WINDOW**2, rows * columns, makes)  # tiles are done with
        torch.bmm(seen, self.weight, out=made)
        made = made.view(WINDOW**2, -1)
        squares = self.room.get("seen", TILE**2, made.shape[1])
        torch.mm(self.output, made, out=squares)
        squares = squares.view(TILE, TILE, rows, columns, makes).permute(2, 0, 3, 1, 4)
        picture = squares.clone(memory_format=torch.contiguous_format)  # out of the shared memory
        picture = picture.view(TILE * rows, TILE * columns, makes)[:height, :width]
        if self.bias is not None:
            picture += self.bias
        return picture.permute(2, 0, 1)[None]

    def _padded(self, x: Tensor, rows: int, columns: int) -> Tensor:
        """(H, W, C) with one pixel around it, as the convolution pads, and the last tiles full."""
        height, width, channels = x.shape
        room = self.room.get("padded", TILE * rows + 2, TILE * columns + 2, channels)
        room[1 : height + 1, 1 : width + 1] = x
        for edge in (room[0], room[:, 0], room[height + 1 :], room[:, width + 1 :]):
            edge.zero_()
        if self.is_reflected:
            room[0], room[height + 1] = room[2], room[height - 1]
            room[:, 0], room[:, width + 1] = room[:, 2], room[:, width - 1]
        return room


def _windows(padded: Tensor, rows: int, columns: int) -> Tensor:
    """(WINDOW, WINDOW, rows, columns, C): what each tile sees, without a copy."""
    down, right, along = padded.stride()
    shape = (WINDOW, WINDOW, rows, columns, padded.shape[2])
    return padded.as_strided(shape, (down, right, TILE * down, TILE * right, along))


class InstanceNorm(nn.Module):
    """What `nn.InstanceNorm2d` does, with channels last in memory."""

    def __init__(self, norm: nn.InstanceNorm2d) -> None:
        super().__init__()
        self.eps, self.weight, self.bias = norm.eps, norm.weight, norm.bias

    def forward(self, x: Tensor) -> Tensor:
        """(1, C, H, W) to the same."""
        rows = x[0].permute(1, 2, 0).reshape(-1, x.shape[1])
        rows = rows - rows.mean(0)
        scale = (rows.square().mean(0) + self.eps).rsqrt()
        if self.weight is not None:
            scale = scale * self.weight
        rows *= scale
        if self.bias is not None:
            rows += self.bias
        return rows.view(*x.shape[2:], -1).permute(2, 0, 1)[None]


def _replace(network: nn.Module, room: Room) -> None:
    for name, child in network.named_children():
        if isinstance(child, nn.Conv2d) and _is_suitable(child):
            setattr(network, name, WinogradConv(child, room))
        elif type(child) is nn.InstanceNorm2d and not child.track_running_stats:
            setattr(network, name, InstanceNorm(child))
        else:
            _replace(child, room)


def _is_suitable(conv: nn.Conv2d) -> bool:
    return (
        conv.kernel_size == (3, 3)
        and conv.stride == conv.dilation == conv.padding == (1, 1)
        and conv.groups == 1
        and conv.padding_mode in ("zeros", "reflect")
        and min(conv.in_channels, conv.out_channels) >= _LEAST_CHANNELS
    )
