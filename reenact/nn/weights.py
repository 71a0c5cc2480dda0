"""Weights files of methods: safetensors with a card beside it, read strictly."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import reenact
from reenact.errors import WeightsError

if TYPE_CHECKING:
    from torch import Tensor, nn

Settings = TypeVar("Settings")
FOLDER = Path(reenact.__file__).parent / "weights"


def weights_path(method: str, weights: str | Path | None) -> Path:
    """The file to load: the embedded one where none is named.

    Args:
        weights: a file, or the folder of a training run (or of several: the latest counts).

    Raises:
        WeightsError: no such file, or no finished run in the folder.
    """
    own = FOLDER / f"{method.replace('-', '_')}.safetensors"
    path = own if weights is None else in_folder(Path(weights))
    if not path.is_file():
        named = f"`weights` of {method} must be a file, got '{weights}'."
        hint = "Leave it out to use the embedded ones."
        absent = f"{path} is missing: install the package again, or name `weights`."
        raise WeightsError(absent if weights is None else f"{named} {hint}")
    return path


def in_folder(path: Path) -> Path:
    """The finished weights of a run's folder, or of the latest run in a folder of runs."""
    if not path.is_dir():
        return path
    name = "weights.safetensors"
    runs = sorted(path.glob(f"[0-9][0-9][0-9][0-9]-*/{name}"))
    found = [one for one in (path / name, *reversed(runs)) if one.is_file()]
    if not found:
        raise WeightsError(f"{path} must hold a finished training run, none is there.")
    return found[0]


def read_weights(path: Path, method: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Tensors in full precision by name, and the card.

    Raises:
        WeightsError: damaged, without a card, of another method, not finite, or not the embedded
            file on record.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        data = path.read_bytes()
        state = {name: tensor.float() for name, tensor in load(data).items()}
        card = json.loads(path.with_suffix(".json").read_text())
        is_own = card["method"] == method
    except (OSError, KeyError, TypeError, ValueError, SafetensorError) as error:
        reason = str(error).splitlines()[0]
        raise WeightsError(f"{path} must be weights of {method}: {reason}.") from error
    if not is_own:
        raise WeightsError(f"{path} must be weights of {method}, they are of {card['method']}.")
    if not all(bool(torch.isfinite(tensor).all()) for tensor in state.values()):
        raise WeightsError(f"{path} must hold finite numbers only.")
    if path.parent == FOLDER:
        check_hash(path, data)
    return state, card


def read_config(kind: type[Settings], card: dict[str, Any], name: str, path: Path) -> Settings:
    """The settings that a card has under a name, lists as tuples.

    Args:
        kind: the dataclass, all of whose fields the card must have and no others.
        path: the weights file, for the message.

    Raises:
        WeightsError: they are missing or others.
    """
    known = {field.name for field in fields(kind)}
    values = card.get(name)
    if not isinstance(values, dict) or set(values) != known:
        raise WeightsError(f"The card of {path} must have `{name}` with {sorted(known)}.")
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})


def fill(network: nn.Module, state: dict[str, Tensor], prefix: str, path: Path) -> nn.Module:
    """The network with the tensors whose names begin with `prefix`, all of them and no others.

    Raises:
        WeightsError: they do not fit.
    """
    own = {name[len(prefix) :]: t for name, t in state.items() if name.startswith(prefix)}
    try:
        network.load_state_dict(own)
    except RuntimeError as error:
        reason = str(error).splitlines()[-1].strip()
        raise WeightsError(
            f"{path} must hold weights of the shape in its card: {reason}"
        ) from error
    return network.eval()


def check_hash(path: Path, data: bytes) -> None:
    """Refuse an embedded file whose hash is not the one on record.

    Raises:
        WeightsError: its line in SHA256SUMS is missing or another.
    """
    digest = hashlib.sha256(data).hexdigest()
    sums = path.parent / "SHA256SUMS"
    if not sums.is_file() or f"{digest}  {path.name}" not in sums.read_text().splitlines():
        raise WeightsError(f"{path} is damaged: its hash is not the one in SHA256SUMS.")
