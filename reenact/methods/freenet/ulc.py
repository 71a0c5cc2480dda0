"""The unified landmark converter (ULC) and its two discriminators, section 3.1.

The paper's words and ours: its target T is our source (whose face it stays), its source S is our
driving (whose expression it gets), its ground truth is our target.

    reference l_{T,r} -> source      (T at rest, in any pose)
    l_{S,n}           -> driving
    l_{T,n}           -> target      (T with the expression n, in the pose of the reference)

The paper does not say in which unit the points enter the network. Here they are pixels of the
crop outside, and about -1 to 1 inside. Training may look at them along their principal axes
(`PrincipalAxes`), where faces differ by about as much in each direction; that is a linear map, so
`folded` puts it into the first layers and what remains is the paper's network.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from reenact.errors import ShapeError
from reenact.methods.freenet.config import CROP_PX, ULCConfig

SHIFT_PX = 8.0
"""About how far an expression moves points; the unit of the decoder while training along axes."""
SMALLEST_VARIANCE = 1e-3 / 128**2
"""Axes along which faces differ less are noise; (0.03 px) squared in half crops."""


class ULC(nn.Module):
    """Eq. 1: the source's landmarks, shifted to the driving expression."""

    def __init__(self, config: ULCConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or ULCConfig()
        numbers, width = config.points * 2, config.width
        encoder = (numbers, *[width] * config.layers)
        self.source_encoder = mlp(encoder, config.slope)  # psi_alpha1
        self.driving_encoder = mlp(encoder, config.slope)  # psi_alpha2
        decoder = (2 * width, *config.decoder, numbers)
        self.decoder = mlp(decoder, config.slope, config.dropout)  # psi_alpha3
        self.axes: PrincipalAxes | None = None

    def forward(self, source: Tensor, driving: Tensor) -> Tensor:
        """The source with the driving expression: (B, K, 2), crop pixels.

        Args:
            source: (B, K, 2) the person at rest (the paper's reference l_{T,r}), crop pixels.
            driving: (B, K, 2) anybody's face (the paper's l_{S,n}), crop pixels.
        """
        self._check(source, "source")
        self._check(driving, "driving")
        source_code = self.source_encoder(self._inputs(source))  # (B, width)
        driving_code = self.driving_encoder(self._inputs(driving))  # (B, width)
        shift = self.decoder(torch.cat([source_code, driving_code], dim=1))  # (B, 2 K)
        return source + self._pixels(shift)

    def grid(self, sources: Tensor, drivings: Tensor) -> Tensor:
        """Each source with each driving expression: (S, D, K, 2), crop pixels.

        Encodes every face once and joins them by adding what the decoder's first layer makes of
        each, so that a pair costs little more than the rest of the decoder.

        Args:
            sources: (S, K, 2), drivings: (D, K, 2), as in `forward`.
        """
        first, rest = self.decoder[0], self.decoder[1:]
        width = self.config.width
        ours = self.source_encoder(self._inputs(sources)) @ first.weight[:, :width].T  # (S, H)
        theirs = self.driving_encoder(self._inputs(drivings)) @ first.weight[:, width:].T  # (D, H)
        joined = ours[:, None] + (theirs + first.bias)  # (S, D, H)
        return sources[:, None] + self._pixels(rest(joined.flatten(0, 1))).unflatten(
            0, joined.shape[:2]
        )

    def learn_axes(self, faces: Tensor) -> None:
        """Look at points along the principal axes of some faces (N, K, 2), crop pixels."""
        self.axes = PrincipalAxes(faces)

    def folded(self) -> ULC:
        """The same function without `axes`: the paper's network."""
        plain = ULC(self.config)
        plain.load_state_dict({k: v for k, v in self.state_dict().items() if k[:5] != "axes."})
        if self.axes is not None:
            for encoder in (plain.source_encoder, plain.driving_encoder):
                self.axes.fold_input(encoder[0])
            self.axes.fold_output(plain.decoder[-1])
        return plain.train(self.training)

    def _inputs(self, points: Tensor) -> Tensor:
        unit = to_unit(points).flatten(1)  # (B, 2 K)
        return unit if self.axes is None else self.axes(unit)

    def _pixels(self, shift: Tensor) -> Tensor:
        size = CROP_PX / 2 if self.axes is None else SHIFT_PX
        return shift.unflatten(1, (-1, 2)) * size  # (B, K, 2)

    def _check(self, points: Tensor, name: str) -> None:
        if points.ndim != 3 or points.shape[1:] != (self.config.points, 2):
            got = tuple(points.shape)
            raise ShapeError(f"`{name}` must be (B, {self.config.points}, 2), got {got}.")


class PrincipalAxes(nn.Module):
    """Points along the principal axes of faces, half whitened: small axes count, but less."""

    def __init__(self, faces: Tensor) -> None:
        super().__init__()
        flat = to_unit(faces).flatten(1).double()
        variance, axes = torch.linalg.eigh(torch.cov(flat.T))
        scaled = axes / variance.clamp_min(SMALLEST_VARIANCE) ** 0.25
        size = ((flat - flat.mean(dim=0)) @ scaled).std()
        self.register_buffer("mean", flat.mean(dim=0).float())
        self.register_buffer("axes", (scaled / size).float())

    def forward(self, unit: Tensor) -> Tensor:
        """(B, 2 K) about -1 to 1 as (B, 2 K) along the axes, of deviation 1 over all."""
        return (unit - self.mean) @ self.axes

    @torch.no_grad()
    def fold_input(self, first: nn.Linear) -> None:
        """Change a layer that reads axes so that it reads points."""
        weight = first.weight.double() @ self.axes.double().T
        first.bias.copy_(first.bias - (weight @ self.mean.double()).float())
        first.weight.copy_(weight.float())

    @torch.no_grad()
    def fold_output(self, last: nn.Linear) -> None:
        """Change the last layer from units of `SHIFT_PX` to half crops."""
        for parameter in last.parameters():
            parameter.mul_(SHIFT_PX / (CROP_PX / 2))


class LandmarkDiscriminator(nn.Module):
    """D_TF, Eq. 5: are these the landmarks of a face?"""

    def __init__(self, points: int = 106, width: int = 512, slope: float = 0.2) -> None:
        super().__init__()
        self.layers = mlp((points * 2, *[width] * 4, width // 8, 1), slope)

    def forward(self, points: Tensor) -> Tensor:
        """(B, 1) score, 1 for real, of (B, K, 2) crop pixels."""
        return self.layers(to_unit(points).flatten(1))


class IdentityDiscriminator(nn.Module):
    """D_S, Eq. 6: are these landmarks of one person, and real?"""

    def __init__(self, points: int = 106, width: int = 512, slope: float = 0.2) -> None:
        super().__init__()
        encoder = (points * 2, width, width, width // 8)
        self.first = mlp(encoder, slope)
        self.second = mlp(encoder, slope)
        self.join = mlp((width // 4, width // 4, width // 16, 1), slope)

    def forward(self, points: Tensor, other: Tensor) -> Tensor:
        """(B, 1) score, 1 for one real person.

        Args:
            points: (B, K, 2) the face to judge, crop pixels.
            other: (B, K, 2) the person in another, random state, crop pixels.
        """
        first = self.first(to_unit(points).flatten(1))  # (B, width / 8)
        second = self.second(to_unit(other).flatten(1))  # (B, width / 8)
        return self.join(torch.cat([first, second], dim=1))


def mlp(widths: tuple[int, ...], slope: float, dropout: float = 0.0) -> nn.Sequential:
    """Linear layers with leaky rectifiers between them."""
    layers: list[nn.Module] = []
    for before, after in zip(widths[:-1], widths[1:], strict=True):
        layers.append(nn.Linear(before, after))
        layers.append(nn.LeakyReLU(slope))
        if dropout:
            layers.append(nn.Dropout(dropout))
    return nn.Sequential(*layers[: -2 if dropout else -1])


def to_unit(points: Tensor) -> Tensor:
    """Crop pixels as about -1 to 1."""
    return points / (CROP_PX / 2) - 1


def parameter_count(module: nn.Module) -> int:
    """Numbers that training can change."""
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


class ULCStream:
    """A trained converter for one source, in plain numpy: one face at a time, as live video comes.

    The source's half is worked out once, so a frame costs the driving encoder and the decoder.
    One row at a time, numpy's matrix-vector product is faster than torch's linear layer.

    Args:
        ulc: its weights are copied.
        source: (K, 2) the person at rest, crop pixels.

    Example:
        >>> stream = ULCStream(ULC(), np.full((106, 2), 128.0, np.float32))
        >>> stream(np.full((106, 2), 120.0, np.float32)).shape
        (106, 2)
    """

    def __init__(self, ulc: ULC, source: NDArray[np.float32]) -> None:
        ulc, width = ulc.folded(), ulc.config.width
        self.slope = np.float32(ulc.config.slope)
        self._source, self._driving = _arrays(ulc.source_encoder), _arrays(ulc.driving_encoder)
        (weight, self._bias), *self._rest = _arrays(ulc.decoder)
        self._halves = [
            np.ascontiguousarray(half) for half in (weight[:, :width], weight[:, width:])
        ]
        self.set_source(source)

    def set_source(self, source: NDArray[np.float32]) -> None:
        """Go on with another person at rest, (K, 2) crop pixels."""
        self.source = np.asarray(source, np.float32)
        code = self._run(self._source, self._unit(self.source))
        self._joined = self._halves[1], self._halves[0] @ code + self._bias

    def __call__(self, driving: NDArray[np.float32]) -> NDArray[np.float32]:
        """(K, 2) crop pixels: the source with the expression of (K, 2) `driving`."""
        if driving.shape != self.source.shape:
            raise ShapeError(f"`driving` must be {self.source.shape}, got {driving.shape}.")
        code = self._run(self._driving, self._unit(driving))
        shift = self._run([self._joined, *self._rest], code)
        return self.source + shift.reshape(-1, 2) * np.float32(CROP_PX / 2)

    def _run(self, layers: list[tuple[NDArray, NDArray]], x: NDArray) -> NDArray[np.float32]:
        for weight, bias in layers[:-1]:
            x = weight @ x + bias
            x = np.maximum(x, self.slope * x)
        return layers[-1][0] @ x + layers[-1][1]

    @staticmethod
    def _unit(points: NDArray) -> NDArray[np.float32]:
        return (np.asarray(points, np.float32) * np.float32(2 / CROP_PX) - 1).ravel()


def _arrays(layers: nn.Sequential) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Weight and bias of each linear layer."""
    linear = [layer for layer in layers if isinstance(layer, nn.Linear)]
    return [
        (layer.weight.detach().float().numpy().copy(), layer.bias.detach().float().numpy().copy())
        for layer in linear
    ]
