"""Perceptual loss: distance of two pictures in the features of an ImageNet network.

VGG-19 of torchvision where its weights are on this computer (Johnson et al., 2016), else SqueezeNet
1.1. Which one was used is `Perceptual.source`, and goes on record with the weights it trained.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from reenact.errors import WeightsError
from reenact.losses.models import find_weights, none_found, read_tensors

VGG = ("vgg19.safetensors", "vgg19-dcbb9e9d.pth")
SQUEEZENET = ("squeezenet1_1_caffe.safetensors",)
_VGG_LAYERS = (3, 8, 17, 26, 35)  # relu1_2, 2_2, 3_4, 4_4, 5_4
_SQUEEZE_LAYERS = (1, 4, 7, 10, 12)  # relu1, fire3, fire5, fire7, fire9


class Perceptual(nn.Module):
    """Mean absolute difference of features, summed over layers, each scaled to size one.

    Args:
        features: the network's layers in order.
        layers: indices of those whose output counts.
        mean, std: what the network's input is normalized with, pictures 0 to 1.
        is_bgr: whether the network wants blue first.
        source: which network it is.
    """

    def __init__(
        self,
        features: nn.Sequential,
        layers: tuple[int, ...],
        mean: tuple[float, float, float],
        std: tuple[float, float, float],
        *,
        is_bgr: bool = False,
        source: str = "",
    ) -> None:
        super().__init__()
        self.layers, self.is_bgr, self.source = layers, is_bgr, source
        self.network = features[: layers[-1] + 1].eval().requires_grad_(False)
        for layer in self.network.modules():
            if hasattr(layer, "inplace"):
                layer.inplace = False  # a kept feature must not be overwritten
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(std).view(1, 3, 1, 1))

    def features(self, images: Tensor) -> list[Tensor]:
        """(B, 3, H, W) 0..1 to one (B, C, h, w) of each layer."""
        x = images.flip(1) if self.is_bgr else images
        x = (x - self.mean) / self.std
        kept = []
        for index, layer in enumerate(self.network):
            x = layer(x)
            if index in self.layers:
                kept.append(x)
        return kept

    def forward(self, output: Tensor, target: Tensor) -> Tensor:
        """Distance of (B, 3, H, W) pictures, 0..1; a scalar, 0 where they are the same."""
        with torch.no_grad():
            wanted = self.features(target)
        gaps = []
        for made, real in zip(self.features(output), wanted, strict=True):
            size = real.float().abs().mean() + 1e-6  # deep layers are far larger than the first
            gaps.append((made - real).float().abs().mean() / size)
        return torch.stack(gaps).mean()


def load_perceptual(folder: str | Path | None = None) -> Perceptual:
    """The best network that is here; see `find_weights` for where it is looked for.

    Raises:
        WeightsError: none is here, or the file is damaged.
    """
    path = find_weights(folder, *VGG)
    if path is not None:
        return _vgg(path)
    path = find_weights(folder, *SQUEEZENET)
    if path is not None:
        return load_squeezenet(path)
    raise none_found("perceptual", *VGG, *SQUEEZENET)


def _vgg(path: Path) -> Perceptual:
    from torchvision.models.vgg import cfgs, make_layers

    network = make_layers(cfgs["E"])  # `vgg19` would fill half a gigabyte of classifier first
    _fill(network, path)
    mean, std = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    return Perceptual(network, _VGG_LAYERS, mean, std, source=f"VGG-19 ({path.name})")


def load_squeezenet(path: Path) -> Perceptual:
    """Caffe's weights: blue first, 0 to 255 less the mean."""
    from torchvision.models import squeezenet1_1

    network = squeezenet1_1().features
    _fill(network, path)
    mean, std = tuple(v / 255 for v in (104.0, 117.0, 123.0)), (1 / 255,) * 3
    source = f"SqueezeNet 1.1 ({path.name})"
    return Perceptual(network, _SQUEEZE_LAYERS, mean, std, is_bgr=True, source=source)


def _fill(features: nn.Sequential, path: Path) -> None:
    tensors = read_tensors(path)
    head = "features."
    kept = {name[len(head) :]: v for name, v in tensors.items() if name.startswith(head)}
    try:
        features.load_state_dict(kept)
    except RuntimeError as error:
        raise WeightsError(
            f"{path} must be an ImageNet network's weights, they do not fit."
        ) from error
