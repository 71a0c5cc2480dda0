"""Style-based generators: noise to style, styles to picture.

StyleGAN and StyleGAN2 share the mapping, the constant start, the noise and the two layers a side;
they differ in how a style acts on a layer and in where the picture is read off.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from reenact.errors import ShapeError
from reenact.methods.stylefusion.config import STYLEGAN2, GeneratorConfig
from reenact.methods.stylefusion.layers import (
    ROOT2,
    SLOPE,
    EqualLinear,
    Noise,
    adain,
    blur,
    modulated,
    upsample,
)

FUSED_FROM = 128
"""StyleGAN's layers that double the side to this or more were trained with flipped kernels."""


class Generator(nn.Module):
    """Mapping and synthesis.

    Attributes:
        mean_style: (D,) the mean of many styles; zero where a checkpoint has none.
    """

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__()
        self.config = config
        self.mapping = Mapping(config)
        self.synthesis = Synthesis2(config) if config.kind == STYLEGAN2 else Synthesis(config)
        self.register_buffer("mean_style", torch.zeros(config.style))

    def forward(self, styles: Tensor, noise: str = "fixed") -> Tensor:
        """Pictures of styles.

        Args:
            styles: (B, L, D), one for each layer; see `GeneratorConfig.layers`.
            noise: `fixed`, `random` or `none`.

        Returns:
            (B, 3, S, S); 0..1 for what the generator learned, more where it exaggerates.

        Raises:
            ShapeError: not one style of the right length for each layer.
        """
        wanted = (self.config.layers, self.config.style)
        if styles.ndim != 3 or tuple(styles.shape[1:]) != wanted:
            got = tuple(styles.shape)
            raise ShapeError(f"`styles` must be (B, {wanted[0]}, {wanted[1]}), got {got}.")
        return self.synthesis(styles, noise) / 2 + 0.5

    def small(self, styles: Tensor, halvings: int = 1) -> Tensor:
        """(B, L, D) to a smaller (B, 3, s, s), without the last sides' layers; StyleGAN2 only."""
        sides = len(self.config.channels) - halvings
        return self.synthesis(styles, "fixed", sides) / 2 + 0.5

    def styles(self, z: Tensor, truncation: float = 1.0) -> Tensor:
        """(B, D) normal noise to (B, L, D) styles; `truncation` pulls them to the mean style."""
        style = self.mapping(z)  # (B, D)
        style = self.mean_style + truncation * (style - self.mean_style)
        return style.unsqueeze(1).expand(-1, self.config.layers, -1)


