"""What a repaired mouth is judged by."""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

_MEAN_BGR = (104.0, 117.0, 123.0)
_FIRES = (("3", 64, 16, 64), ("4", 128, 16, 64), ("6", 128, 32, 128), ("7", 256, 32, 128))


class Fire(nn.Module):
    """SqueezeNet's module: squeeze, then 1 x 1 and 3 x 3 side by side."""

    def __init__(self, inside: int, squeeze: int, expand: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(inside, squeeze, 1)
        self.expand1x1 = nn.Conv2d(squeeze, expand, 1)
        self.expand3x3 = nn.Conv2d(squeeze, expand, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, h, w) to (B, 2 expand, h, w)."""
        x = F.relu(self.squeeze(x))
        return torch.cat([F.relu(self.expand1x1(x)), F.relu(self.expand3x3(x))], 1)


class SqueezeFeatures(nn.Module):
    """Features of ImageNet's SqueezeNet 1.1 up to its fourth fire module, frozen.

    Args:
        path: weights in torchvision's key layout, for BGR pictures 0..255 less the mean.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        from safetensors.torch import load_file

        layers: dict[str, nn.Module] = {"0": nn.Conv2d(3, 64, 3, stride=2)}
        layers |= {name: Fire(*sizes) for name, *sizes in _FIRES}
        self.features = nn.ModuleDict(layers)
        wanted = set(self.state_dict())
        self.load_state_dict({k: v for k, v in load_file(path).items() if k in wanted})
        self.register_buffer("mean", torch.tensor(_MEAN_BGR).view(1, 3, 1, 1), persistent=False)
        self.requires_grad_(False)

    def forward(self, picture: Tensor) -> list[Tensor]:
        """Features of (B, 3, S, S) pictures 0..1 at a half, a fourth and an eighth."""
        x = F.relu(self.features["0"](255 * picture.flip(1) - self.mean))
        out = [x]
        for first, second in (("3", "4"), ("6", "7")):
            x = F.max_pool2d(x, 3, 2, ceil_mode=True)
            x = self.features[second](self.features[first](x))
            out.append(x)
        return out


def perceptual_loss(features: SqueezeFeatures, output: Tensor, target: Tensor) -> Tensor:
    """Mean distance of unit-length features, as LPIPS without learned weights."""
    with torch.no_grad():
        wanted = features(target)
    total = output.new_zeros(())
    for here, there in zip(features(output), wanted, strict=True):
        difference = F.normalize(here, dim=1, eps=1e-3) - F.normalize(there, dim=1, eps=1e-3)
        total = total + difference.square().sum(1).mean()
    return total


def pixel_loss(output: Tensor, target: Tensor, weight: Tensor, is_real: Tensor) -> Tensor:
    """Weighted L1; where two pictures were paired, skin is compared without its fine texture.

    Skin of two photographs never lies pore on pore, and L1 would smooth it for that.

    Args:
        output, target: (B, 3, S, S) 0..1.
        weight: (B, 1, S, S) how much each place counts.
        is_real: (B, 1, S, S) 1 where only the coarse picture is compared.
    """
    fine = (output - target).abs()
    coarse = F.avg_pool2d(output - target, 7, 1, 3, count_include_pad=False).abs()
    mixed = is_real * coarse + (1 - is_real) * fine
    return (weight * mixed).sum() / (3 * weight.sum()).clamp(min=1)


class PatchCritic(nn.Module):
    """A small PatchGAN with spectral norm; it sees the drawn mouth too."""

    def __init__(self, width: int = 32, inside: int = 5) -> None:
        super().__init__()
        sizes = (inside, width, 2 * width, 4 * width)
        layers: list[nn.Module] = []
        for a, b in zip(sizes[:-1], sizes[1:], strict=True):
            layers += [spectral_norm(nn.Conv2d(a, b, 4, 2, 1)), nn.LeakyReLU(0.2)]
        layers.append(spectral_norm(nn.Conv2d(sizes[-1], 1, 3, 1, 1)))
        self.layers = nn.Sequential(*layers)

    def forward(self, picture: Tensor, drawn: Tensor) -> Tensor:
        """(B, 1, S/8, S/8) high where the picture looks real."""
        return self.layers(torch.cat([picture, drawn], 1))
