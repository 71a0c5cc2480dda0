"""LandmarkGAN's networks (section 2.1): converter, and landmarks to face (TL2F)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reenact.geometry.landmark_maps import MAP_CHANNELS
from reenact.methods.landmarkgan.config import POINTS, ConverterConfig, Networks, TL2FConfig
from reenact.methods.landmarkgan.drawn import draw_maps

_NUMBERS = 2 * POINTS
_SLOPE = 0.1
_SMALL = 1e-3  # share of all variance below which an axis counts as noise
_FAR = 6.0  # deviations towards which inputs are bent


class Spread(nn.Module):
    """Landmarks as numbers that all vary about as much, by the faces that were trained on.

    Expressions move points by a few hundredths, so networks that see the points themselves learn
    faces first and expressions last. What goes far beyond all trained faces is bent back, so that
    an odd edit degrades gently.
    """

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("center", torch.zeros(_NUMBERS))
        self.register_buffer("axes", torch.eye(_NUMBERS))

    def fit(self, points: Tensor) -> None:
        """Take over the axes of (N, K, 2) normalized points; the smallest are not blown up."""
        flat = points.flatten(1).double()
        center = flat.mean(0)
        values, vectors = torch.linalg.eigh((flat - center).T @ (flat - center) / len(flat))
        scale = (values.clip(min=0) + _SMALL * values.sum()).rsqrt()
        self.center.copy_(center)
        self.axes.copy_(vectors * scale)

    def forward(self, points: Tensor) -> Tensor:
        """(B, K, 2) to (B, 2 K)."""
        x = (points.flatten(1) - self.center) @ self.axes
        return _FAR * torch.tanh(x / _FAR)


class Converter(nn.Module):
    """Anybody's landmarks to those of one of the trained people.

    Args:
        config: see there.
        people: how many decoders.
    """

    def __init__(self, config: ConverterConfig, people: int) -> None:
        super().__init__()
        self.spread, self.code_spread = Spread(), Spread()
        self.encoder = FiveLayers(config)  # Phi
        self.decoders = nn.ModuleList(FiveLayers(config) for _ in range(people))  # Psi

    def fit(self, points: Tensor) -> None:
        """Take over the axes of (N, K, 2) normalized points of anybody."""
        self.spread.fit(points)
        self.code_spread.fit(unit(points))

    def encode(self, points: Tensor) -> Tensor:
        """Phi: (B, K, 2) normalized points to (B, K, 2) that say nothing of who it is."""
        shift = self.encoder(self.spread(points))
        return (self.code_spread.center + shift).view_as(points)

    def decode(self, code: Tensor, person: int) -> Tensor:
        """Psi of a person: (B, K, 2) codes to (B, K, 2) normalized points."""
        shift = self.decoders[person](self.code_spread(code))
        return (self.spread.center + shift).view_as(code)

    def forward(self, points: Tensor, person: int) -> Tensor:
        """(B, K, 2) normalized points of anybody to those of a person."""
        return self.decode(self.encode(points), person)


class TL2F(nn.Module):
    """Landmarks to the face of one of the trained people.

    Args:
        config: see there.
        people: how many.
    """

    def __init__(self, config: TL2FConfig, people: int) -> None:
        super().__init__()
        self.config = config
        self.spread = Spread()
        shared, widths = config.shared, (*config.widths, 3)
        self.enter = nn.ModuleList(
            nn.Linear(_NUMBERS, config.hidden) for _ in range(1 if shared else people)
        )
        self.blocks = nn.ModuleList(_block(*widths[n : n + 2]) for n in range(shared))
        self.people = nn.ModuleList(PersonLayers(config) for _ in range(people))
        self.apply(_begin)

    def forward(self, points: Tensor, person: int, maps: Tensor | None = None) -> Tensor:
        """(B, K, 2) normalized points to (B, 3, S, S) pictures, 0..1.

        Args:
            maps: see `draw`, where they are drawn already.
        """
        maps = self.draw(points) if maps is None else maps
        config, own = self.config, self.people[person]
        x = F.leaky_relu(self.enter[0 if config.shared else person](self.spread(points)), _SLOPE)
        x = F.leaky_relu(own.reshape(x), _SLOPE)
        x = x.view(len(x), config.widths[0], config.start, config.start)
        x = x.contiguous(memory_format=torch.channels_last)
        for block in self.blocks:
            x = F.leaky_relu(F.pixel_shuffle(block(x), 2), _SLOPE)  # (B, C', 2 H, 2 W)
        return own(x, maps)

    def draw(self, points: Tensor) -> Tensor:
        """What the finer blocks see: (B, 5, S/2, S/2) maps; (B, 0, 1, 1) without."""
        if not self.config.maps:
            return points.new_zeros(len(points), 0, 1, 1)
        return draw_maps(points, self.config.size // 2)

    def mixed(self, points: Tensor, people: Tensor) -> Tensor:
        """As `forward` for faces of several people, (B,) their numbers."""
        made: list[Tensor] = [points.new_zeros(0)] * len(points)
        for person in people.unique().tolist():
            rows = (people == person).nonzero()[:, 0]
            for row, picture in zip(rows.tolist(), self(points[rows], person), strict=True):
                made[row] = picture
        return torch.stack(made)


class PersonLayers(nn.Module):
    """What each person has of their own: the second layer, and the finest blocks.

    With `maps` these also see the landmarks drawn, and one more convolution comes before the last.
    """

    def __init__(self, config: TL2FConfig) -> None:
        super().__init__()
        widths = config.widths
        self.reshape = nn.Linear(config.hidden, widths[0] * config.start**2)
        pairs = list(zip(widths[config.shared :], widths[config.shared + 1 :], strict=False))
        more = MAP_CHANNELS if config.maps else 0
        self.blocks = nn.ModuleList(_block(here + more, there) for here, there in pairs)
        self.refine = nn.ModuleList(
            nn.Conv2d(widths[-1] + more, widths[-1], 3, padding=1) for _ in range(int(config.maps))
        )
        self.paint = _block(widths[-1], 3)

    def forward(self, x: Tensor, maps: Tensor) -> Tensor:
        """What the shared blocks give, and `TL2F.draw`'s maps, to (B, 3, S, S) pictures."""
        for block in self.blocks:
            x = F.leaky_relu(F.pixel_shuffle(block(_beside(x, maps)), 2), _SLOPE)
        for layer in self.refine:
            x = F.leaky_relu(layer(_beside(x, maps)), _SLOPE)
        return torch.sigmoid(F.pixel_shuffle(self.paint(x), 2))


