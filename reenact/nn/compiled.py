"""Networks compiled by OpenVINO, without its telemetry.

OpenVINO reports each conversion to Intel and Google unless told otherwise, in a process of its own
that a machine without a network waits for at exit. Nothing of this project may send anything, so
its optional telemetry package is hidden before OpenVINO looks for it.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from functools import cache
from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import nn

TELEMETRY = "openvino_telemetry"
_CORE_LOCK = Lock()


def import_openvino() -> ModuleType:
    """OpenVINO; it uses a silent stand-in where its telemetry package is absent."""
    if "openvino" not in sys.modules:
        sys.modules.setdefault(TELEMETRY, None)  # importing it raises ImportError
    import openvino

    return openvino


def compile_network(network: nn.Module, shapes: Sequence[tuple[int, ...]], threads: int) -> Any:
    """A network for the CPU, in full precision.

    Args:
        network: in evaluation mode; its weights are copied.
        shapes: of its inputs.
        threads: that one call may take.
    """
    import torch

    openvino = import_openvino()
    example = tuple(torch.zeros(shape) for shape in shapes)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openvino still traces, which torch calls old
        model = openvino.convert_model(
            network, example_input=example, input=[list(shape) for shape in shapes]
        )
    settings = {
        "INFERENCE_NUM_THREADS": threads,
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "f32",  # bfloat16 would round the picture
    }
    with _CORE_LOCK:
        core = _core()
    return core.compile_model(model, "CPU", settings)


@cache
def _core() -> Any:
    """The one core of this process, which never ends.

    Each core gives its thread a signal stack (on processors with AMX) and unmaps it as it goes;
    after two of them the thread has an unmapped one, and the next signal kills the process.
    """
    return import_openvino().Core()