class Mapping(nn.Module):
    """Noise to one style (StyleGAN, figure 1 b)."""

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__()
        self.is_second = config.kind == STYLEGAN2
        gain = 1.0 if self.is_second else ROOT2
        self.layers = nn.ModuleList(
            EqualLinear(config.style, config.style, gain, rate=0.01)
            for _ in range(config.mapping_layers)
        )

    def forward(self, z: Tensor) -> Tensor:
        """(B, D) to (B, D)."""
        x = z * (z.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()
        for layer in self.layers:
            x = functional.leaky_relu(layer(x), SLOPE)
            x = x * ROOT2 if self.is_second else x
        return x


class Synthesis(nn.Module):
    """StyleGAN: a layer, noise, activation, AdaIN; the last features give the picture."""

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__()
        self.const = nn.Parameter(torch.ones(1, config.channels[0], 4, 4))
        layers, before = [], config.channels[0]
        for index in range(config.layers):
            channels, size = config.channels[index // 2], config.layer_size(index)
            up = index > 0 and index % 2 == 0
            layers.append(AdainLayer(before, channels, config.style, size, index, up))
            before = channels
        self.layers = nn.ModuleList(layers)
        self.to_rgb = nn.ParameterDict(
            {"weight": torch.randn(3, before, 1, 1), "bias": torch.zeros(3)}
        )

    def forward(self, styles: Tensor, noise: str) -> Tensor:
        """(B, L, D) to (B, 3, S, S), -1..1."""
        x = self.const.expand(len(styles), -1, -1, -1)
        for index, layer in enumerate(self.layers):
            x = layer(x, styles[:, index], noise)  # (B, C, s, s)
        weight = self.to_rgb["weight"] * x.shape[1] ** -0.5
        return functional.conv2d(x, weight, self.to_rgb["bias"])


class AdainLayer(nn.Module):
    """One layer of StyleGAN; the first has no convolution."""

    def __init__(
        self, inputs: int, outputs: int, style: int, size: int, index: int, up: bool
    ) -> None:
        super().__init__()
        self.up, self.is_flipped = up, up and size >= FUSED_FROM
        self.weight = nn.Parameter(torch.randn(outputs, inputs, 3, 3)) if index else None
        self.scale = ROOT2 * (9 * inputs) ** -0.5
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.noise = Noise(size, outputs, seed=index)
        self.style = EqualLinear(style, 2 * outputs)

    def forward(self, x: Tensor, style: Tensor, noise: str) -> Tensor:
        """(B, I, H, W) and (B, D) to (B, O, H, W), or twice the side."""
        if self.weight is not None:
            weight = self.weight.flip(2, 3) if self.is_flipped else self.weight
            if self.up:
                x = functional.interpolate(x, scale_factor=2, mode="nearest")
            x = functional.conv2d(x, weight * self.scale, padding=1)
        if self.up:
            x = blur(functional.pad(x, [1, 1, 1, 1]), (1, 2, 1))
        x = self.noise(x + self.bias.view(1, -1, 1, 1), noise)
        return adain(functional.leaky_relu(x, SLOPE), self.style(style))


class Synthesis2(nn.Module):
    """StyleGAN2: modulated layers; each side adds to the picture (section 4.1, output skips)."""

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__()
        self.const = nn.Parameter(torch.randn(1, config.channels[0], 4, 4))
        layers, pictures, before = [], [], config.channels[0]
        for index in range(config.layers - 1):
            side = (index + 1) // 2
            channels, size = config.channels[side], config.sizes[side]
            up = index % 2 == 1
            layers.append(
                ModulatedLayer(before, channels, config.style, size, index, up, config.clamp)
            )
            if not up:
                pictures.append(ToRgb(channels, config.style, config.clamp))
            before = channels
        self.layers, self.pictures = nn.ModuleList(layers), nn.ModuleList(pictures)

    def forward(self, styles: Tensor, noise: str, sides: int | None = None) -> Tensor:
        """(B, L, D) to (B, 3, S, S), -1..1; after the first `sides` a smaller picture."""
        x = self.const.expand(len(styles), -1, -1, -1)
        picture = None
        last = len(self.layers) if sides is None else 2 * sides - 1
        for index, layer in enumerate(self.layers[:last]):
            x = layer(x, styles[:, index], noise)  # (B, C, s, s)
            if index % 2 == 0:
                part = self.pictures[index // 2](x, styles[:, index + 1])  # (B, 3, s, s)
                picture = part if picture is None else upsample(picture) + part
        return picture


class ModulatedLayer(nn.Module):
    """One layer of StyleGAN2: modulated convolution, noise, bias, activation."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        style: int,
        size: int,
        index: int,
        up: bool,
        clamp: float | None,
    ) -> None:
        super().__init__()
        self.up, self.clamp = up, clamp
        self.weight = nn.Parameter(torch.randn(outputs, inputs, 3, 3))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.noise = Noise(size, 1, seed=index)
        self.style = EqualLinear(style, inputs, start=1.0)

    def forward(self, x: Tensor, style: Tensor, noise: str) -> Tensor:
        """(B, I, H, W) and (B, D) to (B, O, H, W), or twice the side."""
        x = modulated(x, self.weight, self.style(style), True, self.up)
        x = self.noise(x, noise) + self.bias.view(1, -1, 1, 1)
        x = functional.leaky_relu(x, SLOPE) * ROOT2
        return x if self.clamp is None else x.clamp(-self.clamp * ROOT2, self.clamp * ROOT2)


class ToRgb(nn.Module):
    """Features to what they add to the picture."""

    def __init__(self, channels: int, style: int, clamp: float | None) -> None:
        super().__init__()
        self.clamp = clamp
        self.weight = nn.Parameter(torch.randn(3, channels, 1, 1))
        self.bias = nn.Parameter(torch.zeros(3))
        self.style = EqualLinear(style, channels, start=1.0)
        self.scale = channels**-0.5

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        """(B, C, H, W) and (B, D) to (B, 3, H, W)."""
        x = modulated(x, self.weight, self.style(style) * self.scale, False, False)
        x = x + self.bias.view(1, -1, 1, 1)
        return x if self.clamp is None else x.clamp(-self.clamp, self.clamp)
