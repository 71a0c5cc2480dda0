"""Parameters and multiplications against counts written out."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bench.baselines import Copy, make_method
from bench.metrics.efficiency import EFFICIENCY, efficiency, mac_count, parameter_count
from reenact.errors import InputError


@pytest.fixture(scope="module")
def smiling(portrait):
    """The portrait, mirrored: another driving face."""
    return np.ascontiguousarray(portrait[:, ::-1])


class Networked(Copy):
    """A method with one convolution and one table of numbers."""

    name = "networked"

    class Part:
        def __init__(self) -> None:
            self.layers = {"weight": np.ones((5, 7), np.float32)}

    Part.__module__ = "bench.part"

    def __init__(self) -> None:
        self.network = torch.nn.Conv2d(3, 4, 3, padding=1)
        self.part = self.Part()

    def render_frame(self, state, motion):
        with torch.inference_mode():
            self.network(torch.zeros(1, 3, 8, 8))
        made = np.ones((2, 5), np.float32) @ self.part.layers["weight"]
        assert type(made) is np.ndarray
        return state.source.image


def test_counts_of_a_method_worked_out_by_hand(portrait, smiling):
    method = Networked()
    assert parameter_count(method) == 4 * 3 * 9 + 4 + 5 * 7
    assert mac_count(method, portrait, smiling) == 8 * 8 * 4 * 3 * 9 + 2 * 5 * 7
    assert type(method.part.layers["weight"]) is np.ndarray  # as it was


def test_a_method_without_networks_costs_nothing(portrait, smiling):
    assert parameter_count(Copy()) == 0
    assert mac_count(Copy(), portrait, smiling) == 0


def test_warps_numbers_are_those_of_its_file(portrait, smiling):
    from safetensors.numpy import load_file

    from reenact.geometry.expression import WEIGHTS

    arrays = load_file(WEIGHTS)
    learned = {name: a for name, a in arrays.items() if name not in ("mean", "jaw")}
    method = make_method("warp")
    assert parameter_count(method) == sum(a.size for a in learned.values())
    a_reading = sum(
        a.size for name, a in learned.items() if a.ndim == 2 and not name.startswith("coef")
    )
    assert mac_count(method, portrait, smiling) == 2 * a_reading  # source and driving


@pytest.mark.slow
def test_efficiency_is_measured_in_its_own_process():
    found = efficiency("copy", limit=12)
    assert set(found) == set(EFFICIENCY)
    assert 0 < found["latency_ms_p50"] <= found["latency_ms_p95"]
    assert found["parameters"] == 0 and found["peak_memory_mb"] > 50


@pytest.mark.slow
def test_efficiency_of_no_method_is_one_line():
    with pytest.raises(InputError, match="'wrap' cannot be measured: Unknown method") as caught:
        efficiency("wrap")
    assert "\n" not in str(caught.value)
