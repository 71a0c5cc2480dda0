"""Hugging Face's shared GPUs: a function that needs one asks for it, where there are any."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def on_gpu(function: Callable[P, R]) -> Callable[P, R]:
    """The function, asking for a GPU while it runs; unchanged where `spaces` is not installed.

    Must be called while the program starts: a Space looks for such functions only then.
    """
    if find_spec("spaces") is None:
        return function
    import spaces

    return spaces.GPU(function)
