"""A differentiable landmark detector: stacked hourglass, then DSNT (LandmarkGAN, section 2.2).

It stands in losses, where landmarks of an output must have gradients. To find landmarks in
pictures, use `reenact.face`, which is more exact. See `landmark_net.md` for how exact this one is.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from reenact.errors import ShapeError, WeightsError
from reenact.geometry.heatmaps import expected_points, spatial_softmax
from reenact.nn.hourglass import FOLD, HourglassConfig, StackedHourglass
from reenact.nn.weights import FOLDER, check_hash

SCHEME = "ibug68"
WEIGHTS = FOLDER / "landmark_net.safetensors"


class LandmarkNet(nn.Module):
    """Face crops (as `reenact.base.CropSpec` cuts them) to their 68 points, with gradients."""

    def __init__(self, config: HourglassConfig | None = None) -> None:
        super().__init__()
        self.config = config or HourglassConfig()
        self.hourglass = StackedHourglass(self.config)

    def forward(self, images: Tensor) -> Tensor:
        """Landmarks of face crops.

        Args:
            images: (B, 3, S, S) 0..1, upright crops of any side S; brought to the network's own.

        Returns:
            (B, 68, 2) ibug68 points, pixels of `images`.

        Raises:
            ShapeError: not square pictures of three channels.
        """
        if images.ndim != 4 or images.shape[1] != 3 or images.shape[2] != images.shape[3]:
            raise ShapeError(f"`images` must be (B, 3, S, S), got {tuple(images.shape)}.")
        shares = spatial_softmax(self.hourglass(self.resized(images))[-1])
        return to_pixels(expected_points(shares), images.shape[-1] / self.config.size)

    def resized(self, images: Tensor) -> Tensor:
        """(B, 3, S, S) as the network takes them."""
        side = (self.config.size, self.config.size)
        if images.shape[-2:] == side:
            return images
        return functional.interpolate(
            images, size=side, mode="bilinear", align_corners=False, antialias=True
        )


def to_pixels(points: Tensor, scale: float = 1.0) -> Tensor:
    """Places of heat maps as pixels of the picture; (0, 0) is the center of the first of both.

    Args:
        points: (..., 2) places of the maps.
        scale: side of the picture over that which the network takes.
    """
    return ((points + 0.5) * FOLD) * scale - 0.5


def to_places(points: Tensor, scale: float = 1.0) -> Tensor:
    """The inverse of `to_pixels`."""
    return (points + 0.5) / (scale * FOLD) - 0.5


def load_landmark_net(path: Path | None = None) -> LandmarkNet:
    """The embedded network, or the one in `path`, frozen.

    Raises:
        WeightsError: missing, damaged, of another shape or another network, or not the embedded
            file on record.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load

    path = path or WEIGHTS
    try:
        data = path.read_bytes()
        state = {name: tensor.float() for name, tensor in load(data).items()}
        config = HourglassConfig(**json.loads(_metadata(data)["config"]))
        network = LandmarkNet(config)
        network.load_state_dict(state | _counts(network))
    except (OSError, KeyError, TypeError, ValueError, RuntimeError, SafetensorError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise WeightsError(f"{path} must be weights of the landmark network: {reason}.") from error
    if not all(bool(torch.isfinite(tensor).all()) for tensor in state.values()):
        raise WeightsError(f"{path} must hold finite numbers only.")
    if path.parent == FOLDER:
        check_hash(path, data)
    return network.eval().requires_grad_(False)


def landmark_state(network: LandmarkNet) -> tuple[dict[str, Tensor], dict[str, str]]:
    """What a weights file of the network holds: half-precision tensors, and texts."""
    state = network.state_dict()
    tensors = {name: value.half() for name, value in state.items() if value.is_floating_point()}
    return tensors, {"config": json.dumps(asdict(network.config)), "scheme": SCHEME}


def _metadata(data: bytes) -> dict[str, str]:
    """Texts in the header of a safetensors file that has been read."""
    size = int.from_bytes(data[:8], "little")
    return json.loads(data[8 : 8 + size]).get("__metadata__", {})


def _counts(network: nn.Module) -> dict[str, Tensor]:
    """The batch norms' step counters, which no file keeps."""
    return {n: v for n, v in network.state_dict().items() if not v.is_floating_point()}
