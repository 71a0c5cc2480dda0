"""D of Eq. 1: how far a generated face is from a picture.

The paper measures in one middle layer of VGG-16. Where VGG-16's weights are not on this computer,
the features that the other losses use stand in, and `source` says so.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from torch import Tensor, nn
from torch.nn import functional

from reenact.errors import InputError, WeightsError
from reenact.losses.models import find_weights, none_found, read_tensors
from reenact.losses.perceptual import SQUEEZENET, Perceptual, load_squeezenet

if TYPE_CHECKING:
    from reenact.methods.stylefusion.encoder import Encoder

VGG16 = ("vgg16.safetensors", "vgg16-397923af.pth")
LAYERS = {"relu1_2": 3, "relu2_2": 8, "relu3_3": 15, "relu4_3": 22, "relu5_3": 29}
"""Layers of VGG-16 by name; the paper takes a middle one."""
_SQUEEZE = {"relu1_2": 1, "relu2_2": 4, "relu3_3": 7, "relu4_3": 10, "relu5_3": 12}
"""The layer of SqueezeNet that stands in for each."""


class FeatureDistance(nn.Module):
    """Squared difference in one layer of a network, over the wanted features' own square.

    The share makes rate 1 mean the same for any network: SqueezeNet's features alone are a
    thousand times VGG-16's.

    Args:
        perceptual: the network.
        layer: name of the layer, for the record.
        smallest: pictures smaller than this are enlarged first, so that the layer still sees parts.
    """

    def __init__(
        self, perceptual: Perceptual | OwnFeatures, layer: str, smallest: int = 64
    ) -> None:
        super().__init__()
        self.perceptual, self.layer, self.smallest = perceptual, layer, smallest
        self.source = f"{perceptual.source}, {layer}"

    def features(self, images: Tensor) -> Tensor:
        """(B, 3, H, W) 0..1 to (B, C, h, w)."""
        if images.shape[-1] < self.smallest:
            size = (self.smallest, self.smallest)
            images = functional.interpolate(images, size, mode="bilinear", align_corners=False)
        return self.perceptual.features(images)[-1]

    def forward(self, output: Tensor, wanted: Tensor) -> Tensor:
        """(B,) distances of pictures (B, 3, H, W) and the `features` of those wanted."""
        wanted = wanted.float()
        gap = (self.features(output).float() - wanted).square().mean(dim=(1, 2, 3))
        return gap / (wanted.square().mean(dim=(1, 2, 3)) + 1e-8)


def load_distance(layer: str = "relu3_3", folder: str | Path | None = None) -> FeatureDistance:
    """The distance in a layer of VGG-16, or of what stands in for it.

    Raises:
        InputError: no such layer.
        WeightsError: no network is here.
    """
    if layer not in LAYERS:
        raise InputError(f"`layer` must be one of {', '.join(LAYERS)}, got '{layer}'.")
    path = find_weights(folder, *VGG16)
    if path is not None:
        return FeatureDistance(_vgg16(path, LAYERS[layer]), layer)
    path = find_weights(folder, *SQUEEZENET)
    if path is None:
        raise none_found("style", *VGG16, *SQUEEZENET)
    whole = load_squeezenet(path)
    one = (_SQUEEZE[layer],)
    network = Perceptual(
        whole.network,
        one,
        tuple(whole.mean.flatten().tolist()),
        tuple(whole.std.flatten().tolist()),
        is_bgr=whole.is_bgr,
        source=f"{whole.source} in place of VGG-16",
    )
    return FeatureDistance(network, layer)


class OwnFeatures(nn.Module):
    """Principal components of faces, from this project's own encoder."""

    source = "own encoder in place of VGG-16"

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def features(self, images: Tensor) -> list[Tensor]:
        """(B, 3, H, W) 0..1 to one (B, D, 1, 1)."""
        return [self.encoder.style(self.encoder.look(images))[..., None, None]]


def encoder_distance(encoder: Encoder) -> FeatureDistance:
    """The distance where no public network is on this computer."""
    return FeatureDistance(OwnFeatures(encoder), "components", smallest=1)


def _vgg16(path: Path, layer: int) -> Perceptual:
    from torchvision.models.vgg import cfgs, make_layers

    network, head = make_layers(cfgs["D"]), "features."
    kept = {k[len(head) :]: v for k, v in read_tensors(path).items() if k.startswith(head)}
    try:
        network.load_state_dict(kept)
    except RuntimeError as error:
        raise WeightsError(f"{path} must be VGG-16's weights, they do not fit.") from error
    mean, std = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    return Perceptual(network, (layer,), mean, std, source=f"VGG-16 ({path.name})")
