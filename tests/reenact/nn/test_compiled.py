"""Compiling sends nothing to anybody, and ends with the program."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

PROGRAM = """
import multiprocessing, socket, sys
def refuse(*_, **__):
    raise AssertionError("something asked for the network")
socket.getaddrinfo = socket.socket.connect = refuse
started = []
multiprocessing.Process.start = lambda self: started.append(self)
import torch
from reenact.nn.compiled import compile_network
torch.manual_seed(0)
network = torch.nn.Conv2d(1, 1, 3).eval()
picture = torch.rand(1, 1, 8, 8)
found = compile_network(network, [(1, 1, 8, 8)], 1)([picture.numpy()])[0]
assert abs(found - network(picture).detach().numpy()).max() < 1e-5
import time; time.sleep(0.5)
assert not started, started
assert sys.modules.get("openvino_telemetry") is None
print("silent")
"""


def test_no_telemetry_is_sent_and_no_process_started():
    pytest.importorskip("openvino")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip().endswith("silent"), done.stderr[-2000:]
    assert "network" not in done.stderr


def test_a_compiled_network_gives_what_torch_gives():
    pytest.importorskip("openvino")
    import torch

    from reenact.nn.compiled import compile_network

    network = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.ReLU()).eval()
    picture = np.random.default_rng(0).random((1, 3, 16, 16), np.float32)
    with torch.inference_mode():
        wanted = network(torch.from_numpy(picture)).numpy()
    np.testing.assert_allclose(
        compile_network(network, [picture.shape], 1)([picture])[0], wanted, atol=1e-5
    )


def test_a_signal_is_survived_after_networks_are_gone():
    """OpenVINO's plugin leaves the main thread a signal stack that it unmaps when it goes."""
    pytest.importorskip("openvino")
    code = """
import faulthandler, gc, os, signal
from torch import nn
from reenact.nn.compiled import compile_network
faulthandler.enable()
signal.signal(signal.SIGUSR1, lambda *_: print("heard"))
one = compile_network(nn.Conv2d(3, 3, 3), [(1, 3, 8, 8)], 1)
two = compile_network(nn.Conv2d(3, 3, 3), [(1, 3, 8, 8)], 1)
del one
gc.collect()
del two
gc.collect()
os.kill(os.getpid(), signal.SIGUSR1)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "heard\n"), done.stderr
