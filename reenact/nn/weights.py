"""Weights files of methods: safetensors with a card beside it, read strictly."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import reenact
from reenact.errors import WeightsError

if TYPE_CHECKING:
    from torch import Tensor, nn

Settings = TypeVar("Settings")
FOLDER = Path(reenact.__file__).parent / "weights"
FILE = "weights.safetensors"
"""Name of the weights in a run's folder and in a repository on the Hub, a card (.json) beside."""

_HUB = re.compile(r"([\w.-]+/[\w.-]+)@([\w.-]+)")


def weights_path(method: str, weights: str | Path | None) -> Path:
    """The file to load: the embedded one where none is named.

    Args:
        weights: a file, the folder of a training run (or of several: the latest counts), or
            "org/repo@revision" on the Hub.

    Raises:
        WeightsError: no such file, no finished run in the folder, or nothing to be had on the Hub.
    """
    own = FOLDER / f"{method.replace('-', '_')}.safetensors"
    path = own if weights is None else found(weights)
    if not path.is_file():
        named = f"`weights` of {method} must be a file, a run's folder or org/repo@revision"
        hint = "Leave it out to use the embedded ones."
        absent = f"{path} is missing: install the package again, or name `weights`."
        raise WeightsError(absent if weights is None else f"{named}, got '{weights}'. {hint}")
    return path


def is_reference(weights: str | Path) -> bool:
    """Whether this names weights: something on this computer, or a place on the Hub."""
    if not str(weights):
        return False
    return Path(weights).exists() or _HUB.fullmatch(str(weights)) is not None


def found(weights: str | Path) -> Path:
    """The file that is meant; fetched where a place on the Hub is named and nothing lies here.

    Raises:
        WeightsError: no finished run in the folder, or nothing to be had on the Hub.
    """
    if not str(weights):
        raise WeightsError("`weights` must name a file, a run's folder or org/repo@revision.")
    place = _HUB.fullmatch(str(weights))
    if place is None or Path(weights).exists():
        return in_folder(Path(weights))
    return _on_hub(*place.groups())


def _on_hub(repo: str, revision: str) -> Path:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        hf_hub_download(repo, Path(FILE).with_suffix(".json").name, revision=revision)
        return Path(hf_hub_download(repo, FILE, revision=revision))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError, ValueError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise WeightsError(
            f"'{repo}@{revision}' must be a repository on the Hub with {FILE} and its card: "
            f"{reason}."
        ) from error


def in_folder(path: Path) -> Path:
    """The finished weights of a run's folder, or of the latest run in a folder of runs."""
    if not path.is_dir():
        return path
    runs = sorted(path.glob(f"[0-9][0-9][0-9][0-9]-*/{FILE}"))
    finished = [one for one in (path / FILE, *reversed(runs)) if one.is_file()]
    if not finished:
        raise WeightsError(f"{path} must hold a finished training run, none is there.")
    return finished[0]


def read_card(path: Path) -> dict[str, Any]:
    """The card beside a weights file, with the `method` that it is of.

    Raises:
        WeightsError: it is missing, damaged, or does not say.
    """
    card = path.with_suffix(".json")
    try:
        values = json.loads(card.read_text())
        return values | {"method": str(values["method"])}
    except FileNotFoundError as error:
        raise WeightsError(
            f"{path} must have its card, {card.name}, beside it. Copy both."
        ) from error
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise WeightsError(f"{card} must be the card of weights, and name their method.") from error


def read_weights(path: Path, method: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Tensors in full precision by name, and the card.

    Raises:
        WeightsError: damaged, without a card, of another method, not finite, or not the embedded
            file on record.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load

    card = read_card(path)
    if card["method"] != method:
        raise WeightsError(
            f"{path} must be weights of {method}, they are of {card['method']}. "
            f"Use method {card['method']}, or other weights."
        )
    try:
        data = path.read_bytes()
        state = {name: tensor.float() for name, tensor in load(data).items()}
    except (OSError, ValueError, SafetensorError) as error:
        reason = str(error).splitlines()[0].removeprefix("Error while deserializing: ")
        raise WeightsError(
            f"{path} must be weights of {method}, a whole file: {reason}. Copy it again."
        ) from error
    if not all(bool(torch.isfinite(tensor).all()) for tensor in state.values()):
        raise WeightsError(f"{path} must hold finite numbers only.")
    if path.parent == FOLDER:
        check_hash(path, data)
    return state, card


def read_config(
    kind: type[Settings],
    card: dict[str, Any],
    name: str,
    path: Path,
    earlier: Mapping[str, Any] | None = None,
) -> Settings:
    """The settings that a card has under a name, lists as tuples.

    Args:
        kind: the dataclass, all of whose fields the card must have and no others.
        path: the weights file, for the message.
        earlier: settings that cards of earlier versions do not name, as they were then.

    Raises:
        WeightsError: they are missing or others.
    """
    known = {field.name for field in fields(kind)}
    values = card.get(name)
    if values is None and "weights_sha256" in card:  # the record that a training run leaves
        module = f"reenact.methods.{card['method'].replace('-', '_')}"
        raise WeightsError(
            f"{path} is what a training run left. Make weights of the method of it first: "
            f"`python -m {module} --help`, and its README.md under Training."
        )
    if isinstance(values, dict):
        values = {**(earlier or {}), **values}
    if not isinstance(values, dict) or set(values) != known:
        raise WeightsError(f"The card of {path} must have `{name}` with {sorted(known)}.")
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})


def begin_from(network: nn.Module, state: dict[str, Tensor], path: Path) -> None:
    """Let training begin with weights of the same shape.

    Args:
        state: the weights. path: where they are from, for the message.

    Raises:
        WeightsError: they are of another shape.
    """
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise WeightsError(
            f"`start` must be weights of the recipe's shape, {path} is not."
        ) from error


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
