"""Where styles are searched for: on a GPU, compiled and in bfloat16, where there is one."""

from __future__ import annotations

import copy
import os
from contextlib import AbstractContextManager, nullcontext
from weakref import WeakKeyDictionary

import torch
from torch import nn

_SHARED = "SPACES_ZERO_GPU"  # set by Hugging Face
_copies: dict[bool, WeakKeyDictionary[nn.Module, nn.Module]] = {
    is_compiled: WeakKeyDictionary() for is_compiled in (False, True)
}


def device() -> torch.device:
    """The GPU, or the processor where there is none.

    On a Space with shared GPUs ("ZeroGPU") one is only lent to calls that ask for it, and a search
    that a visitor may cancel does not: the processor.
    """
    is_lent = os.environ.get(_SHARED, "") not in ("", "0", "false")
    return torch.device("cuda" if torch.cuda.is_available() and not is_lent else "cpu")


def placed(network: nn.Module, *, is_compiled: bool = False) -> nn.Module:
    """The network on `device()`; on the processor itself, on a GPU a copy that is made once.

    Args:
        is_compiled: by `torch.compile`, on a GPU. The first search then waits for the compiler.
    """
    if device().type == "cpu":
        return network
    kept = _copies[is_compiled]
    if network not in kept:
        there = copy.deepcopy(network).to(device())
        kept[network] = torch.compile(there) if is_compiled else there
    return kept[network]


def precision(kind: str) -> AbstractContextManager[None]:
    """bfloat16 where a GPU ("cuda") has it, else float32."""
    if kind == "cuda" and torch.cuda.is_bf16_supported():
        return torch.autocast(kind, torch.bfloat16)
    return nullcontext()
