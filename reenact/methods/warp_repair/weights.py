"""Loading the network: strictly, with its hash where it is the embedded one."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import reenact
from reenact.errors import WeightsError
from reenact.methods.warp_repair.config import RepairConfig
from reenact.methods.warp_repair.networks import RepairNet

WEIGHTS = Path(reenact.__file__).parent / "weights" / "warp_repair.safetensors"


def load_network(path: Path | None = None) -> RepairNet:
    """The embedded network, or the one in `path`, with the card (`.json`) beside it.

    Raises:
        WeightsError: missing, damaged, of another shape, or not the file on record.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load

    path = path or WEIGHTS
    try:
        data = path.read_bytes()
        config = RepairConfig.from_dict(json.loads(path.with_suffix(".json").read_text())["config"])
        state = {name: tensor.float() for name, tensor in load(data).items()}
        network = RepairNet(config)
        network.load_state_dict(state)
    except (OSError, KeyError, TypeError, ValueError, RuntimeError, SafetensorError) as error:
        reason = str(error).splitlines()[0]
        raise WeightsError(f"{path} must be weights of warp-repair: {reason}.") from error
    if not all(bool(torch.isfinite(tensor).all()) for tensor in state.values()):
        raise WeightsError(f"{path} must hold finite numbers only.")
    if path == WEIGHTS:
        _check_hash(path, data)
    return network


def _check_hash(path: Path, data: bytes) -> None:
    digest = hashlib.sha256(data).hexdigest()
    sums = path.parent / "SHA256SUMS"
    if not sums.is_file() or f"{digest}  {path.name}" not in sums.read_text().splitlines():
        raise WeightsError(f"{path} is damaged: its hash is not the one in SHA256SUMS.")
