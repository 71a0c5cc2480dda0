"""Tensors out of a pickle, and nothing else: what a file names is never imported, called or run.

NVIDIA's generators are pickles of whole Python objects, with their source code inside. An
unpickler with an allow list rebuilds plain containers and tensors; every other class becomes an
empty shell that keeps its state, so the tensors in it can be found.
"""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from reenact.errors import WeightsError


class Shell:
    """Stands for an object of a class that is not on the allow list; never runs its code.

    Attributes:
        args: what it would have been made from.
        state: what it holds.
    """

    def __new__(cls, *args: Any) -> Shell:  # pickles make objects without `__init__`
        shell = super().__new__(cls)
        shell.args, shell.state = args, {}
        return shell

    def __setstate__(self, state: Any) -> None:
        self.state = state if isinstance(state, dict) else {"state": state}

    def __setitem__(self, key: Any, value: Any) -> None:  # dictionaries of foreign classes
        self.state[key] = value


def _persistent(meta: Any) -> Shell:
    """NVIDIA's `torch_utils.persistence`: the state of an object beside its source code."""
    shell = Shell()
    values = meta.state if isinstance(meta, Shell) else meta
    if isinstance(values, dict):
        shell.state = values.get("state") or {}
    return shell


def _storage(data: bytes) -> Any:
    """A storage inside a plain pickle is a file of `torch.save` of its own."""
    return torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)


def _tensor(storage: Any, offset: int, size: tuple, stride: tuple, *rest: Any) -> Tensor:
    """A tensor over a storage."""
    typed = torch.tensor([], dtype=storage.dtype)
    return typed.set_(storage._untyped_storage, offset, size, stride)


def _parameter(data: Tensor, *rest: Any) -> Tensor:
    return data


_ALLOWED: dict[tuple[str, str], Callable] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    ("torch.storage", "_load_from_bytes"): _storage,
    ("torch_utils.persistence", "_reconstruct_persistent_obj"): _persistent,
    ("torch", "Size"): torch.Size,
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _ALLOWED:
            return _ALLOWED[module, name]
        if module == "dnnlib.util" or module.startswith(("training.", "torch_utils.")):
            return Shell
        raise pickle.UnpicklingError(f"it names {module}.{name}, which is no tensor")

    def persistent_load(self, pid: Any) -> Any:
        raise pickle.UnpicklingError("it refers to data outside of itself")


def read_generator(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors of `G_ema` (or `G`) in one of NVIDIA's pickles.

    Returns:
        Tensors by name, and the keywords that the network was made with.

    Raises:
        WeightsError: no such pickle, cut off, or one that names anything but tensors.
    """
    try:
        with path.open("rb") as file:
            whole = _Unpickler(file).load()
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError, KeyError, IndexError) as error:
        raise WeightsError(_refused(path, str(error) or "it ends too early")) from error
    except (AttributeError, ImportError, RuntimeError, OSError) as error:
        raise WeightsError(_refused(path, str(error).splitlines()[0])) from error
    parts = whole.state if isinstance(whole, Shell) else whole
    network = next(
        (parts[k] for k in ("G_ema", "G") if isinstance(parts, dict) and k in parts), None
    )
    if not isinstance(network, Shell):
        raise WeightsError(_refused(path, "it holds no G_ema"))
    tensors: dict[str, Tensor] = {}
    _collect(network, "", tensors)
    made = network.state.get("_init_kwargs") or {}
    return tensors, made.state if isinstance(made, Shell) else dict(made)


def clamp_of(made: dict[str, Any]) -> float | None:
    """`conv_clamp` among the keywords of a network."""
    inner = made.get("synthesis_kwargs") or {}
    inner = inner.state if isinstance(inner, Shell) else inner
    value = inner.get("conv_clamp", made.get("conv_clamp"))
    return None if value is None else float(value)


def _collect(shell: Shell, prefix: str, tensors: dict[str, Tensor]) -> None:
    """Parameters and buffers of a module and of those in it, by the names torch gives them."""
    for kind in ("_parameters", "_buffers"):
        for name, value in _items(shell.state.get(kind)):
            if isinstance(value, Tensor):
                tensors[prefix + name] = value
    for name, module in _items(shell.state.get("_modules")):
        if isinstance(module, Shell):
            _collect(module, f"{prefix}{name}.", tensors)


def _items(values: Any) -> list[tuple[str, Any]]:
    values = values.state if isinstance(values, Shell) else values
    return list(values.items()) if isinstance(values, dict) else []


def _refused(path: Path, why: str) -> str:
    return f"{path} must be a StyleGAN2 network pickle of tensors only: {why}. Nothing was run."