class OnePerson(nn.Module):
    """TL2F of one person, to run alone.

    Args:
        network: TL2F of all. person: whose.
    """

    def __init__(self, network: TL2F, person: int) -> None:
        super().__init__()
        self.network, self.person = network, person

    def forward(self, points: Tensor, maps: Tensor) -> Tensor:
        """See `TL2F.forward`."""
        return self.network(points, self.person, maps)


def make_networks(config: Networks, people: int) -> tuple[Converter, TL2F]:
    """Both networks with random weights."""
    return Converter(config.converter, people), TL2F(config.face, people)


class FiveLayers(nn.Module):
    """Five fully connected layers, from landmarks to landmarks; with `straight`, a way past them.

    Args:
        config: see there.
    """

    def __init__(self, config: ConverterConfig) -> None:
        width = config.width
        layers: list[nn.Module] = [nn.Linear(_NUMBERS, width)]
        for _ in range(3):
            layers += [nn.LeakyReLU(_SLOPE), nn.Linear(width, width)]
        super().__init__()
        self.layers = nn.Sequential(*layers, nn.LeakyReLU(_SLOPE), nn.Linear(width, _NUMBERS))
        self.past = nn.Linear(_NUMBERS, _NUMBERS, bias=False) if config.straight else None
        if self.past is not None:
            nn.init.zeros_(self.past.weight)

    def forward(self, x: Tensor) -> Tensor:
        """(B, 212) to (B, 212)."""
        out = self.layers(x)
        return out if self.past is None else out + self.past(x)


def unit(points: Tensor) -> Tensor:
    """L': (B, K, 2) centered, with norm 1 a point on average."""
    centered = points - points.mean(1, keepdim=True)
    return centered / centered.square().sum(-1, keepdim=True).mean(1, keepdim=True).sqrt()


def _beside(x: Tensor, maps: Tensor) -> Tensor:
    """(B, C + 5, h, w): the maps at the size of the features, where there are any."""
    if not maps.shape[1]:
        return x
    return torch.cat([x, F.avg_pool2d(maps, maps.shape[-1] // x.shape[-1])], 1)


class _Block(nn.Conv2d):
    """An upscale block's convolution; PixelShuffle then doubles the side."""


def _block(inputs: int, outputs: int) -> _Block:
    return _Block(inputs, 4 * outputs, 3, padding=1)


def _begin(layer: nn.Module) -> None:
    """Kaiming's weights (section 3.1); those of a convolution begin without a checkerboard."""
    if not isinstance(layer, nn.Conv2d | nn.Linear):
        return
    nn.init.kaiming_normal_(layer.weight, a=_SLOPE)
    nn.init.zeros_(layer.bias)
    if isinstance(layer, _Block):  # the four pixels that a place becomes begin alike
        with torch.no_grad():
            layer.weight.copy_(layer.weight[::4].repeat_interleave(4, 0))
