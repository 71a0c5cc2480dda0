"""Styles of two faces as a file: safetensors, which holds numbers only and executes nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from reenact.errors import InputError
from reenact.files import atomic_path
from reenact.methods.stylefusion.config import GeneratorConfig

FORMAT = "reenact-styles-1"
MAX_BYTES = 2 << 20
"""A file of two faces is a fiftieth of it; more is not read."""

_POINTS = (2, 478, 3)
_MOST_STYLE = 1e3
_AGAIN = "Save the styles again with the generator that is here."


class OtherGeneratorError(InputError):
    """The styles belong to another generator.

    Attributes:
        generator: hash of its weights, as the file says it.
    """

    def __init__(self, message: str, generator: str) -> None:
        super().__init__(message)
        self.generator = generator


@dataclass(frozen=True)
class FaceStyles:
    """What an inversion found for a source and a driving face.

    Attributes:
        styles: (2, L, D) of the source and of the driving face.
        points: (2, 478, 3) landmarks of both, pixels of the generator's pictures.
        losses: (N, 2) of each step; empty for the encoder's guess.
        distance: what they were measured with.
        recipe: how they were found.
    """

    styles: Tensor
    points: NDArray[np.float32]
    losses: NDArray[np.float32]
    distance: str = ""
    recipe: str = ""


def save_styles(kept: FaceStyles, path: str | Path, weights_sha256: str) -> None:
    """Write the styles of two faces as a .safetensors file.

    Args:
        weights_sha256: of the generator that they belong to.
    """
    from safetensors.torch import save_file

    tensors = {
        "styles": kept.styles.detach().float().contiguous(),
        "points": torch.from_numpy(np.ascontiguousarray(kept.points, np.float32)),
        "losses": torch.from_numpy(np.ascontiguousarray(kept.losses, np.float32)),
    }
    about = {
        "format": FORMAT,
        "generator": weights_sha256,
        "distance": kept.distance,
        "recipe": kept.recipe,
    }
    with atomic_path(Path(path)) as unfinished:
        save_file(tensors, str(unfinished), metadata=about)


def load_styles(path: str | Path, config: GeneratorConfig, weights_sha256: str) -> FaceStyles:
    """Read the styles of two faces that `save_styles` wrote.

    Args:
        config: of the generator that they must fit.
        weights_sha256: of that generator's weights.

    Raises:
        InputError: not such a file, not a whole one, or of another generator
            (`OtherGeneratorError`).
    """
    tensors, about = _read(Path(path))
    if about["generator"] != weights_sha256:
        named = about["generator"][:12] if _is_hash(about["generator"]) else "unknown"
        raise OtherGeneratorError(
            f"The styles must be of this generator ({weights_sha256[:12] or 'no weights'}), "
            f"they are of another ({named}). {_AGAIN}",
            about["generator"],
        )
    wanted = (2, config.layers, config.style)
    got = tuple(tensors["styles"].shape)
    if len(got) != 3 or got != wanted:
        raise InputError(
            f"The styles must fit this generator, {_shape(wanted)}, got {_shape(got)}. {_AGAIN}"
        )
    _check(tensors, config.size)
    return FaceStyles(
        styles=tensors["styles"].float(),
        points=tensors["points"].float().numpy(),
        losses=tensors["losses"].float().numpy(),
        distance=_words(about.get("distance", "")),
        recipe=_words(about.get("recipe", "")),
    )


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Tensors and words of a file, whatever their shapes."""
    from safetensors import SafetensorError, safe_open

    what = "The styles must be a whole .safetensors file that this page saved"
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputError(f"{what}, at most {MAX_BYTES >> 20} MB, got {size / 2**20:.1f} MB.")
        with safe_open(str(path), framework="pt") as opened:
            about = opened.metadata() or {}
            if about.get("format") != FORMAT or "generator" not in about:
                raise InputError(f"{what}, this one holds something else.")
            if set(opened.keys()) != {"styles", "points", "losses"}:
                raise InputError(f"{what}, parts of it are missing or are not styles.")
            return {name: opened.get_tensor(name) for name in opened.keys()}, about
    except (OSError, SafetensorError, ValueError, TypeError) as error:
        raise InputError(f"{what}, this one is damaged or something else.") from error


def _check(tensors: dict[str, Tensor], size: int) -> None:
    points, losses = tensors["points"], tensors["losses"]
    is_whole = all(t.is_floating_point() and torch.isfinite(t).all() for t in tensors.values())
    is_shaped = tuple(points.shape) == _POINTS and losses.ndim == 2 and losses.shape[1] == 2
    if not is_whole or not is_shaped or float(tensors["styles"].abs().max()) > _MOST_STYLE:
        raise InputError(f"The styles must be finite numbers of two faces, got others. {_AGAIN}")
    if float(points.abs().max()) > 4 * size:
        raise InputError(f"The landmarks must lie in the generator's picture. {_AGAIN}")


def _shape(shape: tuple[int, ...]) -> str:
    if len(shape) != 3:
        return f"an array of {len(shape)} dimensions"
    return f"{shape[0]} faces of {shape[1]} layers of {shape[2]} numbers"


def _is_hash(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{12,64}", text) is not None


def _words(text: str) -> str:
    """What a file says, shortened, without anything that is no plain text."""
    return re.sub(r"[^A-Za-z0-9 ,.()_-]", "", text)[:120]
