"""Names of methods, and how one is made."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from importlib import import_module
from pathlib import Path

from reenact.base import Method
from reenact.errors import InputError, UnknownNameError
from reenact.nn.weights import found, is_reference, read_card

DEFAULT = "warp-repair"
"""What is used where nobody chose: the best on held-out people; `python -m bench.repair`."""

_MODULES = {
    "warp-repair": "reenact.methods.warp_repair",
    "warp": "reenact.methods.warp",
    "freenet": "reenact.methods.freenet",
    "g2gan": "reenact.methods.g2gan",
    "gcgan": "reenact.methods.gcgan",
    "landmarkgan": "reenact.methods.landmarkgan",
    "pix2pix": "reenact.methods.pix2pix",
    "stylefusion": "reenact.methods.stylefusion",
}
"""Method name to the module whose `create` and `build` make it; imported on first use."""


def method_names() -> tuple[str, ...]:
    """Names of all methods, the default first."""
    return tuple(_MODULES)


def method_class(name: str) -> type[Method]:
    """The class behind a name, without making one."""
    return _module(name).METHOD


def create(name: str = DEFAULT, weights: str | Path | None = None) -> Method:
    """A method with trained weights.

    Args:
        name: one of `method_names()`; or weights that say which method they are of: a file, the
            folder of a training run, or "org/repo@revision" on the Hub.
        weights: None for the embedded ones, a path, or "org/repo@revision" on the Hub.

    Raises:
        UnknownNameError: no such method.
        WeightsError: the weights cannot be used. Nothing else is tried in their place.
    """
    if weights is None and _is_path(name):
        weights = name
    made = _maker(name, "create")(weights)
    if not made.weights_sha256:
        made.weights_sha256 = _weights_hash(made, weights)
    return made


def create_for(
    name: str | None, weights: str | Path | None = None, default: str = DEFAULT
) -> Method:
    """The method that was chosen; where only weights were, the one that they are of.

    Args:
        name: None for no choice. weights: as for `create`.
        default: what is used where neither was chosen.

    Raises:
        UnknownNameError, WeightsError: as `create`.
    """
    if name is None:
        name = method_of(weights) if weights is not None and is_reference(weights) else default
    return create(name, weights)


def build(name: str) -> Method:
    """A method with random weights, for training and tests.

    Raises:
        UnknownNameError: no such method.
        InputError: the method has no networks to fill with random weights.
    """
    if not method_class(name).info.trained:
        raise InputError(f"`build` makes random weights, and '{name}' has none. Use `create`.")
    return _maker(name, "build")()


def _weights_hash(method: Method, weights: str | Path | None) -> str:
    """SHA-256 of the weights file of a method; empty where there is none to be seen."""
    embedded = Path(__file__).parent / "weights"
    file = embedded / method.own_weights_file() if weights is None else found(weights)
    return sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def _maker(name: str, verb: str) -> Callable[..., Method]:
    return getattr(_module(name), verb)


def method_of(weights: str | Path) -> str:
    """The method that weights say they are of.

    Args:
        weights: a file with its card, the folder of a training run, or a place on the Hub.

    Raises:
        WeightsError: they do not say.
    """
    return read_card(found(weights))["method"]


def _is_path(name: str) -> bool:
    return name not in _MODULES and is_reference(name)


def _module(name: str):
    if _is_path(name):
        name = method_of(name)
    if name not in _MODULES:
        raise UnknownNameError("method", name, _MODULES)
    return import_module(_MODULES[name])
