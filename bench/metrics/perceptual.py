"""Metrics by networks that are downloads: LPIPS, Inception features for FID and KID, FaceNet."""

from __future__ import annotations

import tempfile
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.metrics.backbones import backbone_path, load_into, load_tensors
from bench.metrics.checks import check_same
from reenact.errors import FaceNotFoundError, WeightsError
from reenact.types import Face, Frame

FACENET_PX = 160


def lpips(output: Frame, target: Frame) -> float:
    """Learned perceptual distance (Zhang et al. 2018), AlexNet, version 0.1.

    Args:
        output: (H, W, 3) picture, 32 pixels a side or more.
        target: (H, W, 3) the picture it should be.

    Returns:
        0 for equal pictures, about 1 at worst.

    Raises:
        NotComputed: AlexNet's weights are not on this computer.
    """
    import torch

    from reenact.images import to_tensor

    check_same(output, target)
    network = _lpips(backbone_path("lpips"))
    with torch.inference_mode():
        return float(network(2 * to_tensor(output) - 1, 2 * to_tensor(target) - 1))


def inception_features(picture: Frame) -> NDArray[np.float32]:
    """(2048,) features of FID and KID: torch-fidelity's Inception v3 of 2015, resized by itself.

    Args:
        picture: (H, W, 3).

    Raises:
        NotComputed: its weights are not on this computer.
    """
    import torch

    network = _inception(backbone_path("fid"))
    pixels = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None]
    with torch.inference_mode():
        return network(pixels)[0][0].float().numpy()


def facenet_descriptor(frame: Frame, face: Face) -> NDArray[np.float64]:
    """FaceNet's unit descriptor (512,): facenet-pytorch's InceptionResnetV1, VGGFace2.

    The face is cut by the box of its mesh, which is about MTCNN's box, without a margin.

    Raises:
        FaceNotFoundError: the box lies outside of the picture.
        NotComputed: its weights are not on this computer.
    """
    import torch

    network = _facenet(backbone_path("facenet"))
    height, width = frame.shape[:2]
    x0, y0, x1, y1 = (round(v) for v in face.box)
    cut = frame[max(0, y0) : min(height, y1), max(0, x0) : min(width, x1)]
    if cut.size == 0:
        raise FaceNotFoundError("The face must lie in the picture to be recognized.")
    chip = cv2.resize(cut, (FACENET_PX, FACENET_PX), interpolation=cv2.INTER_AREA)
    pixels = torch.from_numpy(chip).permute(2, 0, 1)[None].float()
    with torch.inference_mode():
        return network((pixels - 127.5) / 128)[0].numpy().astype(np.float64)


@lru_cache(maxsize=1)
def _lpips(path: Path) -> Any:
    """lpips' network on AlexNet's weights; its own linear layers come with the package."""
    import lpips as package

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torchvision's words on an old argument of lpips'
        network = package.LPIPS(net="alex", pnet_rand=True, verbose=False)
    slices = {key.split(".")[1]: key.split(".")[0] for key in network.net.state_dict()}
    tensors = {
        f"{slices[key.split('.')[1]]}.{key.removeprefix('features.')}": value
        for key, value in load_tensors("lpips").items()
        if key.startswith("features.") and key.split(".")[1] in slices
    }
    load_into(network.net, tensors, "lpips")
    return network.eval().requires_grad_(False)


@lru_cache(maxsize=1)
def _inception(path: Path) -> Any:
    """torch-fidelity unpickles what it is given, so it is given a copy that holds tensors alone."""
    import torch
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    tensors = load_tensors("fid")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "inception.pth"
        torch.save(tensors, copy)
        try:
            return FeatureExtractorInceptionV3("fid", ["2048"], str(copy))
        except RuntimeError as error:
            raise WeightsError(f"{path} must be FID's Inception v3, it does not fit.") from error


@lru_cache(maxsize=1)
def _facenet(path: Path) -> Any:
    from facenet_pytorch import InceptionResnetV1

    tensors = load_tensors("facenet")
    kept = {key: value for key, value in tensors.items() if not key.startswith("logits.")}
    return load_into(InceptionResnetV1(pretrained=None), kept, "facenet")
