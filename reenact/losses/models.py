"""Where public networks for losses are found on this computer. Nothing is downloaded."""

from __future__ import annotations

import os
from pathlib import Path

from reenact.errors import WeightsError

VARIABLE = "REENACT_MODELS"


def find_weights(folder: str | Path | None, *names: str) -> Path | None:
    """The first of some files: in `folder`, in `$REENACT_MODELS`, or among torch's downloads.

    Args:
        folder: where to look first.
        names: file names, the preferred first; each is looked for everywhere before the next.
    """
    import torch

    places = [Path(torch.hub.get_dir()) / "checkpoints"]
    if os.environ.get(VARIABLE):
        places.insert(0, Path(os.environ[VARIABLE]))
    if folder is not None:
        places.insert(0, Path(folder))
    found = (place / name for name in names for place in places)
    return next((path for path in found if path.is_file()), None)


def read_tensors(path: Path) -> dict:
    """Tensors of a .safetensors file or of torch's own format; nothing in it is executed.

    Raises:
        WeightsError: the file is not there, is damaged or holds something else.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    if not path.is_file():
        raise WeightsError(f"{path} must be a file of weights, there is none.")
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        return torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, SafetensorError) as error:
        raise WeightsError(f"{path} must be a file of weights, it is damaged.") from error
    except Exception as error:  # torch raises whatever the damaged bytes make it stumble over
        raise WeightsError(f"{path} must be a file of weights, it is damaged.") from error


def none_found(what: str, *files: str) -> WeightsError:
    """The error for a loss whose networks are not here."""
    return WeightsError(
        f"The {what} loss needs one of {', '.join(files)}. Put it into a folder and name that in "
        f"{VARIABLE}, or train without this loss."
    )
