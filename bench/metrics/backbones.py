"""Networks that some metrics need and no package brings: where they are, how to get them.

Nothing is downloaded but by `python -m bench weights NAME`. Files lie in `$REENACT_MODELS`, or in
torch's folder of downloads; their tensors are read without executing anything.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.metrics.about import NotComputed
from reenact.errors import UnknownNameError, WeightsError
from reenact.losses.models import VARIABLE, find_weights, read_tensors


@dataclass(frozen=True)
class Backbone:
    """A network's file.

    Attributes:
        file: its name.
        url: where it is published.
        license: of the weights.
        sha256: how the hash of the file begins; empty where its publisher says none.
        package: the Python package that holds the network's layers, by its import name.
        install: how that package is called in the registry.
    """

    file: str
    url: str
    license: str
    sha256: str
    package: str
    install: str


BACKBONES = {
    "lpips": Backbone(
        "alexnet-owt-7be5be79.pth",
        "https://download.pytorch.org/models/alexnet-owt-7be5be79.pth",
        "BSD-3-Clause (torchvision), trained on ImageNet",
        "7be5be79",
        "lpips",
        "lpips",
    ),
    "fid": Backbone(
        "weights-inception-2015-12-05-6726825d.pth",
        "https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/"
        "weights-inception-2015-12-05-6726825d.pth",
        "Apache-2.0 (TensorFlow), trained on ImageNet",
        "6726825d",
        "torch_fidelity",
        "torch-fidelity",
    ),
    "facenet": Backbone(
        "20180402-114759-vggface2.pt",
        "https://github.com/timesler/facenet-pytorch/releases/download/v2.2.9/"
        "20180402-114759-vggface2.pt",
        "MIT (facenet-pytorch), trained on VGGFace2",
        "",
        "facenet_pytorch",
        "facenet-pytorch",
    ),
}


def backbone(name: str) -> Backbone:
    """A backbone by its name.

    Raises:
        UnknownNameError: there is none of this name.
    """
    if name not in BACKBONES:
        raise UnknownNameError("weights", name, BACKBONES)
    return BACKBONES[name]


def backbone_path(name: str) -> Path:
    """The file of a backbone on this computer.

    Raises:
        NotComputed: it, or the package with its layers, is not here.
    """
    wanted = backbone(name)
    if find_spec(wanted.package) is None:
        raise NotComputed(
            f"{name} needs the package {wanted.install}, which is not here. "
            f"Run: pip install {wanted.install}."
        )
    path = find_weights(None, wanted.file)
    if path is None:
        raise NotComputed(
            f"{name} needs {wanted.file}, which is not here. Run: python -m bench weights {name}."
        )
    return path


def backbone_sha256(name: str) -> str:
    """The hash of a backbone's file, for the record of what was measured with.

    Raises:
        NotComputed: it is not here.
    """
    path = backbone_path(name)
    return _sha256(path, path.stat().st_mtime_ns)


def download_folder() -> Path:
    """Where `python -m bench weights` puts files."""
    import torch

    if os.environ.get(VARIABLE):
        return Path(os.environ[VARIABLE])
    return Path(torch.hub.get_dir()) / "checkpoints"


def download(name: str, *, has_progress: bool = True) -> Path:
    """Download a backbone; where it is now. Only `python -m bench weights NAME` calls this.

    Raises:
        UnknownNameError: there is none of this name.
        WeightsError: it cannot be downloaded, or what came is something else.
    """
    import torch

    wanted = backbone(name)
    path = download_folder() / wanted.file
    if path.is_file():
        return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.hub.download_url_to_file(
            wanted.url, str(path), hash_prefix=wanted.sha256 or None, progress=has_progress
        )
    except (OSError, RuntimeError) as error:
        raise WeightsError(
            f"{wanted.url} cannot be downloaded: {error}. Download it elsewhere and put it "
            f"into {path.parent}."
        ) from error
    return path


def load_tensors(name: str) -> dict[str, Any]:
    """The tensors of a backbone.

    Raises:
        NotComputed: it is not here.
        WeightsError: the file is damaged.
    """
    return read_tensors(backbone_path(name))


def load_into(network: Any, tensors: dict[str, Any], name: str) -> Any:
    """The network with a backbone's tensors, frozen.

    Raises:
        WeightsError: they do not fit.
    """
    try:
        network.load_state_dict(tensors)
    except RuntimeError as error:
        raise WeightsError(f"{backbone_path(name)} does not fit its network: {name}.") from error
    return network.eval().requires_grad_(False)


@lru_cache(maxsize=8)
def _sha256(path: Path, changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
