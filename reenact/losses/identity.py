"""Identity loss: how far two faces are apart for a network that tells people apart.

facenet-pytorch's InceptionResnetV1 where its weights are on this computer, else MobileFaceNet.
Identity is always *measured* with another network (dlib); see `bench/`.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from reenact.errors import ShapeError, WeightsError
from reenact.geometry.regions import MOUTH_CORNERS_OUTER, NOSE_TIP
from reenact.losses.models import find_weights, none_found, read_tensors
from reenact.nn.mobilefacenet import SIZE, embed, load_mobilefacenet

FACENET = ("20180402-114759-vggface2.pt", "20180408-102900-casia-webface.pt")
MOBILEFACENET = ("mobilefacenet.safetensors",)

ARCFACE = ((38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366))
ARCFACE += ((41.5493, 92.3655), (70.7299, 92.2041))
"""Eyes, nose tip, mouth corners in a 112 x 112 face (InsightFace's template), pixels."""
_EYES = ((33, 133), (362, 263))


class Identity(nn.Module):
    """1 - cosine of two faces' embeddings, mean over the batch: 0 same, about 1 strangers.

    Args:
        network: (B, 3, size, size) faces to (B, N).
        size: side of the face that it wants.
        mean, std: its normalization, pictures 0 to 1.
        margin: share of the face added around the ArcFace cut (FaceNet saw more of the head).
        source: which network it is.
    """

    def __init__(
        self,
        network: nn.Module,
        size: int,
        mean: tuple[float, ...],
        std: tuple[float, ...],
        *,
        margin: float = 0.0,
        source: str = "",
    ) -> None:
        super().__init__()
        self.network = network.eval().requires_grad_(False)
        self.size, self.margin, self.source = size, margin, source
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(std).view(1, 3, 1, 1))

    def train(self, mode: bool = True) -> Identity:
        """Stays in evaluation mode: its batch norms must not move."""
        return super().train(False)

    def embed(self, images: Tensor, points: Tensor) -> Tensor:
        """Unit embeddings, (B, N).

        Args:
            images: (B, 3, H, W) 0..1.
            points: (B, 478, 2 or 3) landmarks, pixels of the images; no gradient goes to them.
        """
        faces = align_faces(images, points, self.size, self.margin)
        return embed(self.network, (faces - self.mean) / self.std)

    def forward(
        self, output: Tensor, output_points: Tensor, source: Tensor, source_points: Tensor
    ) -> Tensor:
        """Identity distance of the output and the source; a scalar, 0 to 2."""
        with torch.no_grad():
            wanted = self.embed(source, source_points)
        return (1 - (self.embed(output, output_points) * wanted).sum(dim=1)).mean()


def align_faces(images: Tensor, points: Tensor, size: int = SIZE, margin: float = 0.0) -> Tensor:
    """Faces cut as ArcFace's: eyes, nose and mouth corners at fixed places. Differentiable.

    Args:
        images: (B, 3, H, W).
        points: (B, 478, 2 or 3) landmarks, pixels.
        size: side of the result. margin: share added at each side.

    Returns:
        (B, 3, size, size).
    """
    if points.ndim != 3 or points.shape[1] < 478 or len(points) != len(images):
        got = tuple(points.shape)
        raise ShapeError(f"`points` must be ({len(images)}, 478, 2 or 3), got {got}.")
    template = torch.tensor(ARCFACE, device=images.device) / (SIZE - 1)  # (5, 2) 0..1
    template = (template + margin) / (1 + 2 * margin)
    linear, shift = _similarity(template, five_points(points.detach().float()))
    steps = torch.linspace(0, 1, size, device=images.device)
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    places = torch.stack([x, y], dim=-1).view(1, -1, 2) @ linear.mT + shift[:, None]
    height, width = images.shape[-2:]
    limits = torch.tensor([width - 1, height - 1], device=images.device)
    grid = (2 * places / limits - 1).view(-1, size, size, 2)
    return functional.grid_sample(
        images.float(), grid, mode="bilinear", padding_mode="border", align_corners=True
    )


def five_points(points: Tensor) -> Tensor:
    """(B, 478, D) to (B, 5, 2): eye centers, nose tip, mouth corners."""
    flat = points[..., :2]
    eyes = [flat[:, list(pair)].mean(dim=1) for pair in _EYES]
    rest = [flat[:, index] for index in (NOSE_TIP, *MOUTH_CORNERS_OUTER)]
    return torch.stack([*eyes, *rest], dim=1)


def _similarity(here: Tensor, there: Tensor) -> tuple[Tensor, Tensor]:
    """Least-squares turn, scale and shift from (5, 2) to each of (B, 5, 2): (B, 2, 2), (B, 2)."""
    mid, aim = here.mean(dim=0), there.mean(dim=1)  # (2,), (B, 2)
    a, b = here - mid, there - aim[:, None]
    total = a.square().sum()
    cos = (a * b).sum(dim=(1, 2)) / total
    sin = (a[:, 0] * b[..., 1] - a[:, 1] * b[..., 0]).sum(dim=1) / total
    linear = torch.stack([cos, -sin, sin, cos], dim=1).view(-1, 2, 2)
    return linear, aim - mid @ linear.mT


def load_identity(folder: str | Path | None = None) -> Identity:
    """The best network that is here; see `find_weights` for where it is looked for.

    Raises:
        WeightsError: none is here, or the file is damaged.
    """
    path = find_weights(folder, *FACENET)
    if path is not None:
        return _facenet(path)
    found = mobile_identity(folder)
    if found is None:
        raise none_found("identity", *FACENET, *MOBILEFACENET)
    return found


def mobile_identity(folder: str | Path | None = None) -> Identity | None:
    """MobileFaceNet, where its weights are here; for thresholds, which are of one network.

    Raises:
        WeightsError: the file is damaged.
    """
    path = find_weights(folder, *MOBILEFACENET)
    if path is None:
        return None
    mean, std = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    source = f"MobileFaceNet ({path.name})"
    return Identity(load_mobilefacenet(path), SIZE, mean, std, source=source)


def _facenet(path: Path) -> Identity:
    from facenet_pytorch import InceptionResnetV1

    tensors = {k: v for k, v in read_tensors(path).items() if not k.startswith("logits.")}
    network = InceptionResnetV1(pretrained=None)
    try:
        network.load_state_dict(tensors)
    except RuntimeError as error:
        raise WeightsError(
            f"{path} must be InceptionResnetV1's weights, they do not fit."
        ) from error
    mean, std = (127.5 / 255,) * 3, (128 / 255,) * 3
    source = f"InceptionResnetV1 ({path.name})"
    return Identity(network, 160, mean, std, margin=0.2, source=source)
