"""Landmark loss through the detector: an output must show the landmarks that it was asked for."""

from __future__ import annotations

import hashlib

import torch
from torch import Tensor, nn

from reenact.errors import ShapeError
from reenact.face.schemes import convert
from reenact.nn.landmark_net import SCHEME, WEIGHTS, LandmarkNet, load_landmark_net


class DetectedLandmarks(nn.Module):
    """Distance of the landmarks seen in outputs and those wanted (LandmarkGAN, Eq. 3).

    Args:
        network: the detector; None loads the embedded one.

    Attributes:
        source: which weights it is, for the record.
    """

    def __init__(self, network: LandmarkNet | None = None) -> None:
        super().__init__()
        self.source = "given"
        if network is None:
            network = load_landmark_net()
            self.source = f"landmark_net {hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()[:12]}"
        self.network = network.eval().requires_grad_(False)

    def train(self, mode: bool = True) -> DetectedLandmarks:
        """Stays in evaluation mode: its batch norms must not move."""
        return super().train(False)

    def forward(self, output: Tensor, wanted: Tensor) -> Tensor:
        """A scalar: mean distance over the side of the crop, 0 where all points lie right.

        Args:
            output: (B, 3, S, S) 0..1 face crops.
            wanted: (B, 68, 2) ibug68 points, pixels of the crops; see `wanted_points`.

        Raises:
            ShapeError: other shapes.
        """
        if wanted.shape != (len(output), 68, 2):
            got = tuple(wanted.shape)
            raise ShapeError(f"`wanted` must be ({len(output)}, 68, 2), got {got}.")
        return (self.network(output) - wanted).norm(dim=-1).mean() / output.shape[-1]


def wanted_points(meshes: Tensor) -> Tensor:
    """(B, 68, 2) ibug68 points of (B, 478, 2 or 3) meshes; no gradient goes through."""
    rows = [convert(mesh, "mediapipe478", SCHEME)[:, :2] for mesh in meshes.detach().cpu().numpy()]
    return torch.stack([torch.as_tensor(row) for row in rows]).to(meshes)
