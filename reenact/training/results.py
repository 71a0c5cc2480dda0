"""What a finished run leaves: weights, and a record of how they were made."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from reenact.errors import WeightsError
from reenact.files import atomic_path
from reenact.training.run_folder import write_synced

if TYPE_CHECKING:
    from reenact.training.loop import Loop


def write_results(loop: Loop) -> None:
    """Write `weights.safetensors` and `weights.json`, each whole or not at all.

    Raises:
        OutputError: the disk is full, or refuses.
    """
    folder = loop.folder
    with atomic_path(folder.weights) as unfinished:
        loop.trainable.export(unfinished, loop.averages.networks)
    with atomic_path(folder.weights.with_suffix(".json")) as unfinished:
        unfinished.write_text(json.dumps(record(loop), indent=2))


def save_tensors(
    tensors: Mapping[str, Tensor], path: Path, notes: Mapping[str, str] | None = None
) -> None:
    """Write a safetensors file, for `Trainable.export`.

    Args:
        tensors: by name; brought to the CPU.
        path: where to.
        notes: texts kept in the file.

    Raises:
        OSError: the disk refuses (safetensors' own `save_file` would hide that).
    """
    from safetensors.torch import save

    whole = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    write_synced(path, save(whole, dict(notes) if notes else None))


def write_method(
    path: Path, tensors: Mapping[str, Tensor], run: Path, settings: Mapping[str, Any]
) -> None:
    """Write a method's weights file in half precision, and its card beside it.

    Args:
        path: where to.
        tensors: by name.
        run: the finished run's weights, with their record beside them.
        settings: of the networks, under the names that the method reads.
    """
    save_tensors({name: value.half() for name, value in tensors.items()}, path)
    write_card(path, run, settings)


def write_card(path: Path, run: Path, settings: Mapping[str, Any]) -> None:
    """Write the card of a method's weights file: its settings, and how a run made it."""
    made = run_record(run)
    training = {key: value for key, value in made.items() if key != "weights_sha256"}
    card = {"method": made["method"], **settings, "training": training}
    path.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n")


def run_record(run: Path, method: str | None = None) -> dict[str, Any]:
    """How a finished run's weights were made: see `record`.

    Args:
        run: its weights. method: whose they must be; None for anyone's.

    Raises:
        WeightsError: the record is missing or damaged, or of another method.
    """
    path = run.with_suffix(".json")
    try:
        made = json.loads(path.read_text())
        found = made | {"recipe": dict(made["recipe"]), "method": str(made["method"])}
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise WeightsError(f"{path} must be the record of a finished training run.") from error
    if method not in (None, found["method"]):
        raise WeightsError(
            f"{run} must be a run of {method}, it is one of {found['method']}: use "
            f"`python -m reenact.methods.{found['method']}`."
        )
    return found


def record(loop: Loop) -> dict:
    """How the weights were made: recipe, steps, time, device, what the method notes."""
    device = loop.device
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.machine()
    return {
        "method": loop.recipe.method,
        "recipe": json.loads(loop.recipe.to_json()),
        "steps": loop.step,
        "pairs": loop.seen,
        "seconds": round(loop.seconds, 1),
        "processes": loop.accelerator.num_processes,
        "device": f"{device.type} {name}",
        "precision": loop.precision,
        "torch": torch.__version__,
        "weights_sha256": hashlib.sha256(loop.folder.weights.read_bytes()).hexdigest(),
        "notes": loop.trainable.notes(),
    }
